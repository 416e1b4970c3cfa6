"""A live day to look back at: caught up in one go at first, then watched minute by minute."""

from datetime import date, datetime, timedelta

from markets.feeds.base import Bar
from markets.ingest import store_bars
from markets.models import Symbol
from signals.engine import tick
from signals.models import Difference, ParityCheck, Run
from signals.parity import check_day
from signals.uptime import Uptime
from tests.builders import make_recipient
from tests.signals.desk import START, make_desk, wave

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
WATCHED, END = 318, 400  # minutes of the wave: an entry each way, and what became of it
DAY = START.date()
NIGHT = datetime.combine(DAY, datetime.min.time(), START.tzinfo) + timedelta(days=1, minutes=20)
CLOSES = wave(END + 60)


def bar(minute: int, *, up: float = 0.0) -> Bar:
    """The pushed bar of one minute of the wave, `up` higher than the wave."""
    close = CLOSES[minute] + up
    bid = {"open": close, "high": close + 0.0001, "low": close - 0.0001, "close": close}
    ask = {f"ask_{side}": price + 0.0001 for side, price in bid.items()}
    return Bar(time=START + minute * MINUTE, volume=1.0, **bid, **ask)


def push(symbol: Symbol, *minutes: int, up: float = 0.0, at: int | None = None) -> None:
    """The bars of `minutes`, seen a second after the newest closed, or minute `at` began."""
    seen = START + (max(minutes) + 1 if at is None else at) * MINUTE + SECOND
    store_bars(symbol, "push", [bar(minute, up=up) for minute in minutes], now=seen)


def look(minute: int, *, jump: float = 0.0) -> None:
    """A tick three seconds after the bars before `minute` closed; `jump`: the clock's, seconds."""
    at = START + minute * MINUTE + 3 * SECOND
    tick(now=at, uptime=Uptime(1000.0 + 60 * minute - jump, "a-boot"))


def watch(symbol: Symbol, first: int, last: int) -> None:
    """Bars first to last - 1 pushed as they close, each looked at in time."""
    for minute in range(first, last):
        push(symbol, minute)
        look(minute + 1)


def live_day(**config: object) -> Symbol:
    """A desk that was caught up and then watched to its end, with somebody to tell."""
    make_recipient()
    symbol = make_desk(**config)
    push(symbol, *range(WATCHED))
    look(WATCHED)
    watch(symbol, WATCHED, END)
    return symbol


def check(day: date = DAY) -> ParityCheck:
    return check_day(Run.objects.get(kind="live"), day, now=NIGHT)


def found() -> list[tuple[str, str]]:
    """Cause and kind of each difference of the newest check."""
    rows = Difference.objects.filter(check_of=ParityCheck.objects.latest("pk"))
    return list(rows.values_list("cause", "what"))
