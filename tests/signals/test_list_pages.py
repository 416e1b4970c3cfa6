"""The signals list over HTTP: its page, its live parts, its file."""

import asyncio
import csv
import re
from decimal import Decimal
from io import StringIO

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient
from django.urls import reverse
from django.utils import timezone

from access.files import PIECE
from signals.models import Signal
from signals.pages.export import COLUMNS
from signals.pages.listing import PAGE
from tests.builders import make_delivery, make_message, make_signal, make_symbol, make_user
from tests.signals.stored_signals import make_closed, make_many, make_position

pytestmark = pytest.mark.django_db
PATHS = [reverse(f"signals{part}") for part in ("", "-tabs", "-list", "-export")]


def exported(client, **asked):
    answer = client.get(reverse("signals-export"), asked)
    return list(csv.DictReader(StringIO(answer.getvalue().decode())))


@pytest.mark.parametrize("path", PATHS)
def test_strangers_are_sent_to_the_login(client, path):
    assert client.get(path).headers["Location"].startswith("/login/")


def test_the_page_shows_a_signal_with_a_link_to_its_own_page(viewer):
    signal = make_signal(minutes_ago=3)

    html = viewer.get(reverse("signals")).content.decode()

    assert f'href="{reverse("signal", args=[signal.pk])}"' in html
    assert "1.08523" in html
    assert "<title>Signals · forexsignals</title>" in html


def test_what_was_found_late_says_so_whether_or_not_somebody_sent_it(viewer):
    make_signal(minutes_ago=9, late=True)
    pushed = make_signal(minutes_ago=8, late=True)
    make_delivery(message=make_message(pushed.message_key), state="sent")

    html = viewer.get(reverse("signals")).content.decode()

    assert "so nobody was sent it" in html
    assert "sent by hand" in html


@pytest.mark.parametrize("tab", ["all", "open", "closed", "tp", "sl", "expired", "blocked"])
def test_every_tab_says_why_it_is_empty(viewer, tab):
    html = viewer.get(reverse("signals"), {"tab": tab}).content.decode()

    assert re.search(r'empty-note.*<p class="max-w-prose">\w', html, re.DOTALL)


def test_filters_without_a_match_can_be_cleared_and_stay_on_their_tab(viewer):
    make_signal()

    html = viewer.get(reverse("signals"), {"tab": "tp", "symbol": "EURUSD"}).content.decode()

    assert "No signal under “TP hit” matches these filters." in html
    assert re.search(r'href="/signals/\?tab=tp">.*Clear the filters', html)


def test_a_value_nobody_knows_is_named_beside_the_filters_and_kept(viewer):
    html = viewer.get(reverse("signals"), {"symbol": "GOLD", "q": "nobody"}).content.decode()

    assert "There is no symbol “GOLD”; choose one of the list." in html
    assert "Nothing is called “nobody”." in html
    assert 'value="nobody"' in html


@pytest.mark.parametrize("part", ["signal-tabs", "signal-list"])
@pytest.mark.parametrize("query", ["", "?tab=open&symbol=EURUSD", "?tab=tp", "?q=nobody"])
def test_a_live_part_of_the_page_is_204_until_something_changes(viewer, part, query):
    make_many(PAGE + 5)

    html = viewer.get(reverse("signals") + query).content.decode()
    url = re.findall(rf'id="{part}" data-live="[^"]+" hx-get="([^"]+)"', html)[0]

    assert viewer.get(url.replace("&amp;", "&")).status_code == 204


def test_a_signal_that_closes_changes_its_row_and_the_counts(viewer):
    make_signal()
    html = viewer.get(reverse("signals")).content.decode()
    urls = re.findall(r'id="signal-\w+" data-live="[^"]+" hx-get="([^"]+)"', html)

    Signal.objects.update(status="closed", ending="tp")
    parts = [viewer.get(url.replace("&amp;", "&")).content.decode() for url in urls]

    assert re.search(r"TP hit <span class=\"count\">1<", parts[0])
    assert "TP hit" in parts[1]
    assert all(part.startswith(("<header id=", "<div id=")) for part in parts)


def test_the_file_holds_what_the_filters_show_newest_first_over_all_pages(viewer):
    made = make_many(PIECE + 30)
    make_signal(make_symbol("GBPUSD"), minutes_ago=0)

    rows = exported(viewer, symbol="EURUSD")

    assert [int(row["id"]) for row in rows] == made
    assert list(rows[0]) == COLUMNS
    assert exported(viewer, tab="tp") == []


def test_the_file_has_utc_times_the_symbols_digits_and_plain_numbers(viewer):
    yen = make_symbol("USDJPY", digits=3, pip_size=Decimal("0.01"))
    levels = {"price": Decimal("150.1"), "sl": Decimal("149.9"), "tp": None}
    signal = make_closed("sl", symbol=yen, **levels)
    make_position(signal, reason="sl", pips=-7.25, r_multiple=-1.0, r_optimistic=1.5)
    make_delivery(message=make_message(signal.message_key), state="delivered")

    (row,) = exported(viewer)

    assert row["bar_closed_at_utc"] == signal.bar_closed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (row["price"], row["sl"], row["tp"]) == ("150.100", "149.900", "")
    assert (row["pips"], row["r_multiple"], row["status_words"]) == ("-7.2", "-1.00", "SL hit")
    assert row["r_optimistic"] == "1.50"
    assert (row["sent"], row["delivered"], row["read"]) == ("1", "1", "0")


def test_text_in_the_file_is_not_run_as_a_formula(viewer):
    make_signal()
    Signal.objects.update(feed="=cmd()")

    assert exported(viewer)[0]["feed"] == "'=cmd()"


def test_the_file_is_named_after_the_day(viewer):
    name = viewer.get(reverse("signals-export")).headers["Content-Disposition"]

    assert name == f'attachment; filename="signals-{timezone.localdate():%Y-%m-%d}.csv"'


def test_a_file_of_a_wrong_filter_is_answered_on_the_page(viewer):
    answer = viewer.get(reverse("signals-export"), {"symbol": "GOLD"})

    assert answer.headers["Location"] == "/signals/?symbol=GOLD"


@pytest.mark.django_db(transaction=True)
def test_a_server_that_waits_for_nothing_sends_the_same_file_in_pieces():
    make_many(PIECE + 5)
    user = make_user()

    async def pieces():
        client = AsyncClient()
        await client.aforce_login(user)
        answer = await client.get(reverse("signals-export"))
        found = [piece async for piece in answer.streaming_content]
        await sync_to_async(connections.close_all)()
        return found

    head, *rest = asyncio.run(pieces())

    assert head.decode().strip() == ",".join(COLUMNS)
    assert [piece.count(b"\n") for piece in rest] == [PIECE, 5]
