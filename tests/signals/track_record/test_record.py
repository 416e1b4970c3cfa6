"""The track record: which signals are behind its figures, and how they are cut."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from signals.track_record import CUTS, GUARD, Asked, track_record
from signals.track_record.asked import between, over
from tests.builders import NOON, make_signal, make_symbol
from tests.signals.stored_signals import make_judged, make_position

pytestmark = pytest.mark.django_db
ALL = Asked()


@pytest.fixture
def real():
    """EURUSD with prices nobody made up."""
    return make_symbol(feed="twelvedata")


def record(asked=ALL, **options):
    return track_record(asked, now=NOON, **options)


def test_the_figures_are_of_what_ended_and_the_rest_is_counted(real):
    for minutes, r in enumerate((1.5, -1.0, 0.25), start=1):
        make_judged(r, minutes_ago=minutes, reason="expired" if r == 0.25 else "tp")
    make_judged(None, minutes_ago=4)
    make_position(make_signal(minutes_ago=5), state="open", closed_at=None, r_multiple=None)
    make_judged(-1.0, minutes_ago=6, status="blocked")

    whole = record().whole

    assert (whole.figures.n, whole.figures.wins, whole.figures.losses) == (3, 2, 1)
    assert (whole.figures.r_sum, whole.figures.pips_sum) == (0.75, 7.5)
    assert (whole.expired, whole.undecided, whole.open, whole.blocked) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    "values", [{"late": True}, {"is_shadow": True}, {"run": "rehearsal"}, {"status": "blocked"}]
)
def test_what_nobody_could_follow_is_in_no_figure(real, values):
    make_judged(9.0, **values)

    found = record()

    assert (found.whole.figures.n, found.whole.figures.r_sum) == (0, None)
    assert len(found.equity.equity_r) == 0


def test_what_was_found_late_has_a_record_of_its_own_and_is_offered(real):
    make_judged(-1.0, late=True)

    live, late = record(), record(Asked(basis="catch_up"))

    assert (live.whole.figures.n, live.left_out.other_basis) == (0, 1)
    assert (late.whole.figures.n, late.left_out.other_basis) == (1, 0)


def test_made_up_prices_are_shown_only_where_there_are_no_real_ones():
    make_judged(2.0, minutes_ago=1)
    only_demo = record()
    make_judged(-1.0, minutes_ago=1, symbol=make_symbol("GBPUSD", feed="twelvedata"))

    both, demo = record(), record(Asked(source="demo"))

    assert (only_demo.is_demo, only_demo.whole.figures.r_sum) == (True, 2.0)
    assert (both.is_demo, both.whole.figures.r_sum, both.left_out.other_source) == (False, -1.0, 1)
    assert (demo.is_demo, demo.whole.figures.r_sum) == (True, 2.0)


def test_a_range_goes_by_when_a_signal_ended_in_utc_days(real):
    before, first = datetime(2026, 11, 17, 23, 59, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)
    for number, ended in enumerate((before, first, NOON), start=1):
        make_judged(1.0, ended=ended, minutes_ago=number)
    today = date(2026, 11, 18)

    def count(asked):
        return record(asked).whole.figures.n

    assert count(over(ALL, "today", today=today)) == 2
    assert count(over(ALL, "week", today=today)) == count(over(ALL, "all", today=today)) == 3
    assert count(between(ALL, None, date(2026, 11, 17))) == 1
    assert count(between(ALL, today, today)) == 2


def test_what_still_runs_belongs_to_the_day_its_bar_closed(real):
    signal = make_signal(bar_closed_at=NOON)
    make_position(signal, state="open", closed_at=None, r_multiple=None, pips=None)

    assert record(over(ALL, "today", today=NOON.date())).whole.open == 1
    assert record(between(ALL, NOON.date() + timedelta(days=1), None)).whole.open == 0


def test_a_symbol_and_a_strategy_narrow_the_whole_record(real):
    pound = make_symbol("GBPUSD", feed="twelvedata")
    for minutes, (symbol, slug) in enumerate([(real, "ema_rsi"), (pound, "donchian_atr")]):
        make_judged(1.0, symbol=symbol, strategy=slug, minutes_ago=minutes)

    narrowed = record(Asked(symbol="GBPUSD")), record(Asked(strategy="donchian_atr"))

    assert [each.whole.figures.n for each in narrowed] == [1, 1]
    assert record(replace(ALL, symbol="GBPUSD", strategy="ema_rsi")).is_empty


FRIDAY, MONDAY = datetime(2026, 10, 30, 14, 59, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("symbol", [("EURUSD", 2), ("GBPUSD", 1)]),
        ("strategy", [("donchian_atr", 1), ("ema_rsi", 2)]),
        ("version", [("EURUSD ema_rsi M1 v1", 2), ("GBPUSD donchian_atr M1 v1", 1)]),
        ("config", [("EURUSD ema_rsi M1", 2), ("GBPUSD donchian_atr M1", 1)]),
        ("action", [("BUY", 2), ("SELL", 1)]),
        ("hour", [("09:00", 1), ("14:00", 2)]),
        ("weekday", [("Monday", 1), ("Friday", 2)]),
        ("month", [("2026-10", 2), ("2026-11", 1)]),
    ],
)
def test_a_cut_names_its_groups_in_order_and_loses_nobody(real, by, expected):
    pound = make_symbol("GBPUSD", feed="twelvedata")
    make_judged(1.0, bar_closed_at=MONDAY, bar_time=MONDAY)
    make_judged(-1.0, bar_closed_at=FRIDAY, bar_time=FRIDAY, action="SELL", sl="1.09", tp=None)
    make_judged(0.5, symbol=pound, strategy="donchian_atr", bar_closed_at=FRIDAY)

    groups = record(by=[by]).cuts[by]

    assert [(group.label, group.figures.n) for group in groups] == expected


def test_a_guard_is_told_what_its_refusals_saved_and_cost(real):
    spread = {"guard": "spread", "reason": "too wide"}
    volatility = {"guard": "volatility", "reason": "too wild"}
    for minutes, (r, refusals) in enumerate(
        [(-1.0, [spread]), (1.5, [spread, volatility]), (None, [volatility])]
    ):
        make_judged(r, minutes_ago=minutes, status="blocked", refusals=refusals)

    effects = {effect.guard: effect for effect in record().guards}

    assert (effects["spread"].judged, effects["spread"].saved_r) == (2, -0.5)
    assert effects["spread"].alone_saved_r == 1.0
    assert (effects["volatility"].blocked, effects["volatility"].judged) == (2, 1)


def test_a_tie_is_told_with_its_range(real):
    make_judged(-1.0, position={"is_tie": True, "r_optimistic": 1.5})

    figures = record().whole.figures

    assert (figures.ties, figures.r_sum, figures.tie_r) == (1, -1.0, 2.5)


def test_the_equity_adds_up_in_the_order_signals_ended(real):
    for minutes, (r, ended) in enumerate([(2.0, NOON), (-1.0, NOON - timedelta(hours=1))]):
        make_judged(r, ended=ended, minutes_ago=minutes)

    assert record().equity.equity_r.tolist() == [-1.0, 1.0]


def test_the_number_of_queries_does_not_grow_with_the_signals(real, django_assert_num_queries):
    for minutes in range(5):
        make_judged(1.0, minutes_ago=minutes)

    with django_assert_num_queries(5):  # entries and refusals, ended and running; versions
        record(by=(*CUTS, GUARD))
