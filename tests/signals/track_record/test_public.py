"""The track record without a login: only where the setting says so, and nothing private."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from access.counters import count
from audit.models import Event
from tests.builders import make_config, make_symbol, make_user
from tests.signals.stored_signals import make_judged

pytestmark = pytest.mark.django_db
PAGE = "/track-record/"
PATHS = [PAGE + part for part in ("", "chart/", "export.csv", "export.json", "parts/figures/")]


@pytest.fixture
def public(settings):
    settings.PUBLIC_TRACK_RECORD = True


@pytest.fixture
def desk():
    """One signal that ended, one a guard refused, and one that only ran in shadow."""
    make_symbol(feed="twelvedata")
    make_judged(1.5, minutes_ago=1)
    refusals = [{"guard": "spread", "reason": "Stop is 2.1 times the spread"}]
    make_judged(-1.0, minutes_ago=2, status="blocked", refusals=refusals)
    make_judged(7.0, minutes_ago=3, is_shadow=True, strategy="meanrev_bb")


@pytest.mark.parametrize("path", PATHS)
def test_strangers_are_sent_to_the_login_unless_the_setting_lets_them_in(client, settings, path):
    assert client.get(path).headers["Location"].startswith("/login/?next=/track-record/")

    settings.PUBLIC_TRACK_RECORD = True

    assert client.get(path).status_code == 200


def test_a_stranger_sees_the_figures_and_the_notice_in_a_frame_of_their_own(client, public, desk):
    html = client.get(PAGE).content.decode()

    assert "Hypothetical performance." in html
    assert "+1.50 R" in html
    assert "Log in" in html and "/logs/" not in html


def test_a_stranger_learns_nothing_of_what_was_blocked_or_only_ran_in_shadow(client, public, desk):
    told = [client.get(path).getvalue().decode() for path in PATHS]

    for word in ("spread", "Stop to spread", "1 blocked", '"blocked"'):
        assert not any(word in text for text in told), word
    assert json.loads(told[3])["total"]["n"] == 1


def test_what_a_stranger_takes_along_is_not_logged(client, public, desk):
    client.get(f"{PAGE}export.json").getvalue()

    assert not Event.objects.filter(kind="record.exported").exists()


def test_a_viewer_sees_the_whole_page_whatever_the_setting_says(client, public, desk):
    client.force_login(make_user())

    html = client.get(PAGE).content.decode()

    assert "1 blocked" in html and "/logs/" in html


def test_who_asks_too_often_is_told_how_long_to_wait(client, public):
    use_up("public:address:127.0.0.1", times=120)

    answer = client.get(PAGE)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert "asked too often" in answer.content.decode()


def test_a_symbol_that_only_ran_in_shadow_is_not_offered(client, public, desk):
    make_config(make_symbol("USDJPY"), mode="shadow")

    html = client.get(PAGE).content.decode()

    assert "EURUSD" in html and "USDJPY" not in html


def test_strangers_together_have_so_many_records_computed_a_minute(client, public):
    kept, new = f"{PAGE}?since=2026-10-01", f"{PAGE}?since=2026-10-02"
    client.get(kept)

    use_up("record:strangers", times=30)

    assert client.get(kept).status_code == 200  # it costs nothing
    assert client.get(new).status_code == 429


def test_strangers_together_take_six_files_a_minute(client, public):
    use_up("record-file:strangers", times=5)

    first, second = (client.get(f"{PAGE}export.csv").status_code for _ in range(2))

    assert (first, second) == (200, 429)


def use_up(name, *, times):
    """Count in this minute and in the next, should it begin meanwhile."""
    now = timezone.now()
    for at in (now, now + timedelta(minutes=1)):
        for _ in range(times):
            count(name, now=at, window=60)
