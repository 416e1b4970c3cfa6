"""The page of the track record: what it tells of what is stored."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from signals.models import Difference, ParityCheck, PriceSeen, Signal
from signals.track_record import HYPOTHETICAL
from tests.builders import make_config, make_symbol
from tests.signals.past import make_past

pytestmark = pytest.mark.django_db
PAGE = "/track-record/"


@pytest.fixture
def past():
    """Signals of two symbols on real prices; of `count` one in eight was blocked."""

    def make(count=96, *, feed="push", now=None, **stored):
        configs = [make_config(make_symbol(code, feed=feed)) for code in ("EURUSD", "GBPUSD")]
        signals = make_past(configs, now=now or timezone.now(), count=count)
        Signal.objects.update(**stored) if stored else None
        return signals

    return make


def text_of(answer):
    """What the page says, without its marks."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(plain))


def test_expectancy_and_win_rate_stand_with_their_intervals_and_sample(viewer, past):
    past()

    said = text_of(viewer.get(PAGE))

    # 96 less 12 blocked and 4 unknown, none of them both
    assert re.search(r"Expectancy [+-]\d\.\d\d R a signal, 95% interval [+-]\d\.\d\d to", said)
    assert re.search(r"Win rate \d\d% 95% interval \d\d to \d\d%", said)
    assert "Results 80 " in said and "12 blocked, 4 undecided" in said


def test_few_results_are_counted_but_no_rate_is_told(viewer, past):
    past(12)

    figures = text_of(viewer.get("/track-record/parts/figures/"))

    assert "Not enough signals yet: 11 of 30" in figures
    assert "Win rate - told from 30 results on" in figures
    assert "%" not in figures.partition("Hypothetical")[0]


def test_the_notice_stands_beside_the_figures(viewer, past):
    past(1)

    assert HYPOTHETICAL in text_of(viewer.get("/track-record/parts/figures/"))


def test_made_up_prices_are_marked(viewer, past):
    past(feed="mock")

    assert "DEMO" in text_of(viewer.get("/track-record/parts/figures/"))


def test_a_fresh_desk_says_why_it_has_no_record_yet(viewer):
    said = text_of(viewer.get(PAGE))

    assert "The live record begins with the first signal that is found in time and ends" in said


@pytest.mark.parametrize("feed", ["push", "mock"])
def test_what_was_found_late_is_offered_where_there_is_nothing_else(viewer, past, feed):
    past(40, feed=feed, late=True)

    answer = viewer.get(PAGE)
    late = text_of(viewer.get(f"{PAGE}?basis=catch_up"))

    assert "35 more were found too late" in text_of(answer)
    assert f'href="{PAGE}?basis=catch_up"' in answer.content.decode()
    assert "not part of the live record" in late and "Back to the live record" in late


def test_the_cut_asked_for_is_shown_and_the_filters_stay_in_its_links(viewer, past):
    past()

    answer = viewer.get(f"{PAGE}?symbol=EURUSD&cut=weekday")

    html = answer.content.decode()
    days = re.findall(r'class="name">(\w+day)<', html)
    assert days == sorted(days, key=DAYS.index) and len(days) == 7
    assert "/track-record/?symbol=EURUSD&amp;cut=hour" in html
    assert "/track-record/?range=week&amp;symbol=EURUSD&amp;cut=weekday" in html


DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def test_a_group_below_the_minimum_has_counts_and_no_rate(viewer, past):
    past()

    said = text_of(viewer.get("/track-record/parts/tables/?cut=hour"))

    assert re.search(r"00:00 .*?not enough: \d of 30", said)


def test_a_symbol_of_the_table_leads_to_its_own_record(viewer, past):
    past()

    html = viewer.get("/track-record/parts/tables/").content.decode()

    assert 'href="/track-record/?symbol=GBPUSD"' in html


def test_guards_say_what_they_saved_in_r(viewer, past):
    past()

    said = text_of(viewer.get("/track-record/parts/tables/"))

    assert re.search(r"Volatility 4 blocked, 4 judged [+-]\d+\.\d\d R", said)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("range=custom&since=2026-11-20&until=2026-11-01", "The last day lies before the first"),
        ("range=century", "There is no range “century”"),
        ("symbol=XXXYYY", "There is no symbol “XXXYYY”"),
    ],
)
def test_a_question_nobody_understands_is_answered_in_words(viewer, question, words):
    answer = viewer.get(f"{PAGE}?{question}")

    assert answer.status_code == 200
    assert words in text_of(answer) and "until the question above is corrected" in text_of(answer)


@pytest.mark.parametrize("name", ["figures", "tables"])
def test_a_part_is_204_until_something_closes(viewer, past, name):
    past()
    html = viewer.get(reverse("track-record-part", args=[name])).content.decode()
    url = re.findall(r'hx-get="([^"]+)"', html)[0].replace("&amp;", "&")

    before = viewer.get(url)
    make_past([Signal.objects.all()[0].config], now=timezone.now() + timedelta(hours=3), count=1)

    assert (before.status_code, viewer.get(url).status_code) == (204, 200)


def test_the_chart_comes_as_json_and_is_204_while_it_is_the_same(viewer, past):
    past()
    url = reverse("track-record-chart")

    drawn = viewer.get(url).json()

    assert drawn["points"][0][1:] == [0.0, 0.0, 0] and drawn["points"][-1][3] == 80
    assert viewer.get(f"{url}?v={drawn['version']}").status_code == 204


@pytest.mark.parametrize("path", ["parts/nothing/", "parts/figures/?range=x", "chart/?range=x"])
def test_parts_there_are_not_are_404(viewer, path):
    assert viewer.get(f"{PAGE}{path}").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_signals(viewer, past):
    past(8)
    viewer.get(PAGE)
    cache.clear()  # a record that is kept costs fewer
    with CaptureQueriesContext(connection) as few:
        viewer.get(PAGE)
    make_past([Signal.objects.all()[0].config], now=timezone.now() + timedelta(hours=3), count=40)

    with CaptureQueriesContext(connection) as many:
        viewer.get(PAGE)

    assert len(few) == len(many)


def test_a_difference_turns_the_record_amber_with_its_cause(viewer, past):
    signal = past(4)[0]
    day = timezone.now().date() - timedelta(days=1)
    look = ParityCheck.objects.create(
        run=signal.run, day=day, checked_at=timezone.now(), differences=1
    )
    facts = {"was": "EURUSD BUY", "now": "nothing", "detail": "12:04 was revised at 12:31"}
    Difference.objects.create(
        check_of=look,
        signal=signal,
        at=signal.bar_time,
        what="decision",
        cause="revised_bar",
        **facts,
    )

    said = text_of(viewer.get(PAGE))

    assert "Replay check amber" in said and "came out otherwise: revised bar 1." in said
    assert "Revised bar Decision EURUSD BUY nothing 12:04 was revised at 12:31" in said


def test_a_record_nobody_computed_again_says_so(viewer, past):
    past(1)

    assert "Not checked yet" in text_of(viewer.get("/track-record/parts/figures/"))


def test_what_delay_cost_is_told_by_step(viewer, past):
    signal = past(2)[0]
    heard = signal.bar_closed_at + timedelta(seconds=4)
    PriceSeen.objects.create(
        signal=signal, sent_at=heard, sent_price=signal.price - signal.pip_size * 2
    )

    said = text_of(viewer.get("/track-record/parts/tables/"))

    assert "When sent 1 copy +2.0 pips +0.10 R" in said  # the first of the past is a SELL


def test_a_stranger_is_not_told_what_differed_nor_what_guards_and_delay_did(client, past, settings):
    settings.PUBLIC_TRACK_RECORD = True
    past()

    said = text_of(client.get(PAGE))

    assert "Log in" in said and "Expectancy" in said and HYPOTHETICAL in said
    assert not re.search(r"blocked|saved|hear of it|Overview|Logs", said)
