"""With what each stretch of a track was evaluated: versions, terms and code, from its journal."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeVar

from risk.models import RiskVersion
from risk.walking import Rules
from signals.evaluation import may_enter, terms_of
from signals.models import Journal, Run, Track
from strategies.base import Strategy
from strategies.models import ConfigVersion

V = TypeVar("V", ConfigVersion, RiskVersion)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Bars that open from `first` on, up to the next segment, and what they were evaluated with.

    `rows` is empty where the track kept no journal: then the versions are those that were in
    force when the bars were new.
    """

    first: datetime
    version: ConfigVersion
    risk_version: RiskVersion
    terms: dict[str, Any] = field(default_factory=dict)
    rows: tuple[Journal, ...] = ()

    def rules(self, track: Track, strategy: Strategy) -> Rules:
        """What the fold needs for these bars; the symbol's settings as they then were."""
        terms = terms_of(self.version, strategy, feed=track.feed)
        if self.terms:
            pip, digits = float(Decimal(self.terms["pip"])), self.terms["digits"]
            terms = replace(terms, pip=pip, digits=digits)
        return Rules(terms, self.risk_version.build(), may_enter(self.version, track.run))


def segments(track: Track, first: datetime, last: datetime) -> list[Segment]:
    """The segments of a track that touch [first, last], oldest first; empty before any version."""
    rows = track.journal.filter(last_bar__gte=first, first_bar__lte=last).order_by("first_bar")
    kept = _joined(list(rows.select_related("config_version__config__symbol", "risk_version")))
    begin = kept[0].first if kept else None
    if begin is not None and begin <= first:
        return kept
    earlier = [part for part in _by_age(track, first, last) if begin is None or part.first < begin]
    return [*earlier, *kept]


def _joined(rows: list[Journal]) -> list[Segment]:
    """One segment for consecutive rows with the same settings."""
    found = []
    for _, group in groupby(rows, key=lambda row: (row.settings_hash, row.config_version_id)):
        same = tuple(group)
        found.append(
            Segment(
                first=same[0].first_bar,
                version=same[0].config_version,
                risk_version=same[0].risk_version,
                terms=same[0].terms,
                rows=same,
            )
        )
    return found


def _by_age(track: Track, first: datetime, last: datetime) -> list[Segment]:
    """The versions in force from `first` to `last`; a rehearsal is pinned to its own."""
    if track.run.kind == Run.Kind.REHEARSAL:
        return _pinned(track, first)
    versions = track.config.versions.filter(created_at__lte=last).order_by("number")
    risks = list(RiskVersion.objects.filter(created_at__lte=last).order_by("number"))
    found = list(versions.select_related("config__symbol"))
    made = [*(each.created_at for each in found), *(each.created_at for each in risks)]
    turns = sorted({first, *(at for at in made if at > first)})
    return [
        Segment(
            first=turn,
            version=_newest(found, turn),
            risk_version=_newest(risks, turn),
        )
        for turn in turns
        if found and risks
    ]


def _newest(versions: list[V], at: datetime) -> V:
    """The newest of versions made by `at`, else the first."""
    made = [version for version in versions if version.created_at <= at]
    return made[-1] if made else versions[0]


def _pinned(track: Track, first: datetime) -> list[Segment]:
    versions = track.config.versions.filter(pk__in=track.run.terms["versions"])
    risk_version = RiskVersion.objects.get(pk=track.run.terms["risk_version"])
    return [
        Segment(first=first, version=version, risk_version=risk_version)
        for version in versions.select_related("config__symbol")
    ]
