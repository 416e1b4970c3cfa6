from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from risk.guards.base import Book, Candidate, refusals
from risk.guards.daily_loss import DailyLossGuard
from risk.guards.kill_switch import KillSwitchGuard
from risk.guards.market_closed import MarketClosedGuard
from risk.guards.registry import GUARDS
from risk.guards.spread import SpreadGuard
from risk.guards.stale_feed import StaleFeedGuard
from risk.guards.volatility import VolatilityGuard
from risk.models import build_guards

CALM = Candidate(
    symbol="GBPUSD",
    action="BUY",
    at=datetime(2026, 11, 18, 12, 1, tzinfo=UTC),
    price=1.3,
    sl=1.2994,
    spread=0.0001,
    pip=0.0001,
    atr_pct=0.02,
    is_market_open=True,
)
OPEN_BOOK = Book()


def test_a_calm_candidate_passes_every_guard_with_its_defaults():
    assert refusals(build_guards({}), CALM, OPEN_BOOK) == ()


@pytest.mark.parametrize(
    ("guard", "candidate", "book", "reason"),
    [
        (
            KillSwitchGuard(),
            CALM,
            Book(pause_reason="news at 13:30"),
            "the kill switch is on: news at 13:30",
        ),
        (
            DailyLossGuard(limit=3.0),
            CALM,
            Book(daily_loss=3.0, loss_unit="R"),
            "today's loss is 3 R, limit 3 R",
        ),
        (
            MarketClosedGuard(),
            replace(CALM, is_market_open=False),
            OPEN_BOOK,
            "the market is closed at 12:01 UTC",
        ),
        (
            VolatilityGuard(max_atr_pct=0.15),
            replace(CALM, atr_pct=0.4),
            OPEN_BOOK,
            "ATR is 0.400% of price, limit 0.150%",
        ),
        (
            VolatilityGuard(max_atr_pct=0.04),
            replace(CALM, atr_pct=0.04012),
            OPEN_BOOK,
            "ATR is 0.04012% of price, limit 0.04000%",
        ),
        (VolatilityGuard(), replace(CALM, atr_pct=None), OPEN_BOOK, "ATR is not known yet"),
        (
            SpreadGuard(min_stop_to_spread=3.0),
            replace(CALM, spread=0.0004),
            OPEN_BOOK,
            "the stop is 1.5 spreads away (spread 4.0 pips), at least 3.0 needed",
        ),
        (
            StaleFeedGuard(max_hole_minutes=5, settle_minutes=30),
            replace(CALM, hole_minutes=12, minutes_since_hole=4),
            OPEN_BOOK,
            "the feed was silent for 12 minutes and is back for 4, 30 needed",
        ),
    ],
    ids=lambda value: getattr(value, "slug", None),
)
def test_each_guard_says_why_it_refuses(guard, candidate, book, reason):
    assert guard.refuse(candidate, book) == reason


def test_every_guard_is_asked_and_every_refusal_is_kept():
    worst = replace(CALM, is_market_open=False, atr_pct=9.0, spread=0.01)

    found = refusals(build_guards({}), worst, Book(pause_reason="stop", daily_loss=10))

    assert [refusal.guard for refusal in found] == [
        "kill_switch",
        "daily_loss",
        "market_closed",
        "volatility",
        "spread",
    ]


def test_a_spread_of_nothing_is_no_reason_to_refuse():
    assert SpreadGuard().refuse(replace(CALM, spread=0.0), OPEN_BOOK) is None


def test_a_feed_that_flows_long_enough_is_trusted_again():
    settled = replace(CALM, hole_minutes=12, minutes_since_hole=30)

    assert StaleFeedGuard().refuse(settled, OPEN_BOOK) is None


@pytest.mark.parametrize("slug", GUARDS)
def test_every_guard_lets_a_flat_pass_except_the_kill_switch(slug):
    guard = GUARDS[slug]()

    assert guard.judges_exits == (slug == "kill_switch")


def test_guards_are_built_from_their_settings():
    guards = build_guards({"volatility": {"max_atr_pct": 0.1}, "spread": {"enabled": False}})

    assert VolatilityGuard(max_atr_pct=0.1) in guards
    assert "spread" not in {guard.slug for guard in guards}


def test_the_kill_switch_and_the_market_cannot_be_switched_off():
    guards = build_guards({"kill_switch": {"enabled": False}, "market_closed": {"enabled": False}})

    assert {"kill_switch", "market_closed"} <= {guard.slug for guard in guards}


def test_an_unknown_setting_is_named_with_the_one_that_was_meant():
    with pytest.raises(ValueError, match="max_atr_pct"):
        build_guards({"volatility": {"max_atr": 1}})


def test_an_unknown_guard_is_named():
    with pytest.raises(ValueError, match="unknown guard 'moon'"):
        build_guards({"moon": {}})


def test_every_guard_has_its_row_in_the_docs():
    page = (Path(__file__).parents[2] / "docs" / "guards.md").read_text()

    assert [slug for slug in GUARDS if f"| `{slug}` |" not in page] == []
