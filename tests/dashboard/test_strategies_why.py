"""Why a config does nothing now: one reason, the first that counts."""

from datetime import timedelta

import pytest

from dashboard.strategies.detail import config_now
from delivery.pauses import pause
from markets.models import FeedHealth
from strategies.versions import save_config, set_enabled
from tests.builders import NOON, make_config
from tests.dashboard.read_bars import CALM, CLOSED_AT, FAST_ABOVE, FAST_BELOW, hold, read_bar

pytestmark = pytest.mark.django_db
CROSSED = {"now": FAST_ABOVE, "before": FAST_BELOW}


def why(config):
    now = config_now(config.pk, now=CLOSED_AT)
    assert now is not None
    return now.row.why


def feed_is(config, state, detail=""):
    times = {"checked_at": NOON, "watched_since": NOON}
    FeedHealth.objects.create(
        symbol=config.symbol, feed="mock", state=state, detail=detail, **times
    )


def test_the_entry_that_lacks_least_says_what_it_lacks_and_what_was_read():
    config = read_bar(make_config()).config

    assert why(config).reason.text == (
        "No entry. Missing for BUY: EMA 12 crosses above EMA 26 "
        "(1.08523 against 1.08521, as on the bar before)"
    )


def test_each_side_counts_the_rules_that_hold():
    entries = why(read_bar(make_config()).config).entries

    assert [(side.name, side.held, len(side.lines)) for side in entries] == [
        ("BUY", 1, 2),
        ("SELL", 0, 2),
    ]


def test_a_config_before_its_first_tick_waits_for_a_bar():
    assert why(make_config()).reason.text == "No bar read yet: the next tick reads the first."


def test_too_few_bars_say_how_many_there_are_and_no_rule_is_told():
    found = why(read_bar(make_config(), bars=211).config)

    assert found.reason.text == "Warming up: needs 300 bars, has 211."
    assert found.sides == ()


def test_a_config_that_is_switched_off_says_so_even_while_the_market_is_closed():
    config = read_bar(make_config()).config
    set_enabled(config, False, by="sam", now=NOON)
    feed_is(config, "closed")

    assert why(config).reason.text == "Switched off: it opens nothing new."


def test_a_config_that_is_switched_off_still_names_what_it_holds():
    track = read_bar(make_config())
    signal = hold(track)
    set_enabled(track.config, False, by="sam", now=NOON)

    reason = why(track.config).reason

    assert (reason.text, reason.signal) == (
        "Switched off, but still holds a BUY, open for",
        signal.pk,
    )


@pytest.mark.parametrize(
    ("state", "detail", "words"),
    [
        ("closed", "the market is closed", "The market is closed."),
        ("dead", "no new bar for 21 minutes", "The feed is dead: no new bar for 21 minutes."),
        ("off", "no key is set", "The feed is off: no key is set."),
    ],
)
def test_a_feed_that_brings_nothing_is_the_reason(state, detail, words):
    config = read_bar(make_config()).config
    feed_is(config, state, detail)

    assert why(config).reason.text == words


def test_an_open_position_is_the_reason_with_its_age_and_its_signal():
    track = read_bar(make_config())
    signal = hold(track)

    reason = why(track.config).reason

    assert (reason.text, reason.since) == ("Holds a BUY, open for", signal.bar_closed_at)
    assert reason.signal == signal.pk


def test_a_blocked_signal_is_followed_in_the_shadow():
    track = read_bar(make_config())
    hold(track, status="blocked")

    assert why(track.config).reason.text == (
        "Follows its blocked BUY; a repeat is not recorded. Blocked for"
    )


def test_an_entry_with_too_little_confidence_names_both_numbers():
    config = make_config(min_confidence=0.6)
    read_bar(config, confidence=0.41, **CROSSED)

    assert why(config).reason.text == "BUY ignored: confidence 0.41, at least 0.60 needed."


def test_an_entry_the_guards_refuse_names_the_first_of_them():
    config = make_config()
    read_bar(config, confidence=0.7, candidate={**CALM, "atr_pct": 0.4}, **CROSSED)

    assert why(config).reason.text == "BUY refused: ATR is 0.400% of price, limit 0.040%."


def test_an_entry_that_nothing_stands_against_says_that_its_rules_hold():
    config = make_config()
    read_bar(config, confidence=0.7, **CROSSED)

    assert why(config).reason.text == "All its rules for BUY hold on the last bar."


def test_guards_that_would_refuse_are_named_beside_the_missing_rule():
    config = read_bar(make_config()).config
    pause(reason="News at 13:30", by="sam", now=NOON)

    (guard,) = why(config).refusing

    assert (guard.title, guard.refusal) == ("Kill switch", "the kill switch is on: News at 13:30")


def test_a_version_that_has_read_no_bar_yet_is_not_answered_with_the_readings_of_another():
    config = read_bar(make_config()).config
    config.parameters["fast"] = 10
    save_config(config, by="sam", now=CLOSED_AT + timedelta(seconds=20))

    found = why(config)

    assert found.reason.text == "v2 is new: it reads its first bar when the next one closes."
    assert found.sides == ()


def test_settings_that_todays_code_refuses_are_said():
    config = read_bar(make_config()).config
    version = config.current_version
    broken = {**version.snapshot, "parameters": {"fast": 30, "slow": 26}}
    type(version).objects.filter(pk=version.pk).update(snapshot=broken)

    assert why(config).reason.text == "Cannot run: fast must be shorter than slow (26 bars)."


def test_a_strategy_the_code_no_longer_has_is_said():
    config = read_bar(make_config()).config
    version = config.current_version
    gone = {**version.snapshot, "strategy": "old_one"}
    type(version).objects.filter(pk=version.pk).update(snapshot=gone)

    assert why(config).reason.text == "Cannot run: the desk no longer has a strategy old_one."
