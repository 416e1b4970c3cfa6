"""Runs as rows: asked for, claimed, done. Every step is a compare-and-set, so it happens once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from audit.log import log_event
from backtests.found import Found
from backtests.limits import require_room
from backtests.models import Backtest, BacktestResult, State, Sweep
from backtests.periods import count_bars
from backtests.plan import Plan
from backtests.results import summary
from backtests.waking import wake_worker
from markets.feeds.registry import is_demo
from strategies.wording import title_of

LEASE = timedelta(seconds=20)  # a worker that says nothing for so long is gone
ATTEMPTS = 3
GAVE_UP = (
    f"Its worker died {ATTEMPTS} times while it ran, perhaps for want of memory: test fewer "
    "symbols or a shorter period, and see the worker's log."
)
OPEN = (State.QUEUED, State.RUNNING)


@transaction.atomic
def queue_backtest(plan: Plan, *, by: str, now: datetime) -> Backtest:
    """A new run of `plan`; a worker is woken when the caller's transaction commits.

    Raises QueueFull when too many of `by` wait already.
    """
    require_room(by)
    run = Backtest.objects.create(
        plan=plan.as_json(),
        is_demo=is_demo(plan.feed),
        bars_total=_bars(plan),
        created_at=now,
        created_by=by,
    )
    _log("queued", run, by=by, at=now)
    transaction.on_commit(wake_worker)
    return run


@transaction.atomic
def queue_trials(sweep: Sweep, plans: Sequence[Plan], *, now: datetime) -> None:
    """One run for each of `plans`, all over the period of the sweep, numbered from 1."""
    if not plans:
        return
    bars = _bars(plans[0])
    Backtest.objects.bulk_create(
        [
            Backtest(
                sweep=sweep,
                number=number,
                plan=plan.as_json(),
                is_demo=sweep.is_demo,
                bars_total=bars,
                created_at=now,
                created_by=sweep.created_by,
            )
            for number, plan in enumerate(plans, 1)
        ],
        batch_size=500,
    )
    transaction.on_commit(wake_worker)


def _bars(plan: Plan) -> int:
    span = {"start": plan.start, "end": plan.end}
    return count_bars(plan.symbols, feed=plan.feed, timeframe=plan.timeframe, **span)


def waiting(*, now: datetime) -> QuerySet[Backtest]:
    """Runs a worker may take: nobody has them, or the one who had them fell silent."""
    return Backtest.objects.filter(Q(state=State.QUEUED) | _silent(now), attempts__lt=ATTEMPTS)


def _silent(now: datetime) -> Q:
    """Runs whose worker says nothing; one that lives beats again soon after a clock was set back.

    So a beat that lies ahead is as old as one long ago: its worker may have died since.
    """
    is_far = Q(beat_at__lt=now - LEASE) | Q(beat_at__gt=now + LEASE)
    return Q(state=State.RUNNING) & is_far


@transaction.atomic
def claim(limit: int, *, worker: str, now: datetime) -> list[Backtest]:
    """Up to `limit` waiting runs, now this worker's; those somebody waits for alone come first.

    A run whose worker died is claimed alone: should it kill this one too, it takes no other along.
    """
    token = f"{worker[:15]}:{token_hex(8)}"
    first = waiting(now=now).order_by(F("sweep").asc(nulls_first=True), "pk")
    rows = first.select_for_update(skip_locked=True).values_list("pk", "attempts")
    found = dict(rows[:limit])
    chosen = [pk for pk, attempts in found.items() if not attempts] or list(found)[:1]
    taken = waiting(now=now).filter(pk__in=chosen)
    taken.update(
        state=State.RUNNING,
        claim=token,
        beat_at=now,
        bars_done=0,
        attempts=F("attempts") + 1,
        started_at=now,
    )
    runs = list(Backtest.objects.filter(pk__in=chosen, claim=token).order_by("pk"))
    sweeps = {run.sweep_id for run in runs if run.sweep_id}
    if sweeps:
        begun = Sweep.objects.filter(pk__in=sweeps, state=State.QUEUED)
        begun.update(state=State.RUNNING)
    return runs


def _still(runs: Sequence[Backtest]) -> QuerySet[Backtest]:
    """Those of one claim that are still its own."""
    claims = {run.claim for run in runs}
    pks = [run.pk for run in runs]
    return Backtest.objects.filter(pk__in=pks, state=State.RUNNING, claim__in=claims)


def ended_sweeps() -> QuerySet[Sweep]:
    """Sweeps that have no verdict yet though each of their trials has ended."""
    trials = Backtest.objects.filter(sweep=OuterRef("pk"), state__in=OPEN)
    return Sweep.objects.filter(~Exists(trials), state__in=OPEN)


def beat(run: Backtest, *, bars_done: int, now: datetime) -> bool:
    """Say that the worker is at it; False when the run was cancelled or taken over."""
    Backtest.objects.filter(claim=run.claim, state=State.RUNNING).update(beat_at=now)
    return bool(_still([run]).update(bars_done=bars_done))


def finish(run: Backtest, found: Found, *, now: datetime) -> bool:
    """Store what came out, once; False when the run was cancelled or taken over."""
    return finish_all([(run, found)], now=now) == 1


@transaction.atomic
def finish_all(ended: Sequence[tuple[Backtest, Found]], *, now: datetime) -> int:
    """How many of these runs of one claim are done now: result and state in one transaction."""
    ours = _still([run for run, _ in ended]).select_for_update(of=("self",))
    own = set(ours.values_list("pk", flat=True))
    kept = [(run, found) for run, found in ended if run.pk in own]
    done = [(run, found) for run, found in kept if _set_done(run, found, now=now)]
    BacktestResult.objects.bulk_create(_result(run, found) for run, found in done)
    for run, _ in done:
        if run.sweep_id is None:
            _log("done", run, at=now)
    return len(done)


def _set_done(run: Backtest, found: Found, *, now: datetime) -> int:
    figures = summary(found.trades, run.asked())
    return _still([run]).update(
        state=State.DONE,
        bars_done=found.bar_count,
        bars_total=found.bar_count,
        code=found.code,
        figures=figures,
        finished_at=now,
    )


def _result(run: Backtest, found: Found) -> BacktestResult:
    return BacktestResult(
        backtest=run,
        packed=found.trades.to_bytes(),
        guards=list(found.guards),
        left_out=list(found.left_out),
        bars=found.bars_json(),
    )


@transaction.atomic
def keep(plan: Plan, found: Found, *, by: str, now: datetime) -> Backtest:
    """A run that was computed elsewhere, with its result, as if a worker had done it."""
    run = Backtest.objects.create(
        plan=plan.as_json(),
        is_demo=is_demo(plan.feed),
        state=State.RUNNING,
        bars_total=found.bar_count,
        claim=token_hex(16),
        beat_at=now,
        attempts=1,
        created_at=now,
        created_by=by,
        started_at=now,
    )
    finish(run, found, now=now)
    run.refresh_from_db()
    return run


@transaction.atomic
def fail(run: Backtest, error: str, *, now: datetime) -> bool:
    """End the run with why it failed; False when it was cancelled or taken over."""
    ended = {"state": State.FAILED, "error": error, "finished_at": now}
    if not _still([run]).update(**ended):
        return False
    if run.sweep_id is None:
        _log("failed", run, at=now, why=error)
    return True


@transaction.atomic
def cancel(run: Backtest, *, by: str, now: datetime) -> bool:
    """End a run that waits or runs; False when it had ended already."""
    open_run = Backtest.objects.filter(pk=run.pk, state__in=OPEN)
    if not open_run.update(state=State.CANCELLED, finished_at=now):
        return False
    if run.sweep_id is None:
        _log("cancelled", run, by=by, at=now)
    return True


@transaction.atomic
def cancel_sweep(sweep: Sweep, *, by: str, now: datetime) -> int:
    """How many trials of a sweep that had not ended are cancelled; the sweep is, too."""
    open_sweep = Sweep.objects.filter(pk=sweep.pk, state__in=OPEN)
    if not open_sweep.update(state=State.CANCELLED, finished_at=now):
        return 0
    trials = Backtest.objects.filter(sweep=sweep, state__in=OPEN)
    count = trials.update(state=State.CANCELLED, finished_at=now)
    log_event(
        "sweep.cancelled",
        at=now,
        actor=by,
        subject=f"sweep:{sweep.pk}",
        text=f"{sweep} cancelled, {count} trials were not tested",
    )
    return count


def again(run: Backtest, *, by: str, now: datetime) -> Backtest:
    """The same plan as a new run; QueueFull as for any other."""
    return queue_backtest(run.asked(), by=by, now=now)


@transaction.atomic
def give_up(*, now: datetime) -> int:
    """How many runs fail because their workers died too often."""
    lost = Backtest.objects.filter(_silent(now), attempts__gte=ATTEMPTS)
    return sum(fail(run, GAVE_UP, now=now) for run in lost)


def _log(what: str, run: Backtest, *, at: datetime, by: str = "desk", why: str = "") -> None:
    plan = run.asked()
    span = f"{plan.start:%Y-%m-%d %H:%M} to {plan.end:%Y-%m-%d %H:%M}"
    text = f"{run} {what}: {title_of(plan.strategy)} on {', '.join(plan.symbols)}, {span} UTC"
    log_event(
        f"backtest.{what}",
        at=at,
        actor=by,
        subject=f"backtest:{run.pk}",
        text=f"{text}. {why}" if why else text,
        payload={"plan": run.plan} if what == "queued" else {},
    )
