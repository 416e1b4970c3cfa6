"""The verdict on a sweep in plain words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from backtests.sweeps.judging import SURE, Verdict
from risk.statistics import Figures
from risk.telling.words import counted, r_range, r_text, ratio_text

ENDINGS = {
    "few": "Too few results to choose by: a longer period or fewer windows would tell more.",
    "loses": "Even the best of them lost: nothing here is worth running.",
    "luck": "Likely luck: what was best where it was chosen did not earn where it was judged.",
    "unproven": "Not shown to be more than luck: it earned where it was judged, but see below.",
    "holds": "It holds up so far: it earned where it was judged, and passes both tests of luck.",
}


def sentence(verdict: Verdict) -> str:
    """The verdict in one or two sentences, the number of trials first."""
    best = verdict.choice
    head = f"Best of {counted(verdict.trials, 'trial')}"
    if best.number is None:
        return f"{head}: none. {ENDINGS['few']}"
    inside = f"{_mean(best.inside)} in sample"
    outside = f"{_mean(best.outside)} out of sample"
    return f"{head}: {inside}, {outside}. {ENDINGS[verdict.opinion]}"


def _mean(figures: Figures) -> str:
    n = counted(figures.n, "result")
    if figures.expectancy_r is None:
        return f"no mean of {n}"
    return f"{r_text(figures.expectancy_r)} a signal ({n})"


def remarks(verdict: Verdict) -> Iterator[str]:
    """What speaks for and against the choice, one sentence each."""
    if verdict.choice.number is None:
        return
    if verdict.luck:
        share = f"{100 * verdict.luck.p:.1f}%"
        passed = "passed" if verdict.luck.p <= 1 - SURE else "not passed"
        yield (
            f"Permutation test {passed}: were there no edge in any of the "
            f"{counted(verdict.trials, 'trial')}, the best would do as well in {share} of draws "
            f"({verdict.luck.draws:,} draws of {verdict.luck.days} trading days)."
        )
    if verdict.deflated:
        told = verdict.deflated
        passed = "passed" if told.probability >= SURE else "not passed"
        yield (
            f"Deflated Sharpe {passed}: {ratio_text(told.sharpe)} a year in sample, where luck "
            f"alone is expected to reach {ratio_text(told.expected)} with that many trials; "
            f"{100 * told.probability:.0f}% sure that it is above, {100 * SURE:.0f}% is asked."
        )
    if interval := verdict.choice.outside.expectancy_interval:
        zero = "above zero" if interval.low > 0 else "not above zero as a whole"
        yield f"Out of sample its 95% interval is {r_range(interval)} a signal: {zero}."
    if verdict.steps:
        yield (
            f"Walk-forward, the best of each window in the next one: {_mean(verdict.inside)} "
            f"where chosen, {_mean(verdict.outside)} where judged."
        )


def at_edges(
    settings: Mapping[str, Any],
    tried: Sequence[Mapping[str, Any]],
    said: Callable[[str, Any], str],
) -> Iterator[str]:
    """A sentence for each number that is the lowest or highest tried: better may lie beyond.

    `said` names a setting and its value: "Fast EMA 5 bars".
    """
    for name, value in settings.items():
        values = sorted({each[name] for each in tried})
        if len(values) < 3 or isinstance(value, bool) or value not in (values[0], values[-1]):
            continue
        side = "lowest" if value == values[0] else "highest"
        yield f"{said(name, value)} is the {side} that was tried: better values may lie beyond it."
