"""What is stored of a position's end: the bars that decided it, and how long it ran."""

from datetime import datetime

import pytest

from markets.models import Candle
from signals.engine import tick
from signals.models import Position
from tests.signals.desk import make_desk, pushed

pytestmark = pytest.mark.django_db


def ended() -> list[Position]:
    return list(Position.objects.filter(state="closed").order_by("signal__bar_time"))


def test_an_ended_position_names_the_candles_of_its_entry_and_its_exit():
    tick(now=pushed(make_desk(), 520))

    for row in ended():
        entry, exit_ = row.decided_by
        assert [entry["what"], exit_["what"]] == ["entry", "exit"]
        for kept in (entry, exit_):
            candle = Candle.objects.get(time=datetime.fromisoformat(kept["time"]))
            assert kept["bid"] == [candle.open, candle.high, candle.low, candle.close]
            assert kept["ask"][0] == candle.ask_open
        assert datetime.fromisoformat(entry["time"]) == row.entry_at
        assert row.duration == row.closed_at - row.entry_at
    assert ended()
