"""The settings behind a signal: which versions decided and judged, and what was new in them."""

from dataclasses import dataclass
from datetime import datetime

from risk.models import RiskVersion
from risk.snapshots import changes
from signals.models import Signal
from strategies.models import ConfigVersion


@dataclass(frozen=True)
class Version:
    """One version with what differs from the one before; `newest` is the label of today's."""

    label: str
    created_at: datetime
    created_by: str
    changes: tuple[str, ...]
    newest: str

    @property
    def is_newest(self) -> bool:
        return self.label == self.newest


def config_version(signal: Signal) -> Version:
    """The version of the strategy's settings that decided; one query."""
    version = signal.config_version
    newest = ConfigVersion.objects.filter(config=signal.config_id).order_by("-number")
    number = newest.values_list("number", flat=True)[0]
    return Version(
        label=version.label,
        created_at=version.created_at,
        created_by=version.created_by,
        changes=tuple(version.changes.split("; ")),
        newest=f"v{number}",
    )


def risk_version(signal: Signal) -> Version:
    """The version of the risk settings that judged; two queries."""
    version = signal.risk_version
    before = RiskVersion.objects.filter(number=version.number - 1).first()
    newest = RiskVersion.objects.values_list("number", flat=True)[0]
    return Version(
        label=version.label,
        created_at=version.created_at,
        created_by=version.created_by,
        changes=tuple(changes(before.snapshot if before else None, version.snapshot)),
        newest=f"v{newest}",
    )
