"""Whatever staff do to strategies and risk on a page, a script does with the same trace."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client

from audit.models import Event
from risk.models import RiskVersion
from risk.versions import ensure_settings
from strategies.models import ConfigVersion
from strategies.versions import save_config
from tests.builders import NOON, make_config, make_key, make_symbol
from tests.dashboard.test_strategies_editing import FORM
from tests.risk.guard_form import GUARD_FORM

ADDED = {"strategy": "meanrev_bb", "timeframe": "M15", "mode": "shadow"}
EDITED = FORM | {"setting_fast": 10, "tp_value": "", "is_enabled": "", "expiry_bars": 60}
ADD = "/admin/strategies/strategyconfig/add/"
CHANGED = {"parameters": {"fast": 10}, "tp_value": None, "is_enabled": False}
GUARDS = {"volatility": {"max_atr_pct": 0.08}}
CONFIG, RISK = "/api/admin/strategies/1", "/api/admin/risk"

ACTIONS = {
    "change": (
        ("/strategies/1/edit/", EDITED),
        ("patch", CONFIG, CHANGED),
    ),
    "switch": (
        ("/strategies/1/switch/", {"to": "off"}),
        ("patch", CONFIG, {"is_enabled": False}),
    ),
    "restore": (
        ("/strategies/1/versions/1/restore/", {}),
        ("post", f"{CONFIG}/versions/1/restore", {}),
    ),
    "add": (
        (ADD, ADDED | {"symbol": 1}),
        ("post", "/api/admin/strategies", ADDED | {"symbol": "EURUSD", "is_enabled": False}),
    ),
    "guards": (("/risk/edit/", GUARD_FORM), ("patch", RISK, {"guards": GUARDS})),
    "guards restored": (
        ("/risk/versions/1/restore/", {}),
        ("post", f"{RISK}/versions/1/restore", {}),
    ),
    "loss": (("/risk/loss/", {"amount": "1.5"}), ("put", f"{RISK}/daily-loss", {"amount": 1.5})),
}


@contextmanager
def undone():
    """What is done inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_desk():
    """A config with two versions, and risk settings; returns the config's number."""
    config = make_config(make_symbol())
    config.expiry_bars = 60
    save_config(config, by="ruth", now=NOON)
    ensure_settings(by="seed", now=NOON)
    return config


def traces(before):
    """What the newest event and versions say, without who and when."""
    events = Event.objects.filter(pk__gt=before).order_by("pk")
    written = [(event.kind, event.text, event.payload) for event in events]
    return [entry for entry in written if not entry[0].startswith("login")]


def numbered(value, config):
    """A path or body with the config's and the symbol's own numbers."""
    if isinstance(value, dict):
        return {**value, **({"symbol": config.symbol_id} if value.get("symbol") == 1 else {})}
    return value.replace("strategies/1", f"strategies/{config.pk}")


@pytest.mark.django_db
@pytest.mark.parametrize("action", ACTIONS)
def test_a_script_leaves_the_same_trace_as_the_page(staff, action):
    (page, form), (method, path, body) = ACTIONS[action]
    config, newest = make_desk(), Event.objects.latest("pk").pk
    version = {"version": "1" if "risk" in page else "2", "step": "save"}
    with undone():
        done = staff.post(numbered(page, config), {**numbered(form, config), **version})
        assert done.status_code == 302
        by_page = traces(newest)

    sent = getattr(staff, method)(numbered(path, config), body, content_type="application/json")

    assert sent.status_code in (200, 201), sent.content
    assert by_page == traces(newest)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["strategy", "risk"])
def test_of_two_changes_made_at_once_from_the_same_version_one_wins(what):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite keeps the test database in one connection; PostgreSQL shows this")
    config = make_desk()
    path = f"/api/admin/strategies/{config.pk}" if what == "strategy" else RISK
    number = 2 if what == "strategy" else 1
    _, key = make_key("signals:write")
    bodies = [rival(what, value) | {"expected": number} for value in range(4, 12)]

    def change(body):
        try:
            headers = {"X-Api-Key": key}
            answer = Client().patch(path, body, content_type="application/json", headers=headers)
            return answer.status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        statuses = sorted(pool.map(change, bodies))

    assert statuses == [200] + [409] * 7
    versions = ConfigVersion if what == "strategy" else RiskVersion
    assert versions.objects.latest("number").number == number + 1


def rival(what, value):
    """A change nobody else makes."""
    if what == "strategy":
        return {"expiry_bars": value}
    return {"guards": {"daily_loss": {"limit": value}}}
