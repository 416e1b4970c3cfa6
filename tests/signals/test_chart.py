"""The chart's values: bars, indicators, levels and marks."""

import math
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from markets.models import Candle
from signals.engine import tick
from signals.models import Position, Signal
from signals.pages.chart import chart
from signals.pages.sketch import sketch
from tests.builders import make_candles, make_signal, make_user
from tests.signals.desk import START, first_signal, make_desk, tick_each_minute

pytestmark = pytest.mark.django_db


def drawn(signal, **options):
    found = Signal.objects.for_page().get(pk=signal.pk)
    return chart(found, now=timezone.now(), **options)


def seconds(at):
    return int(at.timestamp())


def test_the_bars_run_from_ninety_before_the_decision_to_the_newest():
    signal = first_signal(make_desk())

    shown = drawn(signal)

    times = [bar[0] for bar in shown.bars]
    assert times[0] == seconds(signal.bar_time - timedelta(minutes=90))
    assert times[-1] == seconds(signal.bar_time)
    assert {later - earlier for earlier, later in pairwise(times)} == {60}


def test_the_indicators_are_those_the_decision_read():
    signal = first_signal(make_desk())

    plots = {plot["label"]: plot for plot in drawn(signal).plots}

    read = signal.evidence["indicators"]
    assert plots["Fast EMA"]["values"][-1] == pytest.approx(read["ema_fast"], abs=1e-5)
    assert plots["RSI"]["values"][-1] == pytest.approx(read["rsi"], abs=0.01)
    assert (plots["Fast EMA"]["pane"], plots["RSI"]["pane"]) == ("", "RSI")


def test_what_is_undefined_is_a_gap_not_a_number():
    signal = make_signal(minutes_ago=1)
    start = signal.bar_time - timedelta(minutes=40)
    make_candles(signal.symbol, start=start, closes=[1.085] * 41)

    slow = next(plot for plot in drawn(signal).plots if plot["label"] == "Slow EMA")

    assert slow["values"][:25] == [None] * 25
    assert slow["values"][25] == pytest.approx(1.085)


def test_levels_begin_at_the_decision_and_end_with_the_position():
    symbol = make_desk()
    signal = first_signal(symbol)
    tick_each_minute(symbol, 330, 420)

    shown = drawn(signal)

    position = Position.objects.get(signal=signal)
    exits = [mark for mark in shown.marks if mark.kind == "exit"]
    assert [mark.price for mark in exits] == [float(position.exit_price)]
    levels = {line.kind: line for line in shown.lines}
    assert levels["sl"].points[0] == (seconds(signal.bar_time), float(signal.sl))
    assert levels["sl"].points[1][0] == exits[0].time
    assert levels["entry"].points[0][1] == float(position.entry_price)


def test_a_trailing_stop_is_drawn_where_the_engine_had_it():
    symbol = make_desk(strategy="donchian_atr", parameters={"channel": 10})
    steep = [1.1 + 0.0030 * math.sin(n / 15) for n in range(560)]  # breaks out of its channel
    make_candles(symbol, start=START, closes=steep)
    tick(now=START + timedelta(minutes=560, seconds=3))
    signal = Signal.objects.filter(position__reason="opposite").first()

    stops = next(line for line in drawn(signal).lines if line.label == "Trailing stop")

    position = Position.objects.get(signal=signal)
    assert stops.points[0][1] == float(signal.sl)
    assert len({price for _, price in stops.points}) > 2
    assert stops.points[-1][1] == float(position.stop)


def test_bars_that_are_gone_are_said():
    signal = make_signal()

    shown = drawn(signal)

    assert (shown.bars, shown.lines, shown.marks) == ((), (), ())
    assert "no longer stored" in shown.notes[0]


def test_a_long_life_is_shown_around_its_decision_and_whole_in_longer_bars():
    signal = make_signal(minutes_ago=900)
    start = signal.bar_time - timedelta(minutes=100)
    make_candles(signal.symbol, start=start, closes=[1.085] * 1000)
    track = signal.config.tracks.create(run=signal.run, feed="mock", starts_after=start)
    Position.objects.create(signal=signal, track=track, state="open", stop=signal.sl)

    around, whole = drawn(signal), drawn(signal, whole=True)

    assert (around.timeframe, len(around.bars), around.is_whole) == ("M1", 600, False)
    assert (whole.timeframe, whole.plots) == ("M5", ())
    assert whole.bars[0][0] <= seconds(signal.bar_time) < whole.bars[-1][0] - 890 * 60 + 600


def test_the_bars_take_two_queries_however_many_there_are():
    signal = first_signal(make_desk())
    signal = Signal.objects.for_page().get(pk=signal.pk)

    with CaptureQueriesContext(connection) as queries:
        chart(signal, now=timezone.now())

    assert len(queries) == 2


def test_the_chart_answers_204_until_a_bar_closes(client):
    signal = first_signal(make_desk())
    client.force_login(make_user())
    url = f"/signals/{signal.pk}/chart/"
    token = client.get(url).json()["version"]

    assert client.get(url, {"v": token}).status_code == 204
    newest = Candle.objects.latest("time")
    make_candles(signal.symbol, start=newest.time + timedelta(minutes=1), closes=[1.1])
    assert client.get(url, {"v": token}).status_code == 200


def test_without_script_the_server_draws_bars_and_levels():
    signal = make_signal()
    start = signal.bar_time - timedelta(minutes=1)
    make_candles(signal.symbol, start=start, closes=[1.085, 1.086])

    found = sketch(signal)

    assert [level.kind for level in found.levels] == ["entry", "sl", "tp"]
    assert found.rising.count("Z") == 2
    assert sketch(make_signal(minutes_ago=9000)) is None
