"""One config with everything about it, and any of its versions beside the one before."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.strategies.decisions import Decided, decided, for_list
from dashboard.strategies.listing import ConfigRow, config_row
from dashboard.strategies.situations import live_run, situations
from dashboard.strategies.why import guard_lines
from dashboard.strategies.words import Setting, all_settings, differences
from dashboard.why.reasons import GuardLine
from signals.models import Run
from strategies.models import ConfigVersion
from strategies.snapshots import Difference

SIGNALS_SHOWN = 10


@dataclass(frozen=True)
class ConfigNow:
    """The part of the page that changes with the bars."""

    row: ConfigRow
    settings: tuple[Setting, ...]
    guards: tuple[GuardLine, ...]
    signals: tuple[Decided, ...]


@dataclass(frozen=True)
class VersionPage:
    """A version, what it changed, and what going back to it would change."""

    number: int
    label: str
    before: str  # label of the version before; empty for the first
    current: str
    at: datetime
    by: str
    code: str
    settings: tuple[Setting, ...]
    changed: tuple[Difference, ...]
    going_back: tuple[Difference, ...]

    @property
    def is_current(self) -> bool:
        return self.label == self.current


def config_now(config_id: int, *, now: datetime) -> ConfigNow | None:
    """The config as it is at `now`; None where there is none."""
    live = live_run()
    versions = ConfigVersion.objects.current().filter(config=config_id)
    found = situations(versions, now=now, live=live)
    if not found:
        return None
    return ConfigNow(
        row=config_row(found[0]),
        settings=tuple(all_settings(found[0].version.snapshot)),
        guards=guard_lines(found[0]),
        signals=newest_signals(config_id, live),
    )


def newest_signals(config_id: int, live: Run | None) -> tuple[Decided, ...]:
    """The newest decisions of the live desk, blocked and shadow ones included."""
    rows = for_list()
    newest = rows.filter(run=live, config=config_id).order_by("-bar_time")[:SIGNALS_SHOWN]
    return tuple(decided(signal) for signal in newest)


def version_page(version: ConfigVersion) -> VersionPage:
    """`version` beside the one before it and the current one."""
    versions = version.config.versions
    before = versions.filter(number__lt=version.number).order_by("-number").first()
    current = version.config.current_version
    return VersionPage(
        number=version.number,
        label=version.label,
        before=before.label if before else "",
        current=current.label,
        at=version.created_at,
        by=version.created_by,
        code=version.code_hash,
        settings=tuple(all_settings(version.snapshot)),
        changed=differences(before.snapshot, version.snapshot) if before else (),
        going_back=differences(current.snapshot, version.snapshot),
    )
