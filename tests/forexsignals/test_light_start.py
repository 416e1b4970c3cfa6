"""What answers no requests starts without the pages; who asks for them gets every one."""

import json

import pytest

from tests.processes import run_manage

pytestmark = pytest.mark.once

LOADED = """
import json, sys
before = set(sys.modules)
from django.contrib import admin
from django.core.checks import run_checks
run_checks()
print(json.dumps([sorted(before), len(admin.site._registry)]))
"""
PAGES = {"dashboard.admin", "unfold.admin", "dashboard.docs.content", "drf_spectacular.openapi"}
HEAVY = {"numba", "psycopg", "fido2", "jwt", "import_export.forms"}


def test_a_command_without_pages_loads_none_and_the_checks_look_at_all(tmp_path):
    result = run_manage("shell", "-v", "0", "-c", LOADED, VAR_DIR=str(tmp_path))

    loaded, registered = json.loads(result.stdout)
    assert {"markets.models", "backtests.models.backtest"} <= set(loaded)
    assert not (PAGES | HEAVY) & set(loaded)
    assert registered > 30
