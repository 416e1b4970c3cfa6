"""A live day that is watched, left and gone on with."""

from datetime import timedelta

from markets.models import Symbol
from signals.models import Signal
from signals.replay.one import replay_signal
from tests.builders import make_recipient
from tests.signals.desk import START, make_desk
from tests.signals.parity.day import MINUTE, check, look, push

NOON = 345  # a minute at which things are changed: between the wave's second and third entry


def at(minute: int):
    return START + minute * MINUTE + timedelta(seconds=30)


def begun_day(**config: object) -> Symbol:
    """A desk that was caught up, with somebody to tell, and watched to NOON."""
    make_recipient(gets_results=True)
    symbol = make_desk(**config)
    push(symbol, *range(320))
    look(320)
    go_on(symbol, 320, NOON)
    return symbol


def go_on(symbol: Symbol, first: int, last: int, *, looks: bool = True) -> None:
    """Bars first to last - 1, five at a time: late for nobody, and quicker than each alone."""
    for minute in range(first, last, 5):
        push(symbol, *range(minute, minute + 5))
        if looks:
            look(minute + 5)


def assert_the_same():
    """Nothing differs, and each record comes out as it was."""
    done = check()
    assert list(done.found.values_list("cause", "what", "at", "was", "now", "detail")) == []
    for signal in Signal.objects.all():
        unequal = [line for line in replay_signal(signal).lines if line.is_equal is False]
        assert unequal == []
    return done
