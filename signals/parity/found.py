"""What a look back found before it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from signals.models import Difference, Signal, Track

Cause: TypeAlias = Difference.Cause
What: TypeAlias = Difference.What


@dataclass(frozen=True, kw_only=True)
class Found:
    """One difference; `was` and `now` in words."""

    at: datetime
    what: What
    was: str = ""
    now: str = ""
    cause: Cause = Cause.UNKNOWN
    detail: str = ""
    signal: Signal | None = None

    @property
    def place(self) -> tuple[datetime, str, int | None]:
        """Two findings with the same place tell of the same thing."""
        return self.at, str(self.what), self.signal.pk if self.signal else None

    @property
    def text(self) -> str:
        """The cause with what shows it, in a sentence."""
        return f"{self.cause.label}: {self.detail}."

    def row(self, track: Track | None) -> Difference:
        """As it is stored with its check."""
        words = {name: getattr(self, name)[:300] for name in ("was", "now", "detail")}
        return Difference(
            track=track, signal=self.signal, at=self.at, what=self.what, cause=self.cause, **words
        )


def apart_from(found: Iterable[Found], known: Iterable[Found]) -> list[Found]:
    """Those of `found` that tell of something else than `known` does."""
    places = {each.place for each in known}
    return [each for each in found if each.place not in places]
