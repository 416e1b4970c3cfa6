"""Which signals the list shows, what each tab counts, and what a row says."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from signals.pages.filters import FilterForm, asked
from signals.pages.listing import page_of, tab_links
from tests.builders import NOON, make_delivery, make_message, make_signal, make_symbol
from tests.signals.stored_signals import make_closed, make_position

pytestmark = pytest.mark.django_db


def ask(query="", *, today=None):
    return asked(FilterForm(QueryDict(query)), today=today or timezone.localdate())


def shown(query=""):
    return [row.pk for row in page_of(ask(query), QueryDict(query)).rows]


def counts(query=""):
    return {link.tab.slug: link.count for link in tab_links(ask(query))}


def test_the_newest_bar_comes_first_and_of_one_bar_the_newest_record():
    old = make_signal(minutes_ago=9)
    first = make_signal(minutes_ago=2)
    second = make_signal(make_symbol("GBPUSD"), minutes_ago=2)

    assert shown() == [second.pk, first.pk, old.pk]


def test_shadow_configs_and_rehearsals_are_never_listed_or_counted():
    seen = make_signal(minutes_ago=3, status="blocked")
    make_signal(minutes_ago=2, is_shadow=True)
    make_signal(minutes_ago=1, run="rehearsal")

    assert shown() == [seen.pk]
    assert counts()["all"] == 1


def test_each_tab_holds_and_counts_its_own():
    made = {
        "open": make_signal(minutes_ago=1),
        "tp": make_closed("tp", minutes_ago=2),
        "sl": make_closed("sl", minutes_ago=3),
        "expired": make_closed("expired", minutes_ago=4),
        "blocked": make_signal(minutes_ago=5, status="blocked"),
    }

    assert {tab: shown(f"tab={tab}") for tab in made} == {t: [s.pk] for t, s in made.items()}
    assert shown("tab=closed") == [made[tab].pk for tab in ("tp", "sl", "expired")]
    assert counts() == {"all": 5, "closed": 3, **dict.fromkeys(made, 1)}


def test_tabs_count_under_the_filters_and_keep_them():
    make_signal(minutes_ago=1)
    make_signal(make_symbol("GBPUSD"), minutes_ago=2, status="blocked")

    assert counts("symbol=GBPUSD")["all"] == 1
    links = {link.tab.slug: link.query for link in tab_links(ask("symbol=GBPUSD&tab=open"))}
    assert links["all"] == "symbol=GBPUSD"
    assert links["blocked"] == "tab=blocked&symbol=GBPUSD"


def test_filters_and_search_narrow_together():
    euro = make_signal(minutes_ago=1)
    pound = make_signal(make_symbol("GBPUSD"), minutes_ago=2, strategy="donchian_atr")

    assert shown("symbol=EURUSD") == shown("strategy=ema_rsi") == [euro.pk]
    assert shown("q=gbp") == shown("q=donchian") == shown(f"q={pound.pk}") == [pound.pk]
    assert shown("q=gbp&symbol=EURUSD") == shown("q=sell") == []


@pytest.mark.parametrize(
    ("period", "days"),
    [("period=today", 1), ("period=7d", 7), ("period=30d", 30), ("", None)],
)
def test_a_period_counts_whole_days_of_the_viewer(period, days):
    with timezone.override(ZoneInfo("America/New_York")):
        since = ask(period, today=date(2026, 11, 18)).since

    midnight = datetime(2026, 11, 18, tzinfo=ZoneInfo("America/New_York"))
    assert since == (midnight - timedelta(days=days - 1) if days else None)


def test_dates_include_their_first_and_last_day():
    wanted = ask("period=custom&since=2026-11-01&until=2026-11-02")

    assert wanted.since.isoformat() == "2026-11-01T00:00:00+00:00"
    assert wanted.until.isoformat() == "2026-11-03T00:00:00+00:00"


@pytest.mark.parametrize(
    "query",
    [
        "symbol=GOLD",
        "strategy=x",
        "period=x",
        "tab=x",
        "q=nobody",
        "since=yesterday",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=2026-11-02&until=2026-11-01",
        "q=" + "a" * 61,
    ],
)
def test_a_filter_that_means_nothing_shows_nothing_and_says_so(query):
    make_signal()
    form = FilterForm(QueryDict(query))

    wanted = asked(form, today=NOON.date())

    assert not wanted.is_clear
    assert form.errors
    assert not page_of(wanted, QueryDict()).rows


def test_a_row_shows_result_status_and_what_came_of_its_messages():
    signal = make_closed("tp")
    make_position(signal, reason="tp")
    make_delivery(message=make_message(signal.message_key), state="read")

    (row,) = page_of(ask(), QueryDict()).rows

    assert (row.signed_pips, row.signed_r, row.result_tone) == ("+12.3", "+1.50", "tone-good")
    assert (row.status.word, row.is_demo, row.tally.read) == ("TP hit", True, 1)


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["sent", "delivered", "read"], (("sent", 3), ("delivered", 2), ("read", 1))),
        (["read", "read"], (("read", 2),)),
        (["delivered", "failed"], (("delivered", 1), ("failed", 1))),
        ([], ()),
    ],
)
def test_a_row_says_of_its_messages_what_the_next_word_does_not(states, said):
    signal = make_signal()
    for state in states:
        make_delivery(message=make_message(signal.message_key), state=state)

    (row,) = page_of(ask(), QueryDict()).rows

    assert row.said == said


def test_a_blocked_row_names_its_guards_and_marks_its_result_as_never_traded():
    refusals = [{"guard": "spread", "reason": "too wide"}]
    make_position(make_signal(status="blocked", refusals=refusals), is_shadow=True)

    (row,) = page_of(ask(), QueryDict()).rows

    assert (row.status.word, row.is_shadow_result) == ("Blocked", True)
    assert row.blocked_by == "Stop to spread"


def test_the_number_of_queries_does_not_grow_with_the_rows():
    numbers = []
    for ago in (1, 2, 3):
        signal = make_signal(minutes_ago=ago)
        make_delivery(message=make_message(signal.message_key), state="sent")
        with CaptureQueriesContext(connection) as queries:
            tab_links(ask())
            page_of(ask(), QueryDict())
        numbers.append(len(queries))

    assert numbers == [14, 14, 14]
