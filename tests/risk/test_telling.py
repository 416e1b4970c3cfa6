"""Figures in words and drawings: values in, text and shapes out."""

from datetime import UTC, datetime, timedelta

import pytest

from risk.statistics import Interval, Sample, equity, figures
from risk.telling.chart import MOST, drawn
from risk.telling.drawing import ROOM, WIDTH, axis, curve
from risk.telling.words import (
    counted,
    pips_text,
    r_range,
    r_text,
    share_range,
    share_text,
    span_text,
    tone_of,
)

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def record_of(*results, every=timedelta(minutes=10)):
    rows = ((MONDAY + n * every, r, 10 * r, r / 5, None) for n, r in enumerate(results))
    return Sample.of(rows)


def test_a_result_is_told_in_r_with_its_sign_and_two_digits():
    assert [r_text(value) for value in (1.254, -0.5, 0.0, None)] == [
        "+1.25 R",
        "-0.50 R",
        "+0.00 R",
        "-",
    ]


def test_a_number_too_small_to_be_told_is_not_a_negative_zero():
    assert (r_text(-0.001), pips_text(-0.01), tone_of(-0.001)) == (
        "+0.00 R",
        "+0.0 pips",
        "tone-calm",
    )


@pytest.mark.parametrize(("n", "told"), [(40, "43%"), (1000, "42.9%")])
def test_a_share_is_told_as_exactly_as_its_sample_allows(n, told):
    assert share_text(0.4286, n=n) == told


def test_intervals_are_told_from_low_to_high():
    assert r_range(Interval(low=-0.1, high=0.354)) == "-0.10 to +0.35 R"
    assert share_range(Interval(low=0.29, high=0.58), n=40) == "29 to 58%"


@pytest.mark.parametrize(
    ("lasted", "told"),
    [
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=5, minutes=20), "5 h 20 min"),
        (timedelta(days=3, hours=4), "3 d 4 h"),
        (timedelta(days=2), "2 d"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(lasted, told):
    assert span_text(lasted) == told


def test_one_is_not_many():
    assert [counted(1, "day"), counted(2000, "day")] == ["1 day", "2,000 days"]


def test_the_chart_begins_at_zero_and_steps_where_something_closed():
    shown = drawn(equity(record_of(1.0, -2.0, 0.5, every=timedelta(minutes=2))))

    start = int(MONDAY.timestamp())
    assert shown.points == (
        (start - 60, 0.0, 0.0, 0),
        (start, 1.0, 0.0, 1),
        (start + 60, 1.0, 0.0, 1),
        (start + 120, -1.0, -2.0, 2),
        (start + 180, -1.0, -2.0, 2),
        (start + 240, -0.5, -1.5, 3),
    )


def test_a_long_record_is_drawn_in_wider_steps_that_keep_its_deepest_drawdown():
    results = [1.0, -4.0, 3.5, *[0.5, -0.5] * 3000]
    shown = drawn(equity(record_of(*results)))

    assert len(shown.points) <= MOST
    assert min(point[2] for point in shown.points) == -4.0
    assert shown.points[-1][1:] == (0.5, -0.5, len(results))
    assert shown.notes == ("Each point is 4 hours; the drawdown is the deepest within it.",)


def test_the_chart_is_told_in_a_sentence_for_those_who_do_not_see_it():
    assert drawn(equity(record_of(1.0, -2.0, 0.5))).summary == (
        "Equity of 3 results from 2026-11-16 to 2026-11-16 UTC: it ends at -0.50 R, its best is "
        "+1.00 R, its deepest drawdown is -2.00 R."
    )


def test_nothing_is_drawn_of_nothing():
    shown = drawn(equity(record_of()))

    assert (shown.points, curve(shown.points)) == ((), None)
    assert "Nothing has ended" in shown.notes[0]


def test_the_curve_reaches_from_edge_to_edge():
    shape = curve(drawn(equity(record_of(1.0, -2.0, 0.5))).points)

    assert shape.equity.startswith("M0 ") and f"H{WIDTH}.0" in shape.equity
    assert shape.drawdown.endswith("V0Z")


def test_intervals_of_a_table_share_one_axis_on_which_zero_lies():
    wins, losses = (figures(record_of(*[r, r / 2] * 20)) for r in (1.0, -1.0))
    shared = axis([wins, losses])

    good, bad = shared.whisker(wins), shared.whisker(losses)

    assert good.zero == bad.zero and bad.x + bad.width < good.zero < good.x
    assert (good.tone, bad.tone) == ("good", "bad")
    assert bad.x >= 0 and good.x + good.width <= ROOM


def test_an_interval_that_includes_zero_has_no_colour():
    even = figures(record_of(*[1.0, -1.0] * 20))

    assert axis([even]).whisker(even).tone == "calm"


def test_a_mean_that_is_not_told_is_not_drawn():
    few = figures(record_of(1.0, 1.0))

    assert axis([few]).whisker(few) is None
