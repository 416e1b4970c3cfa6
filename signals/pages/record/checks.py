"""What the looks back at the live days found, as the track record shows it."""

from dataclasses import dataclass
from datetime import datetime

from signals.models import Difference
from signals.parity import Standing

LOOKS = {  # tone, shape and word
    "clean": ("tone-good", "check", "Replay check clean"),
    "amber": ("tone-warn", "alert", "Replay check amber"),
    "unchecked": ("tone-calm", "clock", "Not checked yet"),
}
SHOWN = 10  # differences
UNREAD = Standing(state="unchecked", text="")


@dataclass(frozen=True)
class CheckRow:
    """One thing that came out otherwise when it was computed again."""

    at: datetime
    config: str
    signal: int | None
    what: str
    cause: str
    was: str
    now: str
    detail: str


@dataclass(frozen=True)
class Check:
    tone: str
    icon: str
    word: str
    text: str
    rows: tuple[CheckRow, ...]  # the newest
    found: int

    @property
    def more(self) -> int:
        return self.found - len(self.rows)


def check_of(standing: Standing | None) -> Check:
    """How far the record can be trusted, with the newest differences."""
    standing = standing or UNREAD
    return Check(
        *LOOKS[standing.state],
        text=standing.text,
        rows=tuple(_row(each) for each in standing.differences[:SHOWN]),
        found=sum(count for _, count in standing.by_cause),
    )


def _row(difference: Difference) -> CheckRow:
    return CheckRow(
        at=difference.at,
        config=str(difference.track.config) if difference.track else "The desk",
        signal=difference.signal_id,
        what=difference.get_what_display(),
        cause=difference.get_cause_display(),
        was=difference.was,
        now=difference.now,
        detail=difference.detail,
    )
