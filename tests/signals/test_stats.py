"""GET /api/stats: what live signals came to, with the sample and the notice beside each figure."""

import pytest
from django.utils import timezone

from signals.track_record import HINDSIGHT, HYPOTHETICAL
from tests.builders import NOON, make_key, make_signal, make_symbol
from tests.signals.stored_signals import make_judged, make_position

pytestmark = pytest.mark.django_db


@pytest.fixture
def stats(client):
    """Asks as a script with the scope; the body."""
    _, key = make_key("signals:read")

    def ask(**asked):
        return client.get("/api/stats", asked, headers={"X-Api-Key": key}).json()

    return ask


@pytest.fixture
def real():
    return make_symbol(feed="twelvedata")


def told(total, *names):
    return tuple(total[name] for name in names)


def test_results_are_counted_and_summed_with_their_sample(stats, real):
    for minutes, r in enumerate((1.5, -1.0, 0.25), start=1):
        make_judged(r, minutes_ago=minutes, reason="expired" if r == 0.25 else "tp")
    make_position(make_signal(minutes_ago=5), state="open", closed_at=None, r_multiple=None)
    make_judged(-1.0, minutes_ago=6, status="blocked")

    total = stats()["total"]

    assert told(total, "n", "wins", "losses", "expired", "undecided") == (3, 2, 1, 1, 0)
    assert told(total, "open", "blocked", "r_sum", "pips_sum") == (1, 1, 0.75, 7.5)
    assert told(total, "is_enough", "missing", "win_rate", "r_mean") == (False, 27, None, None)
    assert total["is_demo"] is False


def test_from_thirty_results_on_there_are_rates_with_their_intervals(stats, real):
    for minutes in range(30):
        make_judged(-1.0 if minutes % 3 else 2.0, minutes_ago=minutes)

    answer = stats()

    total = answer["total"]
    assert told(total, "win_rate", "r_mean", "profit_factor", "payoff") == (0.3333, 0.0, 1.0, 2.0)
    assert total["win_rate_interval"] == {"low": 0.1923, "high": 0.5122}  # Wilson: 10 of 30
    low, high = total["r_mean_interval"].values()
    assert low < total["r_mean"] < high
    assert answer["terms"]["minimum"] == 30


def test_without_results_there_are_no_figures(stats):
    make_judged(None)

    total = stats()["total"]

    assert told(total, "n", "undecided") == (0, 1)
    figures = ("win_rate", "r_sum", "r_mean", "pips_sum", "pips_mean", "max_drawdown_r", "sharpe")
    assert told(total, *figures) == (None,) * 7


def test_the_notice_stands_beside_the_figures_and_says_what_they_are_of(stats):
    make_judged(1.0, late=True)

    live, late = stats(), stats(basis="catch_up")

    assert live["notice"].startswith(HYPOTHETICAL)
    assert "Found late" not in live["notice"]
    assert (live["total"]["n"], live["left_out"]["other_basis"]) == (0, 1)
    assert late["notice"].startswith(HINDSIGHT)
    assert "Found late, never sent" in late["notice"] and "DEMO" in late["notice"]


def test_an_exit_is_no_result_of_its_own(stats):
    make_signal(action="FLAT", sl=None, tp=None, status="closed")

    assert told(stats()["total"], "n", "open", "undecided") == (0, 0, 0)


def test_made_up_prices_are_said_to_be_and_never_added_to_real_ones(stats):
    make_judged(1.0)
    only_demo = stats()
    make_judged(-1.0, symbol=make_symbol("GBPUSD", feed="twelvedata"))

    both = stats(by="symbol")

    assert (only_demo["source"], only_demo["total"]["is_demo"]) == ("demo", True)
    assert (both["source"], both["total"]["n"], both["left_out"]["other_source"]) == ("real", 1, 1)
    assert [group["symbol"] for group in both["groups"]] == ["GBPUSD"]
    assert stats(source="demo")["total"]["r_sum"] == 1.0


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("strategy", [("donchian_atr", None), ("ema_rsi", None)]),
        ("symbol", [(None, "EURUSD"), (None, "GBPUSD")]),
        ("config", [("ema_rsi", "EURUSD"), ("donchian_atr", "GBPUSD"), ("ema_rsi", "GBPUSD")]),
        ("version", [("ema_rsi", "EURUSD"), ("donchian_atr", "GBPUSD"), ("ema_rsi", "GBPUSD")]),
        ("action", [(None, None)]),
        ("month", [(None, None)]),
    ],
)
def test_groups_are_named_by_what_they_share(stats, by, names):
    pound = make_symbol("GBPUSD")
    for symbol, slug in [(pound, "ema_rsi"), (None, "ema_rsi"), (pound, "donchian_atr")]:
        make_judged(1.0, symbol=symbol, strategy=slug, bar_closed_at=NOON)

    answer = stats(by=by)

    groups = answer["groups"]
    assert answer["total"] == stats()["total"]
    assert [(group["strategy"], group["symbol"]) for group in groups] == names
    assert sum(group["r_sum"] for group in groups) == 3.0
    assert all((group["config"] is None) == (by not in ("config", "version")) for group in groups)
    assert all((group["version"] == "v1") == (by == "version") for group in groups)


def test_a_guard_is_told_with_what_it_saved(stats):
    make_judged(-1.0, status="blocked", refusals=[{"guard": "spread", "reason": "too wide"}])

    answer = stats(by="guard")

    (guard,) = answer["guards"]
    assert told(guard, "guard", "blocked", "judged", "saved_r") == ("spread", 1, 1, 1.0)
    assert told(guard, "title", "alone_saved_r") == ("Stop to spread", 1.0)
    assert (answer["groups"], stats()["guards"]) == ([], [])


def test_the_curve_comes_when_asked_for(stats):
    make_judged(1.5)

    assert stats()["equity"] is None
    assert stats(equity="true")["equity"] == {
        "results": 1,
        "is_thinned": False,
        "points": [{"closed_at": "2026-11-18T12:00:00Z", "equity_r": 1.5, "drawdown_r": 0.0}],
    }


def test_filters_narrow_what_is_counted(stats):
    make_judged(1.0, ended=NOON)
    make_judged(1.0, ended=timezone.now(), symbol=make_symbol("GBPUSD"), strategy="donchian_atr")

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
        ({"basis": "both"}, "basis"),
        ({"source": ""}, "source"),
        ({"equity": "much"}, "equity"),
    ],
)
def test_a_wrong_question_is_refused_by_its_field(stats, asked, field):
    assert field in stats(**asked)["error"]["details"]


def test_the_number_of_queries_does_not_grow_with_the_signals(stats, django_assert_max_num_queries):
    for minutes in range(5):
        make_judged(1.0, minutes_ago=minutes)

    with django_assert_max_num_queries(12):  # two for the key, five for whether it was kept
        stats(by="config")
