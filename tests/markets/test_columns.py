import logging
import os
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from markets.columns import folder, stored_bars
from markets.frames import Timeframe
from markets.history import bars_after
from markets.models import Candle
from tests.builders import make_candles, make_symbol

pytestmark = pytest.mark.django_db
START = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # an hour before a new month
ALL = 10_000


def minute(n: int) -> datetime:
    return START + timedelta(minutes=n)


def columns(symbol, *, timeframe=Timeframe.M1, first=0, last=ALL, before=0):
    span = {"first": minute(first), "last": minute(last)}
    return stored_bars(symbol, feed="mock", timeframe=timeframe, before=before, **span)


def history(symbol, *, timeframe=Timeframe.M1, first=0, last=ALL, before=0):
    after = minute(first) - timedelta(microseconds=1)
    bars = bars_after(
        symbol, feed="mock", timeframe=timeframe, after=after, warmup=before, limit=ALL
    )
    return bars[bars.index <= minute(last)]


def fill(symbol, minutes, *, seed=1, **values):
    rng = random.Random(seed)
    for n in minutes:
        make_candles(symbol, start=minute(n), closes=[round(rng.uniform(1, 2), 5)], **values)


def files(kind="*.npy"):
    return sorted(path for path in folder().rglob(kind))


@pytest.fixture
def symbol():
    return make_symbol()


changes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sets(st.integers(0, 130), max_size=40)),
        st.tuples(st.just("add crossed"), st.sets(st.integers(0, 130), max_size=10)),
        st.tuples(st.just("delete"), st.sets(st.integers(0, 130), max_size=40)),
    ),
    min_size=1,
    max_size=4,
)
asked = st.fixed_dictionaries(
    {
        "timeframe": st.sampled_from(Timeframe),
        "first": st.integers(-5, 140),
        "last": st.integers(-5, 200),
        "before": st.integers(0, 90),
    }
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=changes, asked=asked)
@example(  # an empty period just after a month's first minute, which is an earlier bar then
    changes=[("add", {*range(15), 60})],
    asked={"timeframe": Timeframe.M1, "first": 61, "last": 0, "before": 15},
)
def test_columns_are_the_stored_minutes_whatever_came_and_went_between(symbol, changes, asked):
    Candle.objects.all().delete()
    for number, (change, minutes) in enumerate(changes):
        if change == "delete":
            Candle.objects.filter(time__in=[minute(n) for n in minutes]).delete()
        else:
            stored = set(Candle.objects.values_list("time", flat=True))
            new = sorted(n for n in minutes if minute(n) not in stored)
            source = {"ask_source": "crossed", "ask_shift": -0.001} if "crossed" in change else {}
            fill(symbol, new, seed=number, **source)

        assert_frame_equal(columns(symbol, **asked), history(symbol, **asked))
        assert_frame_equal(columns(symbol, **asked), history(symbol, **asked))


def test_a_second_read_fetches_no_prices(symbol):
    fill(symbol, range(90))
    columns(symbol)

    with CaptureQueriesContext(connection) as queries:
        bars = columns(symbol)

    assert len(bars) == 90
    assert len(queries) == 4
    assert not any("ask_close" in query["sql"] for query in queries)


def test_a_late_minute_rebuilds_its_month_alone(symbol):
    fill(symbol, [*range(10), *range(12, 90)])
    columns(symbol)
    october, november = files()

    fill(symbol, [10, 11])

    assert len(columns(symbol)) == 90
    assert november in files()
    assert october not in files()
    assert len(files()) == 2


def test_minutes_stored_anew_are_not_taken_for_the_old_ones(symbol):
    fill(symbol, range(90), seed=1)
    columns(symbol)
    Candle.objects.all().delete()

    fill(symbol, range(90), seed=2)

    assert_frame_equal(columns(symbol), history(symbol))


def test_files_of_months_that_were_deleted_go_with_the_next_change(symbol):
    fill(symbol, range(90))
    columns(symbol)
    Candle.objects.filter(time__lt=minute(60)).delete()
    fill(symbol, [95])

    columns(symbol)

    assert [path.name[:7] for path in files()] == ["2026-11"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: whole[:-100],
        lambda whole: whole + b"\0",
        lambda whole: b"PK\3\4" + whole[4:],
        lambda whole: whole[:500] + b"\0" * 8 + whole[508:],
    ],
    ids=["empty", "cut short", "too long", "foreign", "a page lost"],
)
def test_a_damaged_file_is_made_anew(symbol, damage):
    fill(symbol, range(30))
    columns(symbol)
    (path,) = files()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))

    assert_frame_equal(columns(symbol), history(symbol))
    assert path.read_bytes() == whole


def test_where_nothing_can_be_written_the_database_answers_and_one_line_says_so(symbol, caplog):
    fill(symbol, range(30))
    folder().parent.mkdir(parents=True, exist_ok=True)
    folder().write_text("a file where the folder should be")

    with caplog.at_level(logging.WARNING):
        answers = [columns(symbol), columns(symbol)]

    folder().unlink()
    assert_frame_equal(answers[1], history(symbol))
    assert caplog.text.count("markets.columns_not_kept") == 1


def test_a_part_that_somebody_writes_is_left_and_a_forgotten_one_removed(symbol):
    fill(symbol, range(30))
    columns(symbol)
    place = files()[0].parent
    fresh, old = place / "a.part", place / "b.part"
    fresh.touch()
    old.touch()
    os.utime(old, (0, 0))
    fill(symbol, [40])

    columns(symbol)

    assert files("*.part") == [fresh]


def test_no_minutes_are_empty_bars(symbol):
    assert_frame_equal(columns(symbol), history(symbol))


def test_warm_up_reaches_over_months_without_minutes(symbol):
    fill(symbol, range(5))
    fill(symbol, range(200_000, 200_005))

    bars = columns(symbol, first=200_000, last=300_000, before=4)

    assert len(bars) == 9
    assert bars.index[0] == minute(1)
