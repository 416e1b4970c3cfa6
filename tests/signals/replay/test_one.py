"""`replay SIGNAL_ID`: a signal beside itself computed again."""

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from markets.models import Candle
from signals.models import Signal
from strategies.models import ConfigVersion
from tests.signals.parity.day import live_day

pytestmark = pytest.mark.django_db


def told(signal: Signal, *options: str) -> str:
    out = io.StringIO()
    call_command("replay", str(signal.pk), *options, stdout=out)
    return out.getvalue()


def test_every_signal_of_a_day_comes_out_the_same():
    live_day()

    for signal in Signal.objects.all():
        lines = json.loads(told(signal, "--json"))["lines"]
        names = {line["name"] for line in lines if line["is_equal"]}
        assert {"decision", "verdict", "bars sha256", "settings", "code"} <= names
        assert {"indicators rsi", "before rsi"} <= names
        assert ("ending" in names) == (signal.position.closed_at is not None)
        assert "everything is the same" in told(signal)


def differing(signal: Signal) -> tuple[int, str]:
    with pytest.raises(CommandError) as stopped:
        told(signal)
    return stopped.value.returncode, str(stopped.value)


def test_what_was_changed_since_is_named():
    live_day()
    signal = Signal.objects.earliest("bar_time")
    snapshot = ConfigVersion.objects.get().snapshot

    ConfigVersion.objects.update(snapshot={**snapshot, "sl_value": "2.00"})
    by_settings = differing(signal)
    ConfigVersion.objects.update(snapshot=snapshot)
    Signal.objects.filter(pk=signal.pk).update(tp=F("tp") + Decimal("0.0001"))
    by_hand = differing(signal)
    Candle.objects.filter(time=signal.bar_time).update(high=F("high") + 0.001)
    by_bars = differing(signal)
    Candle.objects.filter(time__lt=signal.bar_time).delete()
    gone = differing(signal)

    assert by_settings == (1, "It comes out otherwise: Changed config.")
    assert by_hand == (1, "It comes out otherwise: Not explained.")
    assert by_bars == (1, "It comes out otherwise: Revised bar.")
    assert gone[0] == 2 and "are left" in gone[1]


def test_a_signal_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="no signal 99") as stopped:
        call_command("replay", "99")

    assert stopped.value.returncode == 2
