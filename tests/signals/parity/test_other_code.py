"""After an upgrade whose code decides otherwise, what comes out otherwise is put down to it."""

import importlib.util
import inspect
import sys

import pytest

from risk.deciding_code import running_code
from strategies import ema_rsi
from strategies.registry import STRATEGIES
from tests.signals.parity.day import check, found, live_day

pytestmark = pytest.mark.django_db

RELEASED, CHANGED = "buy=up & (", "buy=down & ("


@pytest.fixture
def upgrade(tmp_path, monkeypatch):
    """Puts a strategy of other source in its place, as the next release would."""

    def run() -> None:
        source = inspect.getsource(ema_rsi)
        assert RELEASED in source
        path = tmp_path / "ema_rsi_next.py"
        path.write_text(source.replace(RELEASED, CHANGED))
        spec = importlib.util.spec_from_file_location("ema_rsi_next", path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "ema_rsi_next", module)
        spec.loader.exec_module(module)
        monkeypatch.setitem(STRATEGIES, "ema_rsi", module.EmaRsi)
        running_code.cache_clear()

    yield run
    running_code.cache_clear()


def test_decisions_that_other_code_takes_otherwise_are_changed_code(upgrade):
    live_day()
    upgrade()

    check()

    assert {cause for cause, _ in found()} == {"code"}
    assert {what for _, what in found()} >= {"code", "decision"}
