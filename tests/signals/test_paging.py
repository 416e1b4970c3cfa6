"""Where a page of the list begins and ends, and what stays as it was while signals come in."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from signals.models import Signal
from signals.pages.filters import FilterForm, asked
from signals.pages.listing import COUNTED, GROWN, PAGE, page_again, page_of, tab_links
from signals.pages.places import Place, place_of
from tests.builders import NOON, make_signal, make_symbol
from tests.signals.stored_signals import make_many

pytestmark = pytest.mark.django_db


def everything():
    return asked(FilterForm(QueryDict()), today=NOON.date())


def listed(page):
    return [row.pk for row in page.rows]


def test_older_pages_keep_their_place_while_newer_signals_come_in():
    made = make_many(PAGE * 2 + 7)
    first = page_of(everything(), QueryDict())

    make_signal(minutes_ago=0)
    second = page_of(everything(), QueryDict(first.older))
    third = page_of(everything(), QueryDict(second.older))

    assert listed(second) + listed(third) == made[PAGE:]
    assert (third.older, second.is_newest) == ("", False)
    assert listed(page_of(everything(), QueryDict(third.newer))) == made[PAGE : 2 * PAGE]


def test_the_way_back_up_ends_at_the_newest_page():
    made = make_many(PAGE + 1)
    second = page_of(everything(), QueryDict(page_of(everything(), QueryDict()).older))
    Signal.objects.filter(pk=made[0]).delete()

    page = page_of(everything(), QueryDict(second.newer))

    assert page.is_newest
    assert listed(page) == made[1:]


def test_signals_of_one_bar_are_split_between_pages_without_loss_or_repeat():
    codes = [f"SYM{n:03}" for n in range(PAGE + 3)]
    made = [make_signal(make_symbol(code)).pk for code in codes]

    first = page_of(everything(), QueryDict())
    second = page_of(everything(), QueryDict(first.older))

    assert listed(first) + listed(second) == made[::-1]


@pytest.mark.parametrize("text", ["", "x", "1-", "-1", "9" * 30 + "-1", "1-" + "9" * 30, "²-1"])
def test_a_place_that_cannot_be_read_is_the_newest_page(text):
    signal = make_signal()

    page = page_of(everything(), QueryDict(f"before={text}"))

    assert place_of(text) is None
    assert [row.pk for row in page.rows] == [signal.pk]


def test_a_place_reads_as_it_was_written():
    place = Place(NOON + timedelta(microseconds=250_000), 17)

    assert place_of(str(place)) == place


def test_an_open_page_asked_again_is_the_same_until_something_changes():
    make_many(PAGE * 2 + 7)
    first = page_of(everything(), QueryDict())
    second = page_of(everything(), QueryDict(first.older))

    for page in (first, second):
        assert page_again(everything(), QueryDict(page.query)) == page


def test_the_newest_page_grows_upward_and_an_older_one_does_not():
    make_many(PAGE * 2 + 7)
    first = page_of(everything(), QueryDict())
    second = page_of(everything(), QueryDict(first.older))

    came = make_signal(minutes_ago=0)

    grown = page_again(everything(), QueryDict(first.query))
    assert listed(grown) == [came.pk, *listed(first)]
    assert grown.older == first.older
    assert page_again(everything(), QueryDict(second.query)) == second


def test_a_page_left_open_for_long_does_not_grow_without_bound():
    made = make_many(PAGE + 10, newest=GROWN)
    first = page_of(everything(), QueryDict())

    made = [*make_many(GROWN - 20, newest=10), *made]
    grown = page_again(everything(), QueryDict(first.query))

    assert listed(grown) == made[:GROWN]
    assert listed(page_of(everything(), QueryDict(grown.older))) == made[GROWN : GROWN + PAGE]


def test_counts_stop_at_their_bound():
    make_many(COUNTED + 20)

    every = tab_links(everything())[0]

    assert (every.count, every.shown, every.is_more) == (COUNTED + 1, COUNTED, True)
