"""The track record: every figure of the live entries, whole and cut, with what is left out said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from risk.statistics import Equity, Figures, GuardEffect, equity, figures
from signals.delays import DelayCost, delay_cost
from signals.parity.standing import Standing, standing
from signals.track_record.asked import Asked, Source
from signals.track_record.cuts import (
    DELAY,
    EVERYTHING,
    EXTRAS,
    GUARD,
    STANDING,
    Piece,
    Version,
    pieces,
    read_versions,
)
from signals.track_record.entries import Column, Entries, Mask, read_entries
from signals.track_record.guards import read_guard_effects
from signals.track_record.notice import HINDSIGHT, HYPOTHETICAL


@dataclass(frozen=True, kw_only=True)
class Group:
    """The figures of entries that share something, and how many are in none of them."""

    key: str
    label: str
    figures: Figures
    open: int  # still running
    blocked: int | None  # refused by a guard, judged in the shadow; None where it is not told
    undecided: int  # ended, but missing bars hide the result
    expired: int  # of the sample: ended by their time
    version: Version | None = None  # where all are of one config


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Entries of the range that are in no figure, as they must never be mixed with the rest."""

    other_basis: int  # found too late to send, when the live ones are shown; else the live ones
    other_source: int  # judged on made-up prices when the real ones are shown; else the reverse


@dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """All that is told of what was asked for; `asked.source` is the one that is shown.

    `ended` are the ids of the signals behind the figures, and of the undecided, in order of ending.
    """

    asked: Asked
    whole: Group
    cuts: dict[str, list[Group]]  # by names of CUTS
    equity: Equity
    guards: Sequence[GuardEffect]
    delay: DelayCost | None
    standing: Standing | None
    ended: Column
    left_out: LeftOut

    @property
    def notice(self) -> str:
        """What must stand beside each figure."""
        return HINDSIGHT if self.asked.basis == "catch_up" else HYPOTHETICAL

    @property
    def is_demo(self) -> bool:
        """Whether the figures are of made-up prices."""
        return self.asked.source == "demo"

    @property
    def is_empty(self) -> bool:
        """Nothing was ever decided here: no result, nothing running, nothing blocked."""
        whole = self.whole
        return not (whole.figures.n or whole.open or whole.blocked or whole.undecided)


def track_record(asked: Asked, *, now: datetime, by: Collection[str] = EVERYTHING) -> TrackRecord:
    """The record of what is asked for, cut by each of `by`; the same few queries however long.

    `by` also names what else is read: what GUARD saved and cost, what DELAY cost those who were
    sent signals, and the STANDING of the days, which decides how far all this can be trusted.
    """
    found = read_entries(asked)
    chosen = replace(asked, source=asked.source or _source(found, asked))
    shown = found.where(_is_of(found, chosen))
    versions = read_versions(np.unique(shown.version).astype(int).tolist())
    every = Piece(key="", label="All", entries=shown)
    return TrackRecord(
        asked=chosen,
        whole=_group(every),
        cuts={
            name: [_group(piece) for piece in pieces(shown, name, versions)]
            for name in by
            if name not in EXTRAS
        },
        equity=equity(shown.sample()),
        guards=read_guard_effects(chosen) if GUARD in by else [],
        delay=delay_cost(chosen.accepted()) if DELAY in by else None,
        standing=standing(asked.since, asked.until, now=now) if STANDING in by else None,
        ended=shown.id[shown.has_ended & (shown.is_blocked == 0)],
        left_out=_left_out(found, chosen),
    )


def _source(found: Entries, asked: Asked) -> Source:
    """Real prices wherever any entry of the basis, or else of the other, was decided on them."""
    of_basis = found.where(found.is_late == _late(asked))
    looked_at = of_basis if len(of_basis) else found
    return "demo" if len(looked_at) and bool(looked_at.is_demo.all()) else "real"


def _late(asked: Asked) -> int:
    return int(asked.basis == "catch_up")


def _is_of(found: Entries, asked: Asked) -> Mask:
    """Which entries are of the basis and the source that are shown."""
    is_demo = int(asked.source == "demo")
    shown: Mask = (found.is_late == _late(asked)) & (found.is_demo == is_demo)
    return shown


def _left_out(found: Entries, asked: Asked) -> LeftOut:
    is_basis = found.is_late == _late(asked)
    is_source = found.is_demo == int(asked.source == "demo")
    accepted = found.is_blocked == 0
    return LeftOut(
        other_basis=int((accepted & ~is_basis & is_source).sum()),
        other_source=int((accepted & is_basis & ~is_source).sum()),
    )


def _group(piece: Piece) -> Group:
    entries = piece.entries
    accepted, has_ended = entries.is_blocked == 0, entries.has_ended
    judged = entries.is_judged
    return Group(
        key=piece.key,
        label=piece.label,
        figures=figures(entries.sample()),
        open=int((accepted & ~has_ended).sum()),
        blocked=int((~accepted).sum()),
        undecided=int((accepted & has_ended & ~judged).sum()),
        expired=int((judged & (entries.is_expired == 1)).sum()),
        version=piece.version,
    )
