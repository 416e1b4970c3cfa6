"""Backtests as values to tell: of a run that is kept, and of one that is not."""

from collections.abc import Mapping, Sequence

from backtests.found import Found
from backtests.models import Backtest
from backtests.plan import Plan
from backtests.report.reading import Reading
from backtests.trade_files import Told
from markets.feeds.registry import is_demo
from markets.models import Symbol


def reading_of(run: Backtest) -> Reading:
    """What `run`, read with its result and sweep, found."""
    result = run.result
    return Reading(
        plan=run.asked(),
        trades=result.trades(),
        guards=result.guards,
        left_out=result.left_out,
        bars=result.bars,
        is_demo=run.is_demo,
        trials=run.sweep.trials if run.sweep else 0,
    )


def told_of(run: Backtest) -> Told:
    """`run` as a file tells it."""
    reading = reading_of(run)
    digits = digits_of(reading.plan.symbols)
    return Told(number=run.pk, code=run.code, reading=reading, digits=digits)


def told_of_found(found: Found, plan: Plan, *, number: int | None = None) -> Told:
    """The same of what was computed in a shell; `number` of the run it was kept as."""
    reading = Reading(
        plan=plan,
        trades=found.trades,
        guards=found.guards,
        left_out=found.left_out,
        bars=found.bars_json(),
        is_demo=is_demo(plan.feed),
    )
    return Told(number=number, code=found.code, reading=reading, digits=digits_of(plan.symbols))


def digits_of(codes: Sequence[str]) -> Mapping[str, int]:
    """Digits after the point of each symbol's prices."""
    return dict(Symbol.objects.filter(code__in=codes).values_list("code", "digits"))
