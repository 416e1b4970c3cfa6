"""GET /api/stats: what live signals came to, with the sample beside each figure."""

import pytest

from tests.builders import NOON, make_key, make_signal, make_symbol
from tests.signals.stored_signals import make_position

pytestmark = pytest.mark.django_db


@pytest.fixture
def stats(client):
    """Asks as a script with the scope; the body."""
    _, key = make_key("signals:read")

    def ask(**asked):
        return client.get("/api/stats", asked, headers={"X-Api-Key": key}).json()

    return ask


def judged(r, *, pips=None, ending="tp", **values):
    """A live signal that closed with `r`."""
    signal = make_signal(status="closed", ending=ending, **values)
    make_position(signal, r_multiple=r, pips=10 * r if r is not None and pips is None else pips)
    return signal


def test_results_are_counted_and_summed_with_their_sample(stats):
    make_symbol(feed="twelvedata")
    for minutes, r in enumerate((1.5, -1.0, 0.25), start=1):
        judged(r, minutes_ago=minutes, ending="expired" if r == 0.25 else "tp")
    make_signal(minutes_ago=5)
    make_signal(minutes_ago=6, status="blocked")

    assert stats()["total"] == {
        **{"n": 3, "wins": 2, "losses": 1, "expired": 1, "undecided": 0, "open": 1, "blocked": 1},
        **{"win_rate": 0.6667, "r_sum": 0.75, "r_mean": 0.25, "pips_sum": 7.5, "pips_mean": 2.5},
        "is_demo": False,
    }


def test_without_results_there_are_no_figures(stats):
    judged(None, pips=None, ending="unknown")

    total = stats()["total"]

    assert (total["n"], total["undecided"]) == (0, 1)
    figures = ("win_rate", "r_sum", "r_mean", "pips_sum", "pips_mean")
    assert [total[name] for name in figures] == [None] * 5


@pytest.mark.parametrize(
    "left_out", [{"late": True}, {"is_shadow": True}, {"run": "rehearsal"}, {"status": "blocked"}]
)
def test_what_nobody_could_follow_is_in_no_figure(stats, left_out):
    signal = make_signal(**{"status": "closed", **left_out})
    make_position(signal, is_shadow=signal.status == "blocked", r_multiple=9.0)

    total = stats()["total"]

    assert (total["n"], total["r_sum"]) == (0, None)


def test_an_exit_is_no_result_of_its_own(stats):
    make_signal(action="FLAT", sl=None, tp=None, status="closed")

    assert set(stats()["total"].values()) == {0, None}


def test_made_up_prices_are_said_to_be(stats):
    judged(1.0)

    assert stats()["total"]["is_demo"] is True


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("strategy", [("donchian_atr", None), ("ema_rsi", None)]),
        ("symbol", [(None, "EURUSD"), (None, "GBPUSD")]),
        ("config", [("donchian_atr", "GBPUSD"), ("ema_rsi", "EURUSD"), ("ema_rsi", "GBPUSD")]),
    ],
)
def test_groups_are_named_by_what_they_share(stats, by, names):
    pound = make_symbol("GBPUSD")
    for minutes, (symbol, slug) in enumerate(
        [(pound, "ema_rsi"), (None, "ema_rsi"), (pound, "donchian_atr")]
    ):
        judged(1.0, symbol=symbol, strategy=slug, minutes_ago=minutes)

    answer = stats(by=by)

    groups = answer["groups"]
    assert answer["total"] == stats()["total"]
    assert sorted((group["strategy"] or "", group["symbol"] or "") for group in groups) == sorted(
        (strategy or "", symbol or "") for strategy, symbol in names
    )
    assert sum(group["r_sum"] for group in groups) == 3.0
    assert all((group["config"] is None) == (by != "config") for group in groups)


def test_filters_narrow_what_is_counted(stats):
    judged(1.0, bar_closed_at=NOON)
    judged(1.0, symbol=make_symbol("GBPUSD"), strategy="donchian_atr")

    def counted(**asked):
        return stats(**asked)["total"]["n"]

    after = "2026-11-18T12:00:01Z"
    assert counted() == 2
    assert counted(symbol="gbpusd") == counted(strategy="ema_rsi") == 1
    assert counted(since=after) == counted(until=after) == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"by": "day"}, "by"),
        ({"strategy": "x"}, "strategy"),
        ({"since": "2026-11-19T00:00Z", "until": "2026-11-18T00:00Z"}, "until"),
        ({"simbol": "EURUSD"}, "simbol"),
    ],
)
def test_a_wrong_question_is_refused_by_its_field(stats, asked, field):
    assert field in stats(**asked)["error"]["details"]


def test_the_number_of_queries_does_not_grow_with_the_signals(stats, django_assert_max_num_queries):
    for minutes in range(5):
        judged(1.0, minutes_ago=minutes)

    with django_assert_max_num_queries(3):  # two of them for the key
        stats(by="config")
