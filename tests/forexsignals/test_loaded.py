"""What a server has done before its first request."""

import subprocess
import sys

import pytest

from tests.processes import ROOT, plain_environment

LOOK = """
import gc, importlib, sys
from django.urls import get_resolver
importlib.import_module(sys.argv[1])
print(gc.get_freeze_count() > 50_000, "url_patterns" in vars(get_resolver()))
"""


@pytest.mark.parametrize("module", ["forexsignals.asgi", "forexsignals.live", "forexsignals.wsgi"])
def test_a_server_loads_all_views_and_keeps_them_from_the_garbage_collector(module, tmp_path):
    environment = plain_environment(VAR_DIR=str(tmp_path), LOG_STDOUT="false")

    looked = subprocess.run(
        [sys.executable, "-c", LOOK, module],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert looked.stdout.split() == ["True", "True"]
