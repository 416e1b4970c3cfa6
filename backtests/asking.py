"""From what somebody sent to a plan: the one validation for pages, API, command and sweeps."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from backtests.periods import NoCandles, require_candles
from backtests.plan import Costs, Plan
from markets.feeds.registry import FEEDS
from markets.frames import Timeframe
from markets.history import default_feed
from markets.models import Symbol
from risk.changing import complete
from risk.models import build_guards
from risk.versions import newest_version
from strategies.models import DistanceMode
from strategies.parameters import SettingError, build, setting
from strategies.registry import STRATEGIES

MOST_SYMBOLS = 50  # of one backtest
MOST_YEARS = 30
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
FURTHEST = 100_000  # pips or ATR
KNOWN = [each.name for each in fields(Plan)]


TWO_DECIMALS = "at most two decimals, as a strategy's settings keep them."


class PlanError(ValueError):
    """A plan that cannot be tested; `field` is what to change, the text says how."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers of a plan, with their limits and words for forms."""

    sl_value: float = setting(
        3.0, help="Stop from the price, in its mode", minimum=0.01, maximum=FURTHEST
    )
    tp_value: float = setting(
        4.5, help="Target from the price, in its mode", minimum=0.01, maximum=FURTHEST
    )
    min_confidence: float = setting(0.0, help="Entries below are ignored", minimum=0, maximum=1)
    expiry_bars: int = setting(
        120, help="The idea ends after", unit="bars", minimum=1, maximum=100_000
    )
    capital: float = setting(10_000.0, help="Account to begin with", minimum=0.01, maximum=1e12)
    risk_pct: float = setting(
        1.0, help="Risked on each trade", unit="% of the capital at hand", minimum=1e-4, maximum=100
    )


@dataclass(frozen=True, kw_only=True)
class CostNumbers:
    """What trading costs, with limits and words for forms."""

    spread_pips: float = setting(
        0.0, help="Instead of the spread the bars have", unit="pips", minimum=0, maximum=1000
    )
    slippage_pips: float = setting(
        0.0, help="Lost on each fill at market", unit="pips", minimum=0, maximum=1000
    )
    commission_pips: float = setting(0.0, help="A round trip", unit="pips", minimum=0, maximum=1000)


def parse_plan(values: Mapping[str, Any]) -> Plan:
    """The plan `values` describe, by the names of Plan; what is left out has its default.

    `symbols` is a list or "EURUSD, GBPUSD", times are datetimes or ISO texts (UTC without a zone),
    `guards` "desk" (the risk settings in force, the default), "none", or settings by guard.
    Raises PlanError where something is missing, unknown, out of range, or has no candles.
    """
    for name in values:
        if name not in KNOWN:
            raise PlanError(str(name)[:50], _unknown(str(name), KNOWN))
    symbols = _symbols(values.get("symbols"))
    start, end = _period(values)
    feed = _feed(values.get("feed"), symbols, start, end)
    timeframe = Timeframe(_choice("timeframe", values.get("timeframe", "M1"), list(Timeframe)))
    try:
        require_candles(symbols, feed=feed, start=start, end=end)
    except NoCandles as error:
        raise PlanError("start", str(error)) from error
    strategy = _choice("strategy", values.get("strategy"), list(STRATEGIES))
    return Plan(
        symbols=tuple(symbol.code for symbol in symbols),
        feed=feed,
        timeframe=timeframe,
        start=start,
        end=end,
        strategy=strategy,
        parameters=_parameters(strategy, values.get("parameters")),
        guards=_guards(values.get("guards", "desk")),
        costs=_costs(values.get("costs")),
        sl_mode=_choice("sl_mode", values.get("sl_mode", "atrx"), DistanceMode.values),
        tp_mode=_choice("tp_mode", values.get("tp_mode", "atrx"), DistanceMode.values),
        **_numbers(strategy, values),
    )


def _symbols(sent: Any) -> list[Symbol]:
    codes = sent.replace(",", " ").split() if isinstance(sent, str) else list(sent or ())
    codes = list(dict.fromkeys(str(code).upper() for code in codes))
    if not codes:
        raise PlanError("symbols", "Name at least one symbol, such as EURUSD.")
    if len(codes) > MOST_SYMBOLS:
        raise PlanError("symbols", f"At most {MOST_SYMBOLS} symbols in one backtest.")
    known = {symbol.code: symbol for symbol in Symbol.objects.filter(code__in=codes)}
    for code in codes:
        if code not in known:
            there = ", ".join(Symbol.objects.values_list("code", flat=True)) or "none yet"
            raise PlanError("symbols", f"There is no symbol {code[:12]}. Known: {there}.")
    return [known[code] for code in codes]


def _period(values: Mapping[str, Any]) -> tuple[datetime, datetime]:
    start, end = _time("start", values), _time("end", values)
    if start >= end:
        raise PlanError("end", "The period must end after it starts.")
    if (end - start).days > MOST_YEARS * 366:
        raise PlanError("end", f"At most {MOST_YEARS} years in one backtest.")
    return start, end


def _time(name: str, values: Mapping[str, Any]) -> datetime:
    sent = values.get(name)
    if sent is None or sent == "":
        raise PlanError(name, "Say a day or a time, such as 2026-01-31 or 2026-01-31T12:00.")
    try:
        at = sent if isinstance(sent, datetime) else datetime.fromisoformat(str(sent))
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise PlanError(name, f"{str(sent)[:30]!r} is no time such as 2026-01-31T12:00.") from None
    if not FIRST <= at < LAST:
        raise PlanError(name, f"Say a time from {FIRST.year} to {LAST.year - 1}.")
    return at


def _feed(sent: Any, symbols: list[Symbol], start: datetime, end: datetime) -> str:
    if sent:
        return _choice("feed", sent, list(FEEDS))
    feeds = {default_feed(symbol, start=start, end=end) for symbol in symbols}
    if len(feeds) > 1:
        words = f"These symbols have candles of {', '.join(sorted(feeds))}: say of which feed."
        raise PlanError("feed", words)
    return feeds.pop()


def _choice(name: str, sent: Any, known: list[Any]) -> str:
    if sent is None or sent == "":
        raise PlanError(name, f"Say one of: {', '.join(known)}.")
    if sent not in known:
        raise PlanError(name, _unknown(str(sent), [str(each) for each in known]))
    return str(sent)


def _unknown(sent: str, known: list[str]) -> str:
    close = get_close_matches(sent, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}."
    return f"There is no {sent[:50]}: {hint}"


def _parameters(strategy: str, sent: Any) -> dict[str, Any]:
    """Those sent, as the strategy reads them."""
    values = _mapping("parameters", sent)
    try:
        built = build(STRATEGIES[strategy], values)
    except SettingError as error:
        raise PlanError(f"parameters.{error.setting}", str(error)) from error
    except ValueError as error:  # settings that do not go together
        raise PlanError("parameters", str(error)) from error
    return {name: getattr(built, name) for name in values}


def _guards(sent: Any) -> dict[str, dict[str, Any]] | None:
    """Every guard with all its settings, so that the plan stays what it was."""
    if sent == "none" or sent is None:
        return None
    chosen = newest_version().snapshot["guards"] if sent == "desk" else sent
    if not isinstance(chosen, Mapping) or not all(isinstance(v, Mapping) for v in chosen.values()):
        raise PlanError("guards", 'Say "desk", "none", or settings by guard.')
    try:
        build_guards(chosen)
    except ValueError as error:
        raise PlanError("guards", str(error)) from error
    return complete(chosen)


def _costs(sent: Any) -> Costs:
    given = {name: value for name, value in _mapping("costs", sent).items() if value is not None}
    try:
        read = build(CostNumbers, given)
    except SettingError as error:
        raise PlanError(f"costs.{error.setting}", str(error)) from error
    return Costs(**{name: getattr(read, name) for name in given})


def _mapping(name: str, sent: Any) -> dict[str, Any]:
    if sent is None:
        return {}
    if not isinstance(sent, Mapping):
        raise PlanError(name, "Send settings by name.")
    return {str(key): value for key, value in sent.items()}


def _numbers(strategy: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Levels and money; no target where it is None, or for a trailing strategy left out."""
    names = [each.name for each in fields(Numbers)]
    has_target = values.get("tp_value", None if STRATEGIES[strategy].trails else 4.5) is not None
    given = {name: values[name] for name in names if values.get(name) is not None}
    try:
        read = build(Numbers, given)
    except SettingError as error:
        raise PlanError(error.setting, str(error)) from error
    for name in ("sl_value", "tp_value"):
        if too_fine(getattr(read, name)):
            raise PlanError(name, f"{name}: {TWO_DECIMALS}")
    return {name: getattr(read, name) for name in names} | (
        {} if has_target else {"tp_value": None}
    )


def too_fine(level: float) -> bool:
    """Whether a strategy's settings would round this distance of a stop or a target."""
    return round(level, 2) != level
