"""What staff change on the strategies pages: a form, a review, a save; on and off; and back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES
from strategies.versions import save_config, set_enabled
from tests.builders import NOON, make_config, make_symbol

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
FORM = {
    "version": "1",
    "step": "review",
    "setting_fast": "12",
    "setting_slow": "26",
    "setting_rsi_period": "14",
    "setting_gate": "50",
    "sl_mode": "atrx",
    "sl_value": "3",
    "tp_mode": "atrx",
    "tp_value": "4.5",
    "lots_hint": "0.10",
    "min_confidence": "0",
    "expiry_bars": "120",
    "timeframe": "M1",
    "mode": "live",
    "is_enabled": "on",
}
STALE = FORM | {"setting_fast": "10", "step": "save"}  # once somebody saved v2


@pytest.fixture
def config():
    return make_config()


def post(staff, config, **values):
    answer = staff.post(f"/strategies/{config.pk}/edit/", FORM | values, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("slug", STRATEGIES)
def test_every_setting_has_a_labelled_control_with_unit_limits_and_help(staff, slug):
    html = staff.get(f"/strategies/{make_config(strategy=slug).pk}/edit/").content.decode()

    for name in ("sl_value", "tp_mode", "min_confidence", "expiry_bars", "lots_hint", "mode"):
        assert f'name="{name}"' in html
    assert html.count("<label for=") == html.count('class="field') >= 14


def test_a_number_knows_its_limits_and_its_step(staff, config):
    html = staff.get(f"/strategies/{config.pk}/edit/").content.decode()

    assert "Fast (bars)" in html
    assert "Period of the fast EMA. 2 to 500 bars, default 12." in html
    assert 'name="setting_fast" value="12" min="2" max="500"' in html
    assert 'name="sl_value" value="3" min="0.01" step="0.01"' in html


def test_the_review_shows_before_and_after_in_words_and_saves_nothing(staff, config):
    html = post(staff, config, setting_fast="10", sl_mode="pips", sl_value="25", tp_value="")

    assert "This would change" in html
    for words in ("12 bars", "10 bars", "3 x ATR 14", "25 pips", "4.5 x ATR 14", "none"):
        assert words in html
    assert config.versions.count() == 1


def test_the_save_makes_a_version_and_an_event_and_says_so(staff, config):
    html = post(staff, config, setting_fast="10", step="save")

    assert "v2 of EMA cross with RSI gate on EURUSD, M1 is current: fast 12 -&gt; 10." in html
    version = config.current_version
    assert (version.number, version.created_by) == (2, "sam")
    assert Event.objects.filter(kind="config.changed", actor="sam").count() == 1


def test_the_review_carries_everything_that_was_typed(staff, config):
    review = post(staff, config, setting_fast="10", lots_hint="0.25", is_enabled="")

    for name, value in (("setting_fast", "10"), ("lots_hint", "0.25"), ("is_enabled", "False")):
        assert f'<input type="hidden" name="{name}" value="{value}"' in review


def test_changing_it_again_shows_the_form_as_it_was_typed(staff, config):
    html = post(staff, config, setting_fast="10", step="back")

    assert 'name="setting_fast" value="10"' in html
    assert "Review changes" in html


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"setting_fast": "30"}, "Fast must be shorter than slow (26 bars)"),
        ({"setting_fast": "1"}, "Must be at least 2 bars."),
        ({"setting_gate": ""}, "Enter a number."),
        ({"setting_slow": "many"}, "Enter a whole number."),
        ({"sl_value": "0"}, "Must be at least 0.01."),
        ({"sl_value": "1.234"}, "At most 2 decimals."),
        ({"min_confidence": "7"}, "Must be at most 1."),
        ({"expiry_bars": "0"}, "Must be at least 1 bar."),
    ],
)
@pytest.mark.parametrize("step", ["review", "save"])
def test_a_bad_value_is_explained_beside_its_field_and_all_that_was_typed_is_kept(
    staff, config, values, words, step
):
    html = post(staff, config, lots_hint="0.25", **values, step=step)

    ((name, typed),) = values.items()
    beside = html[html.index(f'name="{name}"') :].partition("</div>")[0]
    assert words in beside
    assert f'value="{typed}"' in beside or not typed
    assert 'name="lots_hint" value="0.25"' in html
    assert config.versions.count() == 1


def test_saving_without_a_change_says_so(staff, config):
    for step in ("review", "save"):
        html = post(staff, config, step=step)

        assert "Nothing to save: this is what v1 says already." in html
    assert config.versions.count() == 1


def test_a_form_made_from_an_older_version_is_refused_and_both_changes_are_shown(staff, config):
    config.expiry_bars = 60
    save_config(config, by="ruth", now=LATER)

    answer = staff.post(f"/strategies/{config.pk}/edit/", STALE)

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "ruth saved v2 while you edited v1" in html
    assert "60 bars" in html and "10 bars" in html
    assert 'name="setting_fast" value="10"' in html
    assert config.versions.count() == 2


@pytest.mark.parametrize("number", ["", "7", "-1", "one", "9" * 30])
def test_a_form_made_from_no_version_there_is_is_refused(staff, config, number):
    answer = staff.post(f"/strategies/{config.pk}/edit/", STALE | {"version": number})

    assert answer.status_code == 409
    assert "while you edited an unknown version" in answer.content.decode()
    assert config.versions.count() == 1


def test_what_was_refused_can_be_reviewed_against_the_newer_version(staff, config):
    config.expiry_bars = 60
    save_config(config, by="ruth", now=LATER)

    html = post(staff, config, setting_fast="10", version="2")

    assert "60 bars" in html and "120 bars" in html


def test_two_configs_may_not_become_the_same(staff):
    symbol = make_symbol()
    make_config(symbol)
    shadow = make_config(symbol, mode="shadow")

    html = post(staff, shadow)

    assert "This symbol already runs this strategy" in html
    assert shadow.versions.count() == 1


def test_a_config_is_switched_off_and_on_after_a_question(staff, config):
    asked = staff.get(f"/strategies/{config.pk}/switch/").content.decode()
    assert "Switch off EMA cross with RSI gate on EURUSD M1?" in asked

    for to, number in (("off", "1"), ("on", "2")):
        staff.post(f"/strategies/{config.pk}/switch/", {"to": to, "version": number})
        assert StrategyConfig.objects.get().is_enabled is (to == "on")

    assert config.current_version.number == 3


def test_going_back_asks_with_the_differences_and_makes_a_new_version(staff, config):
    config.parameters["fast"] = 10
    config.tp_value = Decimal("6")
    save_config(config, by="ruth", now=LATER)
    url = f"/strategies/{config.pk}/versions/1/restore/"

    asked = staff.get(url).content.decode()
    done = staff.post(url, {"version": "2"}, follow=True).content.decode()

    assert "10 bars" in asked and "12 bars" in asked and "6 x ATR 14" in asked
    assert "as in v1 again: v3 of EMA cross with RSI gate on EURUSD, M1 is current" in done
    assert StrategyConfig.objects.get().parameters["fast"] == 12


@pytest.mark.parametrize("page", ["switch", "versions/1/restore"])
def test_a_question_answered_too_late_changes_nothing(staff, config, page):
    set_enabled(config, False, by="ruth", now=LATER)

    stale = {"to": "on", "version": "1"}
    html = staff.post(f"/strategies/{config.pk}/{page}/", stale, follow=True).content.decode()

    assert "somebody else saved EMA cross with RSI gate on EURUSD, M1 meanwhile" in html
    assert config.versions.count() == 2


@pytest.mark.parametrize("page", ["switch", "versions/1/restore"])
def test_a_dialog_is_the_form_without_the_page(staff, config, page):
    url = f"/strategies/{config.pk}/{page}/"

    html = staff.get(url, headers={"HX-Request": "true"}).content.decode()

    assert html.lstrip().startswith("<form")


def test_a_config_whose_strategy_is_gone_cannot_be_edited_and_says_so(staff, config):
    StrategyConfig.objects.update(strategy="old_one")

    html = staff.get(f"/strategies/{config.pk}/edit/", follow=True).content.decode()

    assert "its strategy is no longer known" in html
