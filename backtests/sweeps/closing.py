"""A sweep whose trials have all ended gets its verdict, once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from audit.log import log_event
from backtests.models import BacktestResult, State, Sweep
from backtests.models.states import ENDED
from backtests.plan import TUNABLE, Plan
from backtests.sweeps.choosing import Rule
from backtests.sweeps.judging import judge
from backtests.sweeps.kept import as_json
from backtests.sweeps.marks import Marks, Windows
from backtests.sweeps.writing import in_words, varied
from backtests.trades import Trades
from strategies.parameters import Parameter

AT_ONCE = 50  # results held while they are entered


def close_if_done(sweep_id: int, *, now: datetime) -> bool:
    """Store the verdict of a sweep once all its trials have ended; True for the call that did.

    Safe to call after every trial and again after a crash: the first to store it wins.
    """
    sweep = Sweep.objects.exclude(state__in=ENDED).filter(pk=sweep_id).first()
    if sweep is None or sweep.runs.exclude(state__in=ENDED).exists():
        return False
    states = Counter(sweep.runs.order_by().values_list("state", flat=True))
    if states.total() < sweep.trials:
        return False  # its trials are still being written
    verdict = verdict_of(sweep) if states[State.DONE] else None
    return _store(sweep, verdict, states, now=now)


def verdict_of(sweep: Sweep) -> dict[str, Any]:
    """The verdict on the trials that are done, as JSON. One result is read at a time."""
    plan, names = Plan.of_json(sweep.plan), list(sweep.space)
    done = sweep.runs.filter(state=State.DONE).order_by("number")
    trials = done.values_list("number", "plan")
    settings = {number: _settings(kept, names) for number, kept in trials if number is not None}
    marks = Marks(Windows.of(plan.start, plan.end, sweep.windows), len(settings))
    results = BacktestResult.objects.filter(backtest__sweep=sweep, backtest__state=State.DONE)
    ordered = results.order_by("backtest__number").values_list("packed", flat=True)
    for number, packed in zip(settings, ordered.iterator(AT_ONCE), strict=True):
        marks.add(number, Trades.from_bytes(bytes(packed)))
    rule = Rule(sweep.criterion, sweep.least_results)
    verdict = judge(marks, rule, read=partial(_trades, sweep), seed=sweep.seed)
    said = partial(_said, varied(sweep.plan))
    return as_json(verdict, marks, settings, sweep.criterion, said=said)


def _said(known: Mapping[str, Parameter], name: str, value: Any) -> str:
    [(title, amount)] = in_words({name: value}, known)
    return f"{title} {amount}"


def _settings(plan: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What a trial has of the settings that are varied."""
    return {name: plan[name] if name in TUNABLE else plan["parameters"][name] for name in names}


def _trades(sweep: Sweep, number: int) -> Trades:
    return BacktestResult.objects.get(backtest__sweep=sweep, backtest__number=number).trades()


@transaction.atomic
def _store(
    sweep: Sweep, verdict: dict[str, Any] | None, states: Counter[str], *, now: datetime
) -> bool:
    """The state and the verdict together, and the line in the log; False where it is there."""
    state = State.DONE if verdict else _state(states)
    found = Sweep.objects.exclude(state__in=ENDED).filter(pk=sweep.pk)
    if not found.update(state=state, verdict=verdict, finished_at=now):
        return False
    said = verdict["text"] if verdict else f"No trial came to a result: {State(state).label}."
    log_event(
        "sweep.done",
        at=now,
        actor=sweep.created_by,
        subject=f"sweep:{sweep.pk}",
        text=f"{sweep}: {said}",
        payload={"trials": sweep.trials, **{str(name): n for name, n in states.items()}},
    )
    return True


@transaction.atomic
def fail_sweep(sweep_id: int, error: str, *, now: datetime) -> bool:
    """End a sweep that cannot be judged, with why; its trials stay. False where it has ended."""
    found = Sweep.objects.exclude(state__in=ENDED).filter(pk=sweep_id)
    if not found.update(state=State.FAILED, error=error, finished_at=now):
        return False
    text = f"Sweep {sweep_id} has no verdict. {error}"
    log_event("sweep.failed", at=now, actor="desk", subject=f"sweep:{sweep_id}", text=text)
    return True


def _state(states: Counter[str]) -> State:
    return State.FAILED if states[State.FAILED] else State.CANCELLED
