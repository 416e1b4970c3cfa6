"""Asking for a backtest: the form, from nothing, a strategy's settings or a former run."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access.pages import staff_required
from backtests.limits import QueueFull
from backtests.models import Backtest
from backtests.pages.forms import BacktestForm, backtest_form, plan_values
from backtests.pages.periods import Stored, stored_periods
from backtests.runs import queue_backtest
from strategies.forms import PREFIX
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES

FIRST = next(iter(STRATEGIES))
SHOWN = "settings_of"  # the strategy whose settings the sent form had


@require_http_methods(["GET", "POST"])
@staff_required
def new_view(request: HttpRequest) -> HttpResponse:
    """The form; a valid one becomes a run, another strategy only other settings."""
    if request.POST.get("step") == "settings" or _is_swapped(request.POST):
        return _page(request, _begun(request.POST))
    if request.method == "POST":
        form = backtest_form(_strategy(request.POST.get("strategy", "")), request.POST)
        if form.is_valid():
            by = request.user.get_username()
            try:
                return redirect("backtest", queue_backtest(form.plan, by=by, now=timezone.now()).pk)
            except QueueFull as full:
                form.add_error(None, str(full))
        return _page(request, form)
    return _page(request, _begun(request.GET))


def _page(request: HttpRequest, form: BacktestForm) -> HttpResponse:
    shown = {"form": form, "sections": tuple(form.sections()), "periods": stored_periods()}
    return render(request, "backtests/new.html", shown)


def _begun(query: QueryDict) -> BacktestForm:
    """The form as a link began it: `config` a strategy's, `from` a run, else what is named."""
    values: dict[str, Any] = {}
    if config := _number(query.get("config", "")):
        configs = StrategyConfig.objects.select_related("symbol")
        values = _config_values(get_object_or_404(configs, pk=config))
    elif run := _number(query.get("from", "")):
        values = plan_values(get_object_or_404(Backtest, pk=run).asked())
    named = {name: query[name] for name in query if name not in ("config", "from", "symbols")}
    symbols = {"symbols": query.getlist("symbols")} if "symbols" in query else {}
    strategy = _strategy(str(named.get("strategy") or values.get("strategy", "")))
    if strategy != values.get("strategy"):
        values = {name: each for name, each in values.items() if not name.startswith(PREFIX)}
    before, held = (named.get(SHOWN), named) if SHOWN in named else (values.get("strategy"), values)
    if _trails(str(before)) not in (None, _trails(strategy)):
        held.pop("tp_value", None)  # what trails has no target unless one is asked for
    period = _whole_period(stored_periods())
    initial = {**period, **values, **named, **symbols, "strategy": strategy}
    return backtest_form(strategy, initial=initial)


def _is_swapped(typed: QueryDict) -> bool:
    """Whether another strategy was chosen than the one whose settings were shown."""
    shown = typed.get(SHOWN, "")
    return bool(shown) and shown != _strategy(typed.get("strategy", ""))


def _trails(slug: str) -> bool | None:
    return STRATEGIES[slug].trails if slug in STRATEGIES else None


def _number(text: str) -> int:
    """The number a link names; 0 for none, the longest there may be for a longer one."""
    return int(text[:20]) if text.isdecimal() else 0


def _strategy(slug: str) -> str:
    return slug if slug in STRATEGIES else FIRST


def _whole_period(periods: tuple[Stored, ...]) -> dict[str, Any]:
    """The last of what is stored, so that the form can be sent as it is."""
    if not periods:
        return {}
    longest = max(periods, key=lambda each: each.last - each.first)
    return {
        "symbols": [longest.symbol],
        "feed": longest.feed,
        "start": longest.first,
        "end": longest.last + timedelta(minutes=1),
    }


def _config_values(config: StrategyConfig) -> dict[str, Any]:
    """What the desk runs now, with the candles its symbol has."""
    code = config.symbol.code
    own = _whole_period(tuple(each for each in stored_periods() if each.symbol == code))
    names = ("strategy", "timeframe", "sl_mode", "tp_mode", "expiry_bars")
    numbers = ("sl_value", "tp_value", "min_confidence")
    return {
        **own,
        **{name: getattr(config, name) for name in names},
        **{name: _plain(getattr(config, name)) for name in numbers},
        **{PREFIX + name: value for name, value in config.parameters.items()},
        "symbols": [code],
    }


def _plain(value: Any) -> Any:
    return None if value is None else f"{float(value):.10g}"
