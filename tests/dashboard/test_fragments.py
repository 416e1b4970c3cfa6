"""The parts that keep themselves fresh."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.overview.parts import PARTS
from delivery.pauses import pause
from tests.builders import NOON, make_candles, make_signal, make_symbol, make_tick, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_one_root_with_its_id_and_then_204_until_something_changes(client, name):
    client.force_login(make_user("sam", "staff"))
    make_candles(make_symbol(), closes=[1.1, 1.2])

    html = client.get(reverse("live", args=[name])).content.decode()
    (url,) = re.findall(rf'^<\w+ id="{name}" data-live="[^"]+" hx-get="([^"]+)"', html)

    assert client.get(url).status_code == 204


def test_a_pause_changes_the_cards_and_the_status(viewer):
    make_tick(at=timezone.now())
    urls = {}
    for name in ("cards", "desk-status"):
        html = viewer.get(reverse("live", args=[name])).content.decode()
        urls[name] = re.findall(r'hx-get="([^"]+)"', html)[0]

    pause(reason="News at 13:30", by="sam", now=NOON)

    assert "News at 13:30" in viewer.get(urls["cards"]).content.decode()
    assert "Pushes paused" in viewer.get(urls["desk-status"]).content.decode()


def test_a_new_signal_changes_the_table(viewer):
    symbol = make_symbol()
    html = viewer.get(reverse("live", args=["symbols"])).content.decode()

    make_signal(symbol)
    changed = viewer.get(re.findall(r'hx-get="([^"]+)"', html)[0])

    assert "BUY" in changed.content.decode()


def test_an_unknown_part_is_404(viewer):
    assert viewer.get(reverse("live", args=["nothing"])).status_code == 404


def test_a_session_that_ended_sends_the_whole_page_to_the_login(client):
    answer = client.get(reverse("live", args=["cards"]), headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login/")


def test_nothing_in_the_pages_is_styled_or_scripted_inline(viewer):
    make_signal(make_symbol())

    html = viewer.get("/").content.decode()

    assert not re.search(r"\sstyle=|\son\w+=|hx-on|<script(?![^>]*\ssrc=)", html)


def test_the_overview_without_symbols_still_renders(viewer):
    assert "No symbol is enabled" in viewer.get("/").content.decode()
