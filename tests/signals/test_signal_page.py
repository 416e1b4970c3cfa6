"""The page of one signal: every kind of signal renders, and says what is so."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery.models import Message
from risk.models import RiskSettings
from risk.versions import save_settings
from signals.models import Position, Signal, Track
from strategies.versions import save_config
from tests.builders import (
    NOON,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
    make_user,
)
from tests.signals.desk import first_signal, make_desk

pytestmark = pytest.mark.django_db


def page_of(client, signal):
    answer = client.get(f"/signals/{signal.pk}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def make_position(signal, **values):
    track, _ = Track.objects.get_or_create(
        run=signal.run, config=signal.config, feed=signal.feed, starts_after=NOON
    )
    facts = {"state": "open", "stop": signal.sl, "entry_at": signal.bar_closed_at}
    facts["entry_price"] = signal.price
    return Position.objects.create(signal=signal, track=track, **{**facts, **values})


def closed(signal, **values):
    result = {"pips": 20.0, "r_multiple": 1.0, "exit_price": Decimal("1.08723"), "reason": "tp"}
    times = {"state": "closed", "closed_at": signal.bar_closed_at + timedelta(minutes=9)}
    return make_position(signal, **{**times, **result, **values})


def test_a_live_signal_says_why_it_was_made_and_what_every_guard_read(viewer):
    page = page_of(viewer, first_signal(make_desk()))

    assert "EMA 12 crosses below EMA 26" in page
    assert "RSI 14 below 50" in page
    assert "Volatility" in page
    assert "ATR at most 0.04" in page
    assert "not kept" not in page
    assert "Waiting for the next open" in page


def test_levels_carry_their_distance_in_pips_and_in_risk(viewer):
    signal = make_signal()
    make_position(signal, stop=Decimal("1.08423"))

    page = page_of(viewer, signal)

    assert "-20.0 pips" in page and "-1.00 R" in page
    assert "Stop now" in page and "-10.0 pips" in page


def test_the_stop_of_a_signal_that_is_over_is_its_last(viewer):
    signal = make_signal()
    closed(signal, stop=Decimal("1.08423"))

    page = page_of(viewer, signal)

    assert "Last stop" in page and "Stop now" not in page


def test_a_blocked_signal_says_who_refused_and_what_would_have_been(viewer):
    reason = "ATR is 0.400% of price, limit 0.150%"
    signal = make_signal(status="blocked", refusals=[{"guard": "volatility", "reason": reason}])
    closed(signal, is_shadow=True)

    page = page_of(viewer, signal)

    assert "Blocked by Volatility" in page
    assert reason in page
    assert "would have been</span> +20.0 pips, +1.00 R" in page
    assert "nobody was told" in page


def test_a_flat_names_the_signal_it_ends_and_back(viewer):
    entry = make_signal(status="closed", ending="rule", minutes_ago=9)
    closed(entry, reason="flat")
    flat = make_signal(action="FLAT", sl=None, tp=None, status="closed", ends=entry)

    page = page_of(viewer, flat)
    assert f'href="/signals/{entry.pk}/">EURUSD BUY' in page
    assert "the BUY it ends:</span> +20.0 pips" in page
    assert f'href="/signals/{flat.pk}/">EURUSD FLAT' in page_of(viewer, entry)


def test_a_signal_ended_by_the_opposite_one_names_it(viewer):
    entry = make_signal(status="closed", ending="rule", minutes_ago=9)
    closed(entry, reason="opposite")
    sell = make_signal(action="SELL", sl=Decimal("1.09"), tp=None)

    assert f'href="/signals/{sell.pk}/">EURUSD SELL' in page_of(viewer, entry)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"late": True}, "too late to act on"),
        ({"is_shadow": True}, "From a shadow config"),
        ({"run": "rehearsal"}, "From a rehearsal"),
    ],
)
def test_what_kept_a_signal_from_the_phones_is_said(viewer, values, said):
    assert said in page_of(viewer, make_signal(**values))


def test_missing_bars_leave_the_result_unknown(viewer):
    signal = make_signal(status="closed", ending="unknown")
    closed(signal, reason="data_gap", pips=None, r_multiple=None, exit_price=None)

    page = page_of(viewer, signal)

    assert "Not known" in page
    assert "nobody knows its result" in page


def test_a_strategy_and_a_feed_that_left_the_code_are_said_by_their_names(viewer):
    signal = make_signal(evidence={"guards": {}, "book": {}})
    Signal.objects.filter(pk=signal.pk).update(strategy="gone_strategy", feed="gone_feed")

    page = page_of(viewer, signal)

    assert "no longer has the strategy gone_strategy" in page
    assert "gone_feed" in page
    assert viewer.get(f"/signals/{signal.pk}/chart/").json()["bars"] == []


def test_what_an_old_signal_did_not_keep_is_said(viewer):
    page = page_of(viewer, make_signal(evidence={"indicators": {"rsi": 61.0}}))

    assert "recorded before the desk kept everything" in page
    assert "61.00" in page


def test_the_versions_say_what_was_new_in_them_and_what_runs_now(viewer):
    signal = make_signal()
    signal.config.parameters = {**signal.config.parameters, "fast": 10}
    save_config(signal.config, by="sam", now=NOON)
    save_settings(RiskSettings(guards={"volatility": {"max_atr_pct": 0.1}}), by="sam", now=NOON)
    later = make_signal(minutes_ago=0)

    assert "now v2" in page_of(viewer, signal)
    page = page_of(viewer, later)
    assert "Fast 12 -&gt; 10" in page
    assert "0.04 -&gt; 0.1" in page


def test_messages_show_names_states_and_reasons_but_no_address(viewer):
    signal = make_signal()
    first = make_message(signal.message_key)
    bea = make_recipient("Bea", address="+447911123456")
    make_delivery(message=first, recipient=bea, state="failed", reason="over")
    again = make_message(f"{signal.message_key}:resend:1", kind=Message.Kind.MANUAL)
    make_delivery(message=again, recipient=bea, state="read")

    page = page_of(viewer, signal)

    assert "First send" in page and "Repeat 1" in page
    assert "failed" in page and "it was over by then" in page
    assert "+447911123456" not in page


def test_the_log_and_the_json_of_the_contract_are_there(viewer):
    signal = first_signal(make_desk())

    page = page_of(viewer, signal)

    assert "Signal generated" in page
    assert "&quot;symbol&quot;: &quot;EURUSD&quot;" in page


def test_only_staff_see_what_staff_may_do(client):
    signal = make_signal()
    message = make_message(signal.message_key)
    make_delivery(message=message, state="uncertain")
    for role, sees in (("viewer", False), ("staff", True)):
        client.force_login(make_user(role, role))
        page = page_of(client, signal)

        for link in (f"/push/{signal.pk}/", f"/messages/{message.pk}/", "/resolve/", "/admin/sig"):
            assert (link in page) is sees


@pytest.mark.parametrize("path", ["", "chart/", "status/", "levels/", "sent/", "log/", "json/"])
def test_strangers_are_sent_to_the_login_and_unknown_signals_are_404(client, path):
    assert client.get(f"/signals/1/{path}").status_code == 302

    client.force_login(make_user())

    assert client.get(f"/signals/999/{path}").status_code == 404


@pytest.mark.parametrize("name", ["status", "levels", "sent", "heard", "log", "json"])
def test_a_part_answers_204_until_something_in_it_changes(viewer, name):
    signal = first_signal(make_desk())
    page = viewer.get(f"/signals/{signal.pk}/").content.decode()
    at = page.split(f'hx-get="/signals/{signal.pk}/{name}/?v=')[1].split('"')[0]
    url = f"/signals/{signal.pk}/{name}/?v={at}"

    assert viewer.get(url).status_code == 204
    assert viewer.get(url.replace(at, "older")).content.decode().count(f'id="signal-{name}"') == 1


def test_an_unknown_part_is_404(viewer):
    assert viewer.get(f"/signals/{make_signal().pk}/moon/").status_code == 404


def test_the_page_takes_the_same_queries_however_many_copies(viewer):
    signal = first_signal(make_desk())
    counts = []
    for n in range(3):
        make_delivery(message=make_message(signal.message_key), recipient=make_recipient(f"R{n}"))
        with CaptureQueriesContext(connection) as queries:
            viewer.get(f"/signals/{signal.pk}/")
        counts.append(len(queries))

    assert counts[1] == counts[2] == 18


def test_only_a_signal_that_lives_or_was_sent_can_be_pushed(staff):
    over = make_signal(late=True, status="closed", expires_at=timezone.now() - timedelta(hours=1))

    assert f"/push/{over.pk}/" not in page_of(staff, over)


def test_a_tie_is_told_as_a_range_with_the_reason(viewer):
    signal = make_signal(status="closed", ending="sl")
    closed(signal, reason="sl", pips=-20.0, r_multiple=-1.0, r_optimistic=1.5, is_tie=True)

    page = page_of(viewer, signal)

    assert "-20.0 pips, -1.00 to +1.50 R" in page
    assert ">-1.00 to +1.50 R<" in page  # beside the exit's price
    assert "stop and target lay inside one bar: +1.50 R had the target come first" in page


def test_the_bars_that_decided_are_shown_on_the_side_that_counts(viewer):
    quotes = {"bid": [1.08, 1.09, 1.07, 1.085], "ask": [1.0801, 1.0901, 1.0701, 1.0851]}
    bars = [{"what": what, "time": NOON.isoformat(), **quotes} for what in ("entry", "exit")]
    signal = make_signal(status="closed", ending="tp")
    closed(signal, decided_by=bars)

    page = page_of(viewer, signal)

    _, entry, exit_ = page.split("Decided by")[1].split('scope="row"')
    assert "ask</span>" in entry and ">1.09010<" in entry and ">1.09000<" not in entry
    assert "bid</span>" in exit_ and ">1.09000<" in exit_ and ">1.09010<" not in exit_
