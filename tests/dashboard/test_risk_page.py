"""The Risk page: what may stop an entry, and what it reads now."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.risk.blocked import blocked_lately
from dashboard.risk.desk import day_loss
from dashboard.risk.guards import guards
from dashboard.risk.history import versions
from delivery.pauses import pause, resume
from risk.models import RiskSettings
from risk.versions import ensure_settings, newest_version, report_daily_loss, save_settings
from signals.models import Run, Track
from tests.builders import NOON, make_config, make_signal, make_symbol, make_user

pytestmark = pytest.mark.django_db

CANDIDATE = {
    "symbol": "EURUSD",
    "action": "BUY",
    "at": NOON.isoformat(),
    "price": 1.085,
    "sl": 1.0844,
    "spread": 0.0001,
    "pip": 0.0001,
    "atr_pct": 0.02,
    "is_market_open": True,
    "hole_minutes": 0,
    "minutes_since_hole": None,
}


def make_reading(code="EURUSD", strategy="ema_rsi", *, symbol=None, bars=300, **candidate):
    """A live track whose newest bar looked like this to the guards."""
    config = make_config(symbol or make_symbol(code), strategy)
    run, _ = Run.objects.get_or_create(kind="live", defaults={"started_at": NOON})
    asked = None if candidate.pop("is_unknown", False) else {**CANDIDATE, **candidate}
    reading = {"closed_at": NOON.isoformat(), "bars": bars, "warmup": 300, "now": {}, "before": {}}
    Track.objects.create(
        run=run,
        config=config,
        feed=config.symbol.feed,
        starts_after=NOON,
        reading={**reading, "confidence": None, "candidate": asked},
    )
    return config


def blocked(*guards, minutes_ago=1, **values):
    refusals = [{"guard": slug, "reason": f"{slug} said no"} for slug in guards]
    return make_signal(minutes_ago=minutes_ago, status="blocked", refusals=refusals, **values)


def view(slug, now=NOON):
    return next(guard for guard in guards(newest_version(), now=now).guards if guard.slug == slug)


@pytest.fixture
def viewer(client):
    client.force_login(make_user("vera", "viewer"))
    return client


def shown(client, address="/risk/"):
    return client.get(address).content.decode()


def test_each_guard_reads_the_newest_bar_of_each_symbol_against_its_limit():
    make_reading("EURUSD", atr_pct=0.02)

    (row,) = view("volatility").rows

    assert (row.symbol, row.text, row.refusal, row.at) == ("EURUSD", "ATR 0.0200%", "", NOON)
    assert view("volatility").limit == "ATR at most 0.04% of price"


def test_the_worst_symbol_comes_first_and_says_what_the_guard_itself_says():
    make_reading("EURUSD", atr_pct=0.02)
    make_reading("GBPUSD", atr_pct=0.08)
    make_reading("USDJPY", atr_pct=0.03)

    rows = view("volatility").rows

    assert [row.symbol for row in rows] == ["GBPUSD", "USDJPY", "EURUSD"]
    assert rows[0].refusal == "ATR is 0.080% of price, limit 0.040%"
    assert view("volatility").refusing == 1


def test_a_symbol_is_shown_by_the_strategy_nearest_to_a_refusal():
    symbol = make_symbol("EURUSD")
    make_reading(symbol=symbol, sl=1.0840)
    make_reading(symbol=symbol, strategy="meanrev_bb", sl=1.0846)

    (row,) = view("spread").rows

    assert (row.strategy, row.text) == ("meanrev_bb", "4.0 spreads (1.0 pips)")


def test_the_desks_own_guards_have_one_reading_for_all_symbols():
    make_reading("EURUSD")
    make_reading("GBPUSD")
    pause(reason="News", by="sam", now=NOON)

    (row,) = view("kill_switch").rows

    assert (row.symbol, row.text) == ("", "on")
    assert row.refusal == "the kill switch is on: News"


def test_bars_that_are_missing_are_said_instead_of_a_number():
    make_reading(is_unknown=True, bars=211)

    (row,) = view("spread").rows

    assert (row.is_known, row.text) == (False, "needs 300 bars, has 211")


def test_a_config_that_is_switched_off_is_not_judged():
    make_config(is_enabled=False)

    assert view("volatility").rows == ()


def test_a_guard_that_is_off_says_so_and_one_that_must_not_be_is_always_on(viewer):
    ensure_settings(by="seed", now=NOON)
    chosen = {"spread": {"enabled": False}, "kill_switch": {"enabled": False}}
    save_settings(RiskSettings(guards=chosen), by="sam", now=NOON)

    assert not view("spread").is_on
    assert view("kill_switch").is_on
    assert "settings v2 by sam" in shown(viewer)


def test_what_a_guard_blocked_is_counted_by_day_and_week_newest_first():
    newest = blocked("spread", "volatility", minutes_ago=1)
    blocked("spread", minutes_ago=2 * 24 * 60)
    blocked("spread", minutes_ago=8 * 24 * 60)
    blocked("spread", minutes_ago=3, is_shadow=True)
    make_signal(minutes_ago=4)

    lately = blocked_lately(now=timezone.now())
    by_spread = lately.of("spread")

    assert (by_spread.in_day, by_spread.in_week) == (1, 2)
    assert by_spread.newest[0].pk == newest.pk
    assert by_spread.newest[0].reason == "spread said no"
    assert lately.of("volatility").in_week == 1


def test_a_count_that_was_cut_says_from_when_on_it_counts():
    _, second, _ = (blocked("spread", minutes_ago=minutes) for minutes in (1, 2, 3))

    lately = blocked_lately(now=timezone.now(), most=2)

    assert lately.of("spread").in_week == 2
    assert lately.cut_at == second.bar_closed_at


def test_the_days_loss_stands_against_its_limit_until_five_in_new_york():
    report_daily_loss(Decimal("1.5"), by="sam", now=NOON)

    loss = day_loss(ensure_settings(by="seed", now=NOON), now=NOON)

    assert (loss.lost, loss.limit, loss.percent, loss.is_reached) == ("1.5", 3.0, 50, False)
    assert loss.ends_at == NOON.replace(hour=22)
    assert day_loss(newest_version(), now=NOON + timedelta(hours=10)).amount == 0


def test_a_loss_at_the_limit_refuses_and_says_until_when(viewer):
    report_daily_loss(Decimal(3), by="sam", now=timezone.now())

    html = shown(viewer)

    assert "The limit is reached: no new entries until" in html
    assert view("daily_loss", timezone.now()).refusing == 1


def test_without_the_guard_there_is_no_limit():
    version = save_settings(
        RiskSettings(guards={"daily_loss": {"enabled": False}}), by="sam", now=NOON
    )

    assert day_loss(version, now=NOON).limit is None


def test_every_pause_is_kept_with_who_and_why(viewer):
    pause(reason="News at 13:30", by="sam", now=NOON)
    resume(by="ben", now=NOON + timedelta(minutes=30))
    pause(reason="Spreads too wide", by="ben", now=NOON + timedelta(hours=2))

    html = shown(viewer)

    assert html.index("Spreads too wide") < html.index("News at 13:30")
    assert "ended by ben" in html
    assert "still paused" in html


def test_each_version_says_what_it_changed():
    ensure_settings(by="seed", now=NOON)
    save_settings(RiskSettings(guards={"volatility": {"max_atr_pct": 0.1}}), by="sam", now=NOON)

    second, first = versions()

    assert second.changes == ("Volatility: max ATR (% of price) 0.04 -> 0.1",)
    assert (second.is_current, first.changes) == (True, ("created",))


def test_a_history_that_goes_on_still_compares_its_last_line():
    ensure_settings(by="seed", now=NOON)
    for limit in (0.1, 0.2):
        chosen = {"volatility": {"max_atr_pct": limit}}
        save_settings(RiskSettings(guards=chosen), by="sam", now=NOON)

    assert [line.label for line in versions(most=2)] == ["v3", "v2"]
    assert versions(most=2)[1].changes == ("Volatility: max ATR (% of price) 0.04 -> 0.1",)


def test_the_number_of_queries_does_not_grow():
    ensure_settings(by="seed", now=NOON)
    counts = []
    for minutes, code in enumerate(("EURUSD", "GBPUSD", "USDJPY")):
        make_reading(code)
        blocked("spread", minutes_ago=minutes)
        with CaptureQueriesContext(connection) as captured:
            guards(newest_version(), now=NOON)
        counts.append(len(captured))

    assert counts == [5, 5, 5]


@pytest.mark.parametrize("name", ["desk", "guards", "history"])
def test_a_part_is_204_until_something_in_it_changes(viewer, name):
    make_reading()
    ensure_settings(by="seed", now=NOON)
    (url,) = re.findall(rf'id="{name}" [^>]*hx-get="([^"]+)"', shown(viewer))

    assert viewer.get(url).status_code == 204
    pause(reason="News", by="sam", now=NOON)
    assert viewer.get(url).status_code == 200


def test_a_desk_that_was_never_seeded_shows_the_defaults(viewer):
    html = shown(viewer)

    assert "default settings" in html
    assert "No strategy is switched on" in html
    assert shown(viewer, "/live/risk/nothing/")


def test_a_viewer_sees_no_button_of_staff(viewer):
    make_reading()
    save_settings(RiskSettings(guards={"spread": {"enabled": False}}), by="sam", now=NOON)

    html = shown(viewer)

    for address in ("/pause/", "/resume/", "/risk/edit/", "/risk/loss/", "/restore/"):
        assert address not in html
