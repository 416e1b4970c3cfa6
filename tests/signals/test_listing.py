"""Which signals the list shows, where a page begins and ends, and what each tab counts."""

from copy import copy
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from signals.models import Position, Signal, Track
from signals.pages.filters import FilterForm, asked
from signals.pages.listing import COUNTED, GROWN, PAGE, page_again, page_of, tab_links
from signals.pages.places import Place, place_of
from tests.builders import NOON, make_delivery, make_message, make_signal, make_symbol

pytestmark = pytest.mark.django_db


def ask(query="", *, today=None):
    return asked(FilterForm(QueryDict(query)), today=today or timezone.localdate())


def shown(query=""):
    return [row.pk for row in page_of(ask(query), QueryDict(query)).rows]


def counts(query=""):
    return {link.tab.slug: link.count for link in tab_links(ask(query))}


def make_position(signal, **values):
    track, _ = Track.objects.get_or_create(
        run=signal.run, config=signal.config, feed="mock", defaults={"starts_after": NOON}
    )
    facts = {"state": "closed", "stop": signal.sl, "closed_at": NOON, "pips": 12.34}
    return Position.objects.create(
        signal=signal, track=track, **{**facts, "r_multiple": 1.5, **values}
    )


def make_closed(ending, **values):
    return make_signal(status="closed", ending=ending, **values)


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


def make_many(count, *, newest=1):
    """Numbers of `count` signals a minute apart, the newest first."""
    like = make_signal(minutes_ago=newest)
    return [like.pk, *(copy.pk for copy in copies_of(like, count - 1))]


def copies_of(signal, count):
    """`count` older signals like it, a minute apart."""
    copies = []
    for minutes in range(1, count + 1):
        older = copy(signal)
        older.pk, step = None, timedelta(minutes=minutes)
        older.bar_time, older.bar_closed_at = signal.bar_time - step, signal.bar_closed_at - step
        copies.append(older)
    return Signal.objects.bulk_create(copies)


def listed(page):
    return [row.pk for row in page.rows]


def test_older_pages_keep_their_place_while_newer_signals_come_in():
    made = make_many(PAGE * 2 + 7)
    first = page_of(ask(), QueryDict())

    make_signal(minutes_ago=0)
    second = page_of(ask(), QueryDict(first.older))
    third = page_of(ask(), QueryDict(second.older))

    assert listed(second) + listed(third) == made[PAGE:]
    assert (third.older, second.is_newest) == ("", False)
    assert listed(page_of(ask(), QueryDict(third.newer))) == made[PAGE : 2 * PAGE]


def test_the_way_back_up_ends_at_the_newest_page():
    made = make_many(PAGE + 1)
    second = page_of(ask(), QueryDict(page_of(ask(), QueryDict()).older))
    Signal.objects.filter(pk=made[0]).delete()

    page = page_of(ask(), QueryDict(second.newer))

    assert page.is_newest
    assert listed(page) == made[1:]


def test_signals_of_one_bar_are_split_between_pages_without_loss_or_repeat():
    codes = [f"SYM{n:03}" for n in range(PAGE + 3)]
    made = [make_signal(make_symbol(code)).pk for code in codes]

    first = page_of(ask(), QueryDict())
    second = page_of(ask(), QueryDict(first.older))

    assert listed(first) + listed(second) == made[::-1]


@pytest.mark.parametrize("text", ["", "x", "1-", "-1", "9" * 30 + "-1", "1-" + "9" * 30, "²-1"])
def test_a_place_that_cannot_be_read_is_the_newest_page(text):
    signal = make_signal()

    page = page_of(ask(), QueryDict(f"before={text}"))

    assert place_of(text) is None
    assert [row.pk for row in page.rows] == [signal.pk]


def test_a_place_reads_as_it_was_written():
    place = Place(NOON + timedelta(microseconds=250_000), 17)

    assert place_of(str(place)) == place


def test_an_open_page_asked_again_is_the_same_until_something_changes():
    make_many(PAGE * 2 + 7)
    first = page_of(ask(), QueryDict())
    second = page_of(ask(), QueryDict(first.older))

    for page in (first, second):
        assert page_again(ask(), QueryDict(page.query)) == page


def test_the_newest_page_grows_upward_and_an_older_one_does_not():
    make_many(PAGE * 2 + 7)
    first = page_of(ask(), QueryDict())
    second = page_of(ask(), QueryDict(first.older))

    came = make_signal(minutes_ago=0)

    grown = page_again(ask(), QueryDict(first.query))
    assert listed(grown) == [came.pk, *listed(first)]
    assert grown.older == first.older
    assert page_again(ask(), QueryDict(second.query)) == second


def test_a_page_left_open_for_long_does_not_grow_without_bound():
    made = make_many(PAGE + 10, newest=GROWN)
    first = page_of(ask(), QueryDict())

    made = [*make_many(GROWN - 20, newest=10), *made]
    grown = page_again(ask(), QueryDict(first.query))

    assert listed(grown) == made[:GROWN]
    assert listed(page_of(ask(), QueryDict(grown.older))) == made[GROWN : GROWN + PAGE]


def test_counts_stop_at_their_bound():
    make_many(COUNTED + 20)

    every = tab_links(ask())[0]

    assert (every.count, every.shown, every.is_more) == (COUNTED + 1, COUNTED, True)


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
