"""Asking for a sweep: the combinations are made, and each is queued as a backtest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.log import log_event
from backtests.limits import require_sweep_room, too_much
from backtests.models import Sweep
from backtests.plan import Plan
from backtests.runs import queue_trials
from backtests.sweeps.space import Combinations, combinations
from backtests.sweeps.writing import SpaceError
from markets.feeds.registry import is_demo
from risk.statistics import MINIMUM
from strategies.wording import title_of

MOST_WINDOWS = 24


@dataclass(frozen=True, kw_only=True)
class Search:
    """How a sweep searches and chooses."""

    kind: str = Sweep.Kind.GRID
    trials: int = 100  # of a random search; a grid has as many as it has combinations
    seed: int = 1
    windows: int = 4
    criterion: str = Sweep.Criterion.EXPECTANCY
    least_results: int = MINIMUM


def found_by(plan: Plan, space: Mapping[str, str], search: Search) -> Combinations:
    """The combinations of `space`; SpaceError says what is wrong with it."""
    if not 1 <= search.windows <= MOST_WINDOWS:
        raise SpaceError("", f"A period is cut into 1 to {MOST_WINDOWS} windows.")
    found = combinations(plan, space, kind=search.kind, trials=search.trials, seed=search.seed)
    if why := too_much(plan, len(found.tried)):
        raise SpaceError("", why)
    return found


@transaction.atomic
def queue_sweep(
    plan: Plan, space: Mapping[str, str], search: Search, *, by: str, now: datetime
) -> Sweep:
    """The sweep with its trials, waiting for workers; `plan` as backtests.asking made it.

    Raises SpaceError, and QueueFull when too many sweeps of `by` wait already.
    """
    require_sweep_room(by)
    found = found_by(plan, space, search)
    sweep = Sweep.objects.create(
        kind=search.kind,
        criterion=search.criterion,
        least_results=search.least_results,
        plan=plan.as_json(),
        space={name: text.strip() for name, text in space.items() if text.strip()},
        trials=len(found.tried),
        left_out=found.left_out,
        seed=search.seed,
        windows=search.windows,
        is_demo=is_demo(plan.feed),
        created_at=now,
        created_by=by,
    )
    what = f"{title_of(plan.strategy)} on {', '.join(plan.symbols)}"
    log_event(
        "sweep.queued",
        at=now,
        actor=by,
        subject=f"sweep:{sweep.pk}",
        text=f"{sweep}: {len(found.tried)} trials of {what}",
        payload={"plan": sweep.plan, "space": sweep.space, "left_out": found.left_out},
    )
    queue_trials(sweep, [plan.with_parameters(each) for each in found.tried], now=now)
    return sweep
