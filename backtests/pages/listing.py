"""The list of backtests: what was asked, how far each is, and what it came to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from backtests.models import Backtest, State, Sweep
from backtests.pages.progress import Progress, progress
from backtests.plan import Plan
from backtests.report.asked import changed_text, costs_text, period_text
from backtests.sweeps.pages.asked import varied_text
from backtests.sweeps.pages.page import OPINIONS
from markets.models import Symbol
from risk.statistics import Interval
from risk.telling.words import UNKNOWN, percent_text, r_range, r_text, tone_of
from strategies.registry import strategy_choices
from strategies.wording import title_of

PAGE = 25  # backtests
SWEEPS = 5  # newest, beside the first page
FILTERS = ("symbol", "strategy", "state")


@dataclass(frozen=True)
class Row:
    """One backtest in the list; its figures are "-" until there are some."""

    pk: int
    symbols: str
    strategy: str
    changed: str  # "" where all is as usual
    period: str
    timeframe: str
    costs: str
    is_demo: bool
    progress: Progress
    error: str
    n: str
    expectancy: str
    expectancy_range: str
    expectancy_tone: str
    net: str
    net_tone: str
    drawdown: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True)
class Page:
    """Some rows and the way to older ones; `query` asks for just these again."""

    rows: tuple[Row, ...]
    older: str
    query: str
    is_first: bool
    is_filtered: bool

    @property
    def pace(self) -> str:
        """How often to look again: "" once all have ended."""
        return "2s" if any(not row.progress.is_ended for row in self.rows) else ""


class FilterForm(forms.Form):
    """What narrows the list."""

    symbol = forms.ChoiceField(required=False)
    strategy = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False, choices=[("", "All states"), *State.choices])

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked, auto_id="backtests-%s")
        codes = Symbol.objects.order_by("code").values_list("code", flat=True)
        offered = {
            "symbol": [("", "All symbols"), *((code, code) for code in codes)],
            "strategy": [("", "All strategies"), *strategy_choices()],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            words = f"There is no {name} “%(value)s”; choose one of the list."
            field.error_messages["invalid_choice"] = words


def page_of(form: FilterForm, place: QueryDict, *, now: datetime) -> Page:
    """The backtests `form` asks for, newest first, `before` a number; none where it is unclear."""
    typed = {name: place[name] for name in FILTERS if place.get(name)}
    before = place.get("before", "")
    found = _found(form) if form.is_valid() else Backtest.objects.none()
    if before.isdecimal() and len(before) < 18:
        found = found.filter(pk__lt=int(before))
    runs = list(found.order_by("-pk")[: PAGE + 1])
    older = runs[PAGE - 1].pk if len(runs) > PAGE else None
    return Page(
        rows=tuple(row(run, now=now) for run in runs[:PAGE]),
        older=urlencode({**typed, "before": older}) if older else "",
        query=urlencode({**typed, **({"before": before} if before else {})}),
        is_first=not before,
        is_filtered=bool(typed),
    )


def _found(form: FilterForm) -> "QuerySet[Backtest]":
    """Single backtests; the trials of a sweep are on its own page."""
    asked = form.cleaned_data
    found = Backtest.objects.filter(sweep=None)
    if asked["symbol"]:
        found = found.filter(plan__symbols__icontains=f'"{asked["symbol"]}"')
    if asked["strategy"]:
        found = found.filter(plan__strategy=asked["strategy"])
    return found.filter(state=asked["state"]) if asked["state"] else found


def row(run: Backtest, *, now: datetime) -> Row:
    """One line of the list."""
    plan, figures = run.asked(), run.figures or {}
    interval = _interval(figures)
    return Row(
        pk=run.pk,
        symbols=", ".join(plan.symbols),
        strategy=title_of(plan.strategy),
        changed=changed_text(plan),
        period=period_text(plan),
        timeframe=str(plan.timeframe),
        costs=costs_text(plan.costs),
        is_demo=run.is_demo,
        progress=progress(run, now=now),
        error=run.error,
        n=f"{figures['n']:,}" if figures else UNKNOWN,
        expectancy=r_text(figures.get("expectancy_r")),
        expectancy_range=r_range(interval),
        expectancy_tone=_tone(interval),
        net=percent_text(figures.get("net_pct")),
        net_tone=tone_of(figures.get("net_pct")),
        drawdown=percent_text(figures.get("max_drawdown_pct")),
        created_at=run.created_at,
        created_by=run.created_by,
    )


def _interval(figures: dict[str, Any]) -> Interval | None:
    found = figures.get("expectancy_interval")
    return Interval(low=found[0], high=found[1]) if found else None


def _tone(interval: Interval | None) -> str:
    """Good or bad only where zero lies outside the interval."""
    if interval is None or interval.low <= 0 <= interval.high:
        return "tone-calm"
    return "tone-good" if interval.low > 0 else "tone-bad"


@dataclass(frozen=True)
class SweepLine:
    """One search in the list."""

    pk: int
    title: str
    varied: str  # what was tried: "Fast 5 to 20 in steps of 5"
    period: str
    trials: int
    state: str  # the verdict in a few words once there is one
    created_at: datetime
    created_by: str
    is_demo: bool


def newest_sweeps() -> tuple[SweepLine, ...]:
    """The newest searches; one query."""
    return tuple(_sweep_line(sweep) for sweep in Sweep.objects.with_opinion()[:SWEEPS])


def _sweep_line(sweep: Any) -> SweepLine:
    plan = Plan.of_json(sweep.plan)
    return SweepLine(
        pk=sweep.pk,
        title=f"{title_of(plan.strategy)} on {', '.join(plan.symbols)}",
        varied=varied_text(sweep),
        period=f"{plan.timeframe}, {period_text(plan)}",
        trials=sweep.trials,
        state=sweep_state(sweep),
        created_at=sweep.created_at,
        created_by=sweep.created_by,
        is_demo=sweep.is_demo,
    )


def sweep_state(sweep: Any) -> str:
    """The verdict of one of with_opinion() in a few words, or how far it is while there is none."""
    return OPINIONS[sweep.opinion][2] if sweep.opinion else str(State(sweep.state).label)
