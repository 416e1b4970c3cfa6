"""The strategies pages as viewers and staff see them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard.strategies.history import COUNTED, SHOWN, history
from dashboard.strategies.listing import symbol_groups
from dashboard.strategies.situations import live_run
from signals.models import Track
from strategies.versions import save_config, set_enabled
from tests.builders import NOON, make_config, make_signal, make_symbol
from tests.dashboard.read_bars import CLOSED_AT, FAST_BELOW, hold, read_bar

pytestmark = pytest.mark.django_db
STAFF_WORDS = ("/edit/", "/switch/", "/restore/", "/admin/")


def saved(config, **parameters):
    config.parameters |= parameters
    return save_config(config, by="sam", now=NOON + timedelta(minutes=1))


def test_the_list_shows_settings_in_words_with_units_by_symbol(viewer):
    read_bar(make_config())
    make_config(make_symbol("USDJPY"), "donchian_atr")

    (first, second) = symbol_groups(now=CLOSED_AT)

    assert (first.code, first.is_demo, second.code) == ("EURUSD", True, "USDJPY")
    words = [(setting.name, setting.value) for setting in first.rows[0].settings]
    assert words[:2] == [("Fast", "12 bars"), ("Slow", "26 bars")]
    assert (first.rows[0].stop, first.rows[0].target) == ("3 x ATR 14", "4.5 x ATR 14")
    assert (second.rows[0].stop, second.rows[0].target) == ("3 x ATR 14, then trailing", "none")


def test_the_last_decision_is_the_newest_of_the_live_desk_blocked_ones_included():
    config = make_config()
    make_signal(config.symbol, minutes_ago=9)
    make_signal(config.symbol, minutes_ago=2, run="rehearsal")
    refusal = {"guard": "spread", "reason": "the stop is too near"}
    shown = make_signal(config.symbol, minutes_ago=3, status="blocked", refusals=[refusal])

    (group,) = symbol_groups(now=CLOSED_AT)

    last = group.rows[0].last
    assert last is not None
    assert (last.pk, last.status) == (shown.pk, "Blocked by Stop to spread")


def test_the_number_of_queries_does_not_grow_with_the_configs():
    counts = []
    for code in ("EURUSD", "GBPUSD", "USDJPY"):
        symbol = make_symbol(code)
        for slug in ("ema_rsi", "donchian_atr", "meanrev_bb"):
            hold(read_bar(make_config(symbol, slug)))
        with CaptureQueriesContext(connection) as queries:
            symbol_groups(now=CLOSED_AT)
        counts.append(len(queries))

    assert counts == [9, 9, 9]


def test_the_list_is_204_until_a_bar_is_read(viewer):
    track = read_bar(make_config())
    page = viewer.get("/strategies/").content.decode()
    (url,) = re.findall(r'hx-get="(/strategies/[^"]*live/[^"]+)"', page)
    assert viewer.get(url).status_code == 204

    Track.objects.update(reading={**track.reading, "now": FAST_BELOW})

    answer = viewer.get(url).content.decode()
    assert 'id="strategies"' in answer
    assert "All its rules for SELL hold" in answer


def test_one_config_shows_rules_exits_guards_settings_history_and_signals(viewer):
    config = make_config()
    hold(read_bar(config))
    saved(config, fast=10)

    html = viewer.get(f"/strategies/{config.pk}/").content.decode()

    for words in ("Stop to spread", "10 bars", "v2", "1.08523", "Least confidence", "sam"):
        assert words in html


def test_the_part_of_one_config_is_204_until_it_changes(viewer):
    config = read_bar(make_config()).config
    page = viewer.get(f"/strategies/{config.pk}/").content.decode()
    (url,) = re.findall(r'hx-get="(/strategies/[^"]*live/[^"]+)"', page)
    assert viewer.get(url).status_code == 204

    make_signal(config.symbol)

    assert "1.08523" in viewer.get(url).content.decode()


def test_a_page_of_one_config_takes_a_fixed_number_of_queries(viewer, django_assert_num_queries):
    config = make_config()
    track = read_bar(config)
    for minute in range(15):
        make_signal(config.symbol, bar_time=NOON + timedelta(minutes=minute))
        saved(config, fast=5 + minute)
    hold(track)

    with django_assert_num_queries(20):
        viewer.get(f"/strategies/{config.pk}/")


def test_the_history_says_what_each_version_changed_and_how_many_signals_it_made():
    config = make_config()
    saved(config, fast=10)
    make_signal(config.symbol)
    make_signal(config.symbol, minutes_ago=5, run="rehearsal")

    second, first = history(config, live=live_run()).versions

    assert [(each.name, each.before, each.after) for each in second.changed] == [
        ("Fast", "12 bars", "10 bars")
    ]
    assert (second.by, second.signals_text, second.is_current) == ("sam", "1", True)
    assert (first.note, first.signals_text, first.is_current) == ("Created", "0", False)


def test_counting_the_signals_of_a_version_stops_at_a_bound(django_assert_num_queries):
    config = make_config()
    for minute in range(COUNTED + 2):
        make_signal(config.symbol, bar_time=NOON + timedelta(minutes=minute))
    live = live_run()

    with django_assert_num_queries(2):
        (only,) = history(config, live=live).versions

    assert (only.signals, only.signals_text) == (COUNTED + 1, f"{COUNTED}+")


def test_a_long_history_is_paged_without_losing_a_version():
    config = make_config()
    for fast in range(2, SHOWN + 5):
        saved(config, fast=fast)

    newest = history(config, live=None)
    older = history(config, live=None, before=newest.older)

    numbers = [past.number for past in (*newest.versions, *older.versions)]
    assert numbers == list(range(SHOWN + 4, 0, -1))
    assert older.older is None
    assert newest.versions[-1].changed


def test_a_version_is_shown_beside_the_one_before_and_the_current_one(viewer):
    config = make_config()
    saved(config, fast=10)
    saved(config, fast=8)

    html = viewer.get(f"/strategies/{config.pk}/versions/2/").content.decode()

    assert "What it changed, against v1" in html
    assert "Against v3, which is current" in html
    assert viewer.get(f"/strategies/{config.pk}/versions/9/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/strategies/", "/strategies/{0}/", "/strategies/{0}/versions/1/"]
)
def test_viewers_read_everything_and_see_no_button(viewer, path):
    config = make_config()
    hold(read_bar(config))
    saved(config, fast=10)

    html = viewer.get(path.format(config.pk)).content.decode()

    assert not [word for word in STAFF_WORDS if word in html]


@pytest.mark.parametrize("page", ["edit", "switch", "versions/1/restore"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_viewer_may_change_nothing(viewer, page, method):
    config = make_config()

    answer = getattr(viewer, method)(f"/strategies/{config.pk}/{page}/", {"to": "off"})

    assert answer.status_code == 403
    assert config.versions.count() == 1


def test_strangers_are_sent_to_the_login(client):
    for url in ("/strategies/", "/strategies/1/", "/strategies/live/", "/strategies/1/edit/"):
        assert client.get(url).url == f"/login/?next={url}"


def test_a_desk_without_a_config_says_what_to_do(viewer):
    assert "No strategy runs on any symbol yet" in viewer.get("/strategies/").content.decode()
    assert viewer.get("/strategies/1/").status_code == 404


def test_nothing_is_styled_or_scripted_inline(viewer):
    config = make_config()
    hold(read_bar(config))
    set_enabled(config, False, by="sam", now=NOON)

    for path in (reverse("strategies"), reverse("strategy", args=[config.pk])):
        html = viewer.get(path).content.decode()
        assert not re.search(r"\sstyle=|\son\w+=|hx-on|<script(?![^>]*\ssrc=)", html)
