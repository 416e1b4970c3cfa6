"""The admin: two steps to add, a field per setting, errors beside it, actions that leave events."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from audit.models import Event
from strategies.models import ConfigVersion, StrategyConfig
from tests.builders import make_config, make_symbol

pytestmark = pytest.mark.django_db
CHANGE_LIST = "admin:strategies_strategyconfig_changelist"
CHANGE = "admin:strategies_strategyconfig_change"


@pytest.fixture
def staff(client):
    """A signed-in staff user who may see and change what strategies do."""
    user = User.objects.create_user("ruth", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="strategies").exclude(
            codename__startswith="delete"
        )
    )
    client.force_login(user)
    return client


def form_values(page):
    """What the form on `page` would post unchanged, the versions' rows included."""
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    for inline in page.context["inline_admin_formsets"]:
        management = inline.formset.management_form
        values |= {management.add_prefix(n): management[n].value() for n in management.fields}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


def test_adding_takes_two_steps_and_starts_switched_off(staff):
    symbol = make_symbol()

    answer = staff.post(
        reverse("admin:strategies_strategyconfig_add"),
        {"symbol": symbol.pk, "strategy": "donchian_atr", "timeframe": "M5", "mode": "live"},
    )

    config = StrategyConfig.objects.get()
    assert answer.url == reverse(CHANGE, args=[config.pk])
    assert (config.is_enabled, config.timeframe, config.tp_value) == (False, "M5", None)
    assert config.current_version.created_by == "ruth"


def test_each_setting_has_its_own_field_with_its_words(staff):
    page = staff.get(reverse(CHANGE, args=[make_config().pk]))

    text = page.content.decode()
    assert 'name="setting_fast"' in text
    assert "Period of the fast EMA. 2 to 500 bars, default 12." in text
    assert "Gate (RSI points)" in text
    assert 'name="parameters"' not in text


def test_a_changed_setting_is_saved_as_a_version_by_that_user(staff):
    url = reverse(CHANGE, args=[make_config().pk])
    values = form_values(staff.get(url))

    answer = staff.post(url, values | {"setting_fast": "10"})

    assert answer.status_code == 302
    version = StrategyConfig.objects.get().current_version
    assert (version.number, version.changes, version.created_by) == (2, "fast 12 -> 10", "ruth")
    assert "fast 12 -&gt; 10" in staff.get(url).content.decode()


def test_saving_without_a_change_makes_no_version(staff):
    url = reverse(CHANGE, args=[make_config(strategy="donchian_atr").pk])

    answer = staff.post(url, form_values(staff.get(url)))

    assert answer.status_code == 302
    assert ConfigVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("setting_fast", "30", "fast must be shorter than slow (26 bars)"),
        ("setting_fast", "1", "Must be at least 2 bars."),
        ("sl_value", "0", "Must be at least 0.01."),
        ("timeframe", "M7", "Select a valid choice. M7 is not one of the available choices."),
    ],
)
def test_an_error_stands_beside_the_field_it_is_about(staff, field, value, words):
    url = reverse(CHANGE, args=[make_config().pk])

    page = staff.post(url, form_values(staff.get(url)) | {field: value})

    assert page.context["adminform"].form.errors == {field: [words]}
    assert ConfigVersion.objects.count() == 1


def test_a_config_cannot_be_changed_into_one_that_is_there_already(staff):
    symbol = make_symbol()
    make_config(symbol)
    url = reverse(CHANGE, args=[make_config(symbol, timeframe="M5").pk])

    page = staff.post(url, form_values(staff.get(url)) | {"timeframe": "M1"})

    (words,) = page.context["adminform"].form.non_field_errors()
    assert words.startswith("This symbol already runs this strategy")


def test_switching_off_and_on_from_the_list_leaves_an_event_each(staff):
    config = make_config()
    already = Event.objects.count()

    for action in ("disable", "enable"):
        staff.post(reverse(CHANGE_LIST), {"action": action, "_selected_action": [config.pk]})

    texts = Event.objects.order_by("pk").values_list("text", flat=True)[already:]
    assert list(texts) == [
        "EMA cross with RSI gate on EURUSD, M1 v2: enabled on -> off",
        "EMA cross with RSI gate on EURUSD, M1 v3: enabled off -> on",
    ]


def test_staff_go_back_to_a_version_from_the_list_of_versions(staff):
    config = make_config()
    staff.post(reverse(CHANGE_LIST), {"action": "disable", "_selected_action": [config.pk]})

    staff.post(
        reverse("admin:strategies_configversion_changelist"),
        {"action": "restore", "_selected_action": [config.versions.get(number=1).pk]},
    )

    assert config.versions.latest("number").changes == "enabled off -> on"


def test_a_config_and_its_versions_cannot_be_deleted(staff):
    config = make_config()

    assert staff.post(f"/admin/strategies/strategyconfig/{config.pk}/delete/").status_code == 403
    assert "Delete" not in staff.get(reverse(CHANGE_LIST)).content.decode()


def test_who_may_only_look_reads_the_settings_and_cannot_switch(client):
    viewer = User.objects.create_user("vera", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_strategyconfig"))
    client.force_login(viewer)
    config = make_config()

    page = client.get(reverse(CHANGE, args=[config.pk])).content.decode()
    client.post(reverse(CHANGE_LIST), {"action": "disable", "_selected_action": [config.pk]})

    assert "fast 12, slow 26" in page
    assert config.versions.count() == 1


def test_the_lists_ask_the_database_a_fixed_number_of_times(staff, django_assert_max_num_queries):
    for code in ("EURUSD", "GBPUSD", "USDJPY"):
        symbol = make_symbol(code)
        for slug in ("ema_rsi", "donchian_atr", "meanrev_bb"):
            make_config(symbol, slug)

    with django_assert_max_num_queries(14):
        staff.get(reverse(CHANGE_LIST))
    with django_assert_max_num_queries(14):
        staff.get(reverse("admin:strategies_configversion_changelist"))
