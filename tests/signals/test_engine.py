from datetime import time, timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from delivery.models import Delivery, Message, Recipient
from delivery.pauses import pause
from markets.models import Candle, Symbol
from risk.deciding_code import running_code
from risk.models import RiskSettings
from risk.versions import save_settings
from signals.engine import tick
from signals.models import Journal, Position, Run, Signal, SignalCount, Tick, Track
from strategies.versions import set_enabled
from tests.builders import NOON, make_config, make_recipient
from tests.signals.desk import START, decided, first_signal, make_desk, pushed, tick_each_minute

pytestmark = pytest.mark.django_db

CROSSES = 380  # minutes of the wave: ema_rsi has its first crosses after the 300 of warm-up


def test_a_minute_becomes_a_signal_an_event_and_one_delivery_per_recipient():
    symbol = make_desk()
    make_recipient("Anna")
    make_recipient("Ben")

    signal = first_signal(symbol)

    assert (signal.status, signal.late) == ("open", False)
    assert signal.issued_at == signal.bar_closed_at + timedelta(seconds=3)
    message = Message.objects.get(key=f"signal:{signal.pk}")
    assert message.deliveries.count() == 2
    assert Event.objects.filter(kind="signal.generated", subject=f"signal:{signal.pk}").exists()
    assert SignalCount.objects.get(action=signal.action).total == 1


def test_the_message_reads_exactly_as_the_contract_says():
    symbol = make_desk()
    make_recipient()

    signal = first_signal(symbol)

    text = Message.objects.get(key=f"signal:{signal.pk}").text
    assert text == (
        f"EURUSD {signal.action} @ {signal.price:.5f} | SL {signal.sl:.5f} | TP {signal.tp:.5f}"
        f" | conf {signal.confidence:.2f} | ema_rsi"
    )


def test_ticking_again_adds_nothing():
    symbol = make_desk()
    make_recipient()
    signal = first_signal(symbol)
    before = (decided(), Delivery.objects.count(), Tick.objects.count())

    tick(now=signal.issued_at + timedelta(seconds=6))

    assert (decided(), Delivery.objects.count(), Tick.objects.count()) == before


def test_one_catch_up_decides_what_minute_by_minute_did():
    symbol = make_desk()
    tick_each_minute(symbol, 300, 440)
    live = decided()
    judged = Position.objects.order_by("signal__bar_time")
    outcomes = list(judged.values_list("reason", "pips", "duration", "decided_by"))
    for model in (Position, Signal, Track):
        model.objects.all().delete()

    tick(now=START + timedelta(minutes=440, seconds=3))

    assert len(live) >= 2
    assert decided() == live
    assert list(judged.values_list("reason", "pips", "duration", "decided_by")) == outcomes


def test_a_signal_found_too_late_is_stored_and_not_pushed():
    symbol = make_desk()
    make_recipient()

    tick(now=pushed(symbol, 560))

    late = Signal.objects.filter(late=True)
    assert late.exists()
    assert not Message.objects.filter(key__in=[row.message_key for row in late]).exists()


def test_the_kill_switch_blocks_what_is_decided_meanwhile():
    symbol = make_desk()
    make_recipient()
    pause(reason="central bank at noon", by="anna", now=NOON)

    signal = first_signal(symbol)

    assert (signal.status, signal.blocked_by) == ("blocked", ["kill_switch"])
    assert signal.refusals[0]["reason"] == "the kill switch is on: central bank at noon"
    assert not Delivery.objects.exists()
    assert Event.objects.filter(kind="signal.blocked").exists()


def test_a_refused_candidate_is_kept_with_its_reason_and_not_sent():
    symbol = make_desk()
    make_recipient()
    save_settings(RiskSettings(guards={"volatility": {"max_atr_pct": 0.001}}), by="anna", now=NOON)

    signal = first_signal(symbol)

    assert signal.blocked_by == ["volatility"]
    assert "limit 0.001%" in signal.refusals[0]["reason"]
    assert signal.position.is_shadow
    assert not Delivery.objects.exists()


def test_flat_goes_to_exactly_those_who_were_sent_the_entry():
    symbol = make_desk(sl_mode="pips", sl_value=Decimal(50), tp_value=None)
    anna = make_recipient("Anna")
    entry = first_signal(symbol)
    make_recipient("Ben, who came later", min_confidence=0.0)
    refuse_all = RiskSettings(guards={"volatility": {"max_atr_pct": 0.001}})
    save_settings(refuse_all, by="anna", now=NOON)

    flat = _next_flat(symbol)

    told = Delivery.objects.filter(message__key=flat.message_key)
    assert flat.ends == entry
    assert [no["guard"] for no in flat.evidence["refused_entry"]] == ["volatility"]
    assert [delivery.recipient for delivery in told] == [anna]


def test_flat_goes_at_night_to_who_was_sent_the_entry_and_not_to_who_slept_through_it():
    symbol = make_desk(sl_mode="pips", sl_value=Decimal(50), tp_value=None)
    always = {"quiet_from": time(0), "quiet_until": time(23, 59, 59)}
    awake, asleep = make_recipient("Awake"), make_recipient("Asleep", **always)
    entry = first_signal(symbol)
    Recipient.objects.filter(pk=awake.pk).update(**always)
    save_settings(RiskSettings(guards={"volatility": {"max_atr_pct": 0.001}}), by="a", now=NOON)

    flat = _next_flat(symbol)

    held = Delivery.objects.get(message__key=entry.message_key, recipient=asleep)
    told = Delivery.objects.get(message__key=flat.message_key)
    assert (held.state, held.reason) == ("cancelled", "over")
    assert (told.recipient, told.is_held) == (awake, False)


def test_an_entry_whose_position_ends_at_night_is_not_told_in_the_morning():
    symbol = make_desk()
    make_recipient(quiet_from=time(0), quiet_until=time(23, 59, 59))
    entry = first_signal(symbol)
    held = Delivery.objects.get(message__key=entry.message_key)
    assert (held.is_held, held.deliver_by) == (True, entry.expires_at)

    for minute in range(Candle.objects.count() + 1, 600):
        tick(now=pushed(symbol, minute))
        entry.refresh_from_db()
        if entry.status == "closed":
            break

    held.refresh_from_db()
    assert (entry.status, held.state, held.reason) == ("closed", "cancelled", "over")


def _next_flat(symbol: Symbol) -> Signal:
    """Half an hour later tick on, minute by minute, until the opposite cross ends what is held."""
    for minute in range(Candle.objects.count() + 30, 600):
        tick(now=pushed(symbol, minute))
        if flat := Signal.objects.filter(action="FLAT").first():
            return flat
    raise AssertionError("the wave never crossed back")


def test_shadow_configs_decide_and_are_judged_but_never_pushed_nor_public():
    symbol = make_desk(mode="shadow")
    make_recipient()

    signal = first_signal(symbol)

    assert signal.is_shadow and signal.position.state == "pending"
    assert not Signal.objects.public().exists()
    assert not Delivery.objects.exists()


def test_a_config_that_is_switched_off_opens_nothing_but_what_it_holds_still_ends():
    symbol = make_desk()
    opened = first_signal(symbol).position
    set_enabled(opened.signal.config, False, by="anna", now=NOON)

    tick(now=pushed(symbol, 640))

    opened.refresh_from_db()
    assert opened.state == "closed"
    assert not Signal.objects.filter(bar_time__gt=opened.signal.bar_time).exclude(action="FLAT")


def test_a_symbol_that_changes_its_feed_leaves_what_it_held_without_a_result():
    symbol = make_desk()
    held = first_signal(symbol).position
    symbol.feed = "stored"
    symbol.save()

    tick(now=held.signal.issued_at + timedelta(minutes=1))

    held.refresh_from_db()
    assert (held.state, held.reason, held.pips) == ("closed", "data_gap", None)


def test_a_config_that_cannot_be_evaluated_does_not_stop_the_others():
    broken, fine = make_desk("EURUSD"), make_desk("GBPUSD")
    config = make_config(broken, "donchian_atr")
    config.versions.update(snapshot={**config.current_version.snapshot, "strategy": "gone"})
    pushed(broken, CROSSES)

    with pytest.raises(ExceptionGroup):
        tick(now=pushed(fine, CROSSES))

    assert set(Signal.objects.values_list("symbol__code", flat=True)) == {"EURUSD", "GBPUSD"}
    told = Event.objects.get(kind="engine.failed").text
    assert "Donchian breakout with ATR trailing stop on EURUSD" in told
    assert Tick.objects.get().errors


def test_a_signal_names_the_versions_the_bars_and_the_code_that_decided():
    symbol = make_desk()

    signal = first_signal(symbol)

    seen = signal.evidence
    assert (signal.config_version.label, signal.risk_version.label) == ("v1", "v1")
    assert seen["bars"]["count"] == 301
    assert seen["bars"]["last"] == signal.bar_time.isoformat()
    assert seen["code"] == running_code("ema_rsi")
    assert seen["settings"] == Journal.objects.latest("first_bar").settings_hash
    assert set(seen["indicators"]) == {"close", "ema_fast", "ema_slow", "rsi", "atr"}


def test_too_little_history_decides_nothing():
    symbol = make_desk()

    tick(now=pushed(symbol, 299))

    assert Run.objects.get().kind == "live"
    assert Track.objects.get().last_bar == Candle.objects.latest("time").time
    assert not Signal.objects.exists()
