"""What a track keeps of its last bar, written by hand: EUR/USD M1 with the defaults of ema_rsi."""

from datetime import timedelta
from typing import Any

from signals.models import Position, Run, Signal, Track
from strategies.models import StrategyConfig
from tests.builders import NOON, make_signal

CLOSED_AT = NOON + timedelta(minutes=5)
FAST_ABOVE = {"close": 1.0852, "atr": 0.0002, "ema_fast": 1.08523, "ema_slow": 1.08521, "rsi": 56.2}
FAST_BELOW = {"close": 1.0851, "atr": 0.0002, "ema_fast": 1.0851, "ema_slow": 1.0852, "rsi": 44.1}
CALM = {
    "symbol": "EURUSD",
    "action": "BUY",
    "at": CLOSED_AT.isoformat(),
    "price": 1.0853,
    "sl": 1.0847,
    "spread": 0.0001,
    "pip": 0.0001,
    "atr_pct": 0.02,
    "is_market_open": True,
    "hole_minutes": 0,
    "minutes_since_hole": None,
}


def read_bar(config: StrategyConfig, **values: Any) -> Track:
    """The live track of `config` after a calm bar on which nothing happened."""
    run, _ = Run.objects.get_or_create(kind="live", defaults={"started_at": NOON})
    reading = {
        "closed_at": CLOSED_AT.isoformat(),
        "bars": 300,
        "warmup": 300,
        "now": FAST_ABOVE,
        "before": FAST_ABOVE,
        "confidence": None,
        "candidate": CALM,
    }
    return Track.objects.create(
        run=run,
        config=config,
        feed=config.symbol.feed,
        starts_after=NOON,
        reading={**reading, **values},
    )


def hold(track: Track, **values: Any) -> Signal:
    """An open signal of the track's config."""
    signal = make_signal(track.config.symbol, strategy=track.config.strategy, **values)
    is_shadow = signal.status == Signal.Status.BLOCKED
    Position.objects.create(
        signal=signal, track=track, state="open", stop=signal.sl, is_shadow=is_shadow
    )
    return signal
