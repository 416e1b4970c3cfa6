"""What is known of a sweep once its trials have ended: the choice, its exam, and how much is luck.

Values only; `wording` puts them in words, `closing` reads the trials.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from backtests.results import taken
from backtests.sweeps.choosing import Rule, Step, choice, walk_forward
from backtests.sweeps.deflated import Deflated, deflated
from backtests.sweeps.luck import Luck, luck
from backtests.sweeps.marks import Marks
from backtests.trades import Trades
from risk.statistics import Figures, Sample, figures

Read = Callable[[int], Trades]  # by the number of a trial
Known = Mapping[int, Trades]  # by row
SURE = 0.95  # of the deflated Sharpe, and 1 minus the most the reality check's p may be


OPINIONS = ("few", "loses", "luck", "unproven", "holds")


@dataclass(frozen=True)
class Judged:
    """One choice and how it went on: figures of the trial in and out of sample."""

    number: int | None  # of the trial; None where none had enough results
    inside_days: tuple[date, date]
    outside_days: tuple[date, date] | None  # None: nothing was kept back
    inside: Figures
    outside: Figures


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """All that is said of a sweep."""

    trials: int  # that ended with a result
    choice: Judged
    steps: tuple[Judged, ...]  # walk-forward
    inside: Figures  # of all steps together
    outside: Figures
    deflated: Deflated | None
    luck: Luck | None

    @property
    def opinion(self) -> str:
        """One of OPINIONS; what each asks for stands in docs/sweeps.md."""
        inside, outside = self.choice.inside.expectancy_r, self.choice.outside.expectancy_r
        if self.choice.number is None or inside is None:
            return "few"
        if inside <= 0:
            return "loses"
        if outside is None:
            return "few"
        if outside <= 0:
            return "luck"
        return "holds" if self.is_proven else "unproven"

    @property
    def is_proven(self) -> bool:
        """Both tests against luck are passed, and the interval out of sample is above zero."""
        interval, steps = self.choice.outside.expectancy_interval, self.outside.r_sum
        return bool(
            self.luck
            and self.luck.p <= 1 - SURE
            and self.deflated
            and self.deflated.probability >= SURE
            and interval
            and interval.low > 0
            and (steps is None or steps > 0)
        )


def judge(marks: Marks, rule: Rule, *, read: Read, seed: int) -> Verdict:
    """The verdict on all trials of `marks`; `read` gives the trades of the few that are chosen."""
    chosen, steps = choice(marks, rule), walk_forward(marks, rule)
    rows = {step.row for step in (chosen, *steps) if step.row is not None}
    known = {row: read(marks.numbers[row]) for row in rows}
    days = marks.days(chosen.inside)
    row = chosen.row
    return Verdict(
        trials=len(marks.numbers),
        choice=_judged(marks, chosen, known),
        steps=tuple(_judged(marks, step, known) for step in steps),
        inside=_together(marks, [(step.row, step.inside) for step in steps], known),
        outside=_together(marks, [(step.row, step.outside) for step in steps], known),
        deflated=None if row is None else deflated(days, row, trials=len(marks.numbers)),
        luck=None if row is None else luck(days, row, seed=seed),
    )


def _judged(marks: Marks, step: Step, known: Known) -> Judged:
    is_exam = step.outside.stop > step.outside.start
    return Judged(
        number=None if step.row is None else marks.numbers[step.row],
        inside_days=_dates(marks, step.inside),
        outside_days=_dates(marks, step.outside) if is_exam else None,
        inside=_together(marks, [(step.row, step.inside)], known),
        outside=_together(marks, [(step.row, step.outside)], known),
    )


def _dates(marks: Marks, windows: slice) -> tuple[date, date]:
    return marks.windows.dates(windows.start)[0], marks.windows.dates(windows.stop - 1)[1]


def _together(marks: Marks, parts: Sequence[tuple[int | None, slice]], known: Known) -> Figures:
    """The figures of several trials, each in its windows, as one record."""
    pieces = [_within(marks, known[row], windows) for row, windows in parts if row is not None]
    return figures(sample(pieces))


def _within(marks: Marks, trades: Trades, windows: slice) -> Trades:
    taken = trades.where(trades.is_taken)
    window, _ = marks.places(taken.decided_at, taken.closed_at)
    return taken.where((window >= windows.start) & (window < windows.stop))


def sample(pieces: Sequence[Trades]) -> Sample:
    """Trades of several trials as one sample, oldest end first."""
    return taken(
        Trades.of(
            {
                name: np.concatenate([getattr(each, name) for each in (Trades.none(), *pieces)])
                for name in (column.name for column in fields(Trades))
            }
        )
    )
