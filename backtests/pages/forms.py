"""The form a backtest is asked for with; what may be asked is `backtests.asking`'s to say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from backtests.asking import PlanError, parse_plan
from backtests.plan import Plan
from markets.feeds.registry import feed_choices
from markets.models import Symbol
from strategies.forms import PREFIX, chosen_settings, setting_fields
from strategies.models import DistanceMode, timeframe_choices
from strategies.parameters import describe
from strategies.registry import STRATEGIES, strategy_choices

MINUTES = "%Y-%m-%dT%H:%M"
COSTS = ("spread_pips", "slippage_pips", "commission_pips")
SWAPS = {  # another strategy has other settings; without script a button asks for them
    "hx-post": "",
    "hx-trigger": "change",
    "hx-vals": '{"step": "settings"}',
    "hx-target": "#settings",
    "hx-select": "#settings",
    "hx-swap": "outerHTML",
}
ANY = datetime(2000, 1, 1, tzinfo=UTC)  # where the time does not matter
GUARDS = (("desk", "The desk's, as set now"), ("none", "None: take every entry"))


@dataclass(frozen=True)
class Section:
    """Fields that belong together, with what is said beside their title."""

    title: str
    note: str
    fields: tuple[BoundField, ...]


def _number(step: str = "any", **attrs: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": step, **attrs})


def _moment(label: str, help_text: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(format=MINUTES, attrs={"type": "datetime-local"})
    complaint = {"invalid": "Write a day and a time such as 2026-01-31T12:00."}
    return forms.DateTimeField(
        label=label, help_text=help_text, widget=widget, error_messages=complaint
    )


class BacktestForm(forms.Form):
    """What every backtest is asked; `backtest_form` adds the settings of its strategy."""

    symbols = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label="Symbols")
    feed = forms.ChoiceField(required=False, help_text="Candles of different feeds never mix.")
    start = _moment("From (UTC)", "Opening time of the first bar that decides.")
    end = _moment("Until (UTC)", "This bar is the first that is left out.")
    timeframe = forms.ChoiceField(help_text="Length of the bars it decides on.")
    strategy = forms.ChoiceField(choices=strategy_choices, widget=forms.Select(attrs=SWAPS))
    sl_mode = forms.ChoiceField(choices=DistanceMode.choices, label="Stop measured in")
    sl_value = forms.FloatField(label="Stop distance", widget=_number(min="0"))
    tp_mode = forms.ChoiceField(choices=DistanceMode.choices, label="Target measured in")
    tp_value = forms.FloatField(
        required=False, label="Target distance", widget=_number(min="0"), help_text="Empty: none."
    )
    min_confidence = forms.FloatField(
        label="Least confidence (0 to 1)", widget=_number(min="0", max="1")
    )
    expiry_bars = forms.IntegerField(label="Idea expires after (bars)", widget=_number("1"))
    guards = forms.ChoiceField(choices=GUARDS, help_text="What refuses an entry.")
    spread_pips = forms.FloatField(
        required=False,
        label="Spread (pips)",
        widget=_number(min="0"),
        help_text="Empty: as the candles have it, from ask quotes or the typical spread.",
    )
    slippage_pips = forms.FloatField(
        label="Slippage (pips a fill)",
        widget=_number(min="0"),
        help_text="Lost on each fill at market; a target is a limit and slips not.",
    )
    commission_pips = forms.FloatField(
        label="Commission (pips a round trip)",
        widget=_number(min="0"),
        help_text="7 USD a lot is 0.7 where a pip is worth 10 USD.",
    )
    capital = forms.FloatField(label="Capital (account currency)", widget=_number(min="0"))
    risk_pct = forms.FloatField(
        label="Risk a trade (% of the capital at hand)",
        widget=_number(min="0", max="100"),
        help_text="From entry to stop.",
    )
    slug: ClassVar[str]  # of the strategy whose settings it has
    plan: Plan  # once it is valid

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = Symbol.objects.order_by("code").values_list("code", flat=True)
        self.fields["symbols"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        feeds = [("", "Imported candles, else the symbol's own"), *feed_choices()]
        self.fields["feed"].choices = feeds  # type: ignore[attr-defined]
        self.fields["timeframe"].choices = timeframe_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask `parse_plan`, and put what it refuses beside its field."""
        if not self.errors:
            try:
                self.plan = parse_plan(asked_values(self.cleaned_data))
            except PlanError as error:
                name = error.field.rpartition(".")[2]
                words = str(error).removeprefix(f"{name} ")  # the label says which
                self.add_error(self._field_of(error.field), ValidationError(words))
        return self.cleaned_data

    def _field_of(self, name: str) -> str | None:
        """The form's field for a field of the plan; None for what concerns several."""
        family, _, own = name.partition(".")
        found = {"parameters": f"{PREFIX}{own}", "costs": own}.get(family, family)
        return found if found in self.fields else None

    def sections(self) -> Iterator[Section]:
        """The fields as the page shows them."""
        strategy = STRATEGIES[self.slug]
        about = (strategy.__doc__ or "").splitlines()[0]
        own = [PREFIX + item.name for item in describe(strategy)]
        yield self._section("Strategy", about, ["strategy", *own])
        trails = "This strategy trails its stop and needs no target." if strategy.trails else ""
        levels = ["sl_mode", "sl_value", "tp_mode", "tp_value", "min_confidence", "expiry_bars"]
        yield self._section("Stop and target", trails, levels)
        yield self._section("Guards", "", ["guards"])
        yield self._section("Costs", "a backtest without them flatters", list(COSTS))
        yield self._section("Account", "", ["capital", "risk_pct"])

    def _section(self, title: str, note: str, names: list[str]) -> Section:
        return Section(title, note, tuple(self[name] for name in names))


def backtest_form(
    strategy: str, typed: Any = None, *, initial: Mapping[str, Any] | None = None
) -> BacktestForm:
    """The form with the settings of `strategy`, holding `initial` or what was `typed`."""
    fields = setting_fields(STRATEGIES[strategy])
    form: type[BacktestForm] = type(
        "StrategyBacktestForm", (BacktestForm,), {**fields, "slug": strategy}
    )
    return form(typed, initial={**usual_values(strategy), **(initial or {})})


def usual_values(strategy: str) -> dict[str, Any]:
    """What a form begins with: the defaults of a plan."""
    plan = Plan(symbols=(), feed="", start=ANY, end=ANY, strategy=strategy)
    trails = STRATEGIES[strategy].trails
    values = plan_values(plan) | {"guards": "desk", "strategy": strategy}
    values |= {"tp_value": None} if trails else {}
    return {name: value for name, value in values.items() if name not in ("start", "end")}


def plan_values(plan: Plan) -> dict[str, Any]:
    """What the form of `plan` holds; the settings under the names of their fields."""
    names = [
        *("feed", "start", "end", "strategy", "sl_mode", "sl_value", "tp_mode", "tp_value"),
        *("min_confidence", "expiry_bars", "capital", "risk_pct"),
    ]
    return {
        **{name: _plain(getattr(plan, name)) for name in names},
        **{PREFIX + name: _plain(value) for name, value in plan.parameters.items()},
        **{name: _plain(getattr(plan.costs, name)) for name in COSTS},
        "symbols": list(plan.symbols),
        "timeframe": str(plan.timeframe),
        "guards": "none" if plan.guards is None else "desk",
    }


def asked_values(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What the cleaned form asks for, by the names of a plan."""
    apart = {*COSTS, *(name for name in cleaned if name.startswith(PREFIX))}
    return {
        **{name: value for name, value in cleaned.items() if name not in apart},
        "parameters": chosen_settings(cleaned),
        "costs": {name: cleaned[name] for name in COSTS},
    }


def _plain(value: Any) -> Any:
    """3, not 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
