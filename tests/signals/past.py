"""Weeks of signals that have ended, stored at once: a track record without its minutes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from risk.versions import ensure_settings
from signals.models import Position, Run, Signal, Track
from strategies.models import StrategyConfig

R = (1.5, -1.0, -1.0, 0.42, -0.37, 1.5, -1.0, 1.5, -1.02, 0.0, -1.0, 1.48)
ENDINGS = {1.5: ("tp", "tp"), 1.48: ("tp", "tp"), -1.0: ("sl", "sl"), -1.02: ("sl", "sl")}
GUARDS = ("spread", "volatility", "daily_loss")
EVERY = timedelta(hours=7, minutes=13)  # so that all hours and weekdays come up
RISK = Decimal("0.0020")  # of price, from price to stop


def make_past(configs: Sequence[StrategyConfig], *, now: datetime, count: int = 96) -> list[Signal]:
    """`count` signals of the live run, the newest a day old; every eighth was blocked.

    Results follow R; one in sixteen was a tie, one in twenty-four has no known result.
    """
    run, _ = Run.objects.get_or_create(kind="live", defaults={"started_at": now})
    first = now.replace(second=0, microsecond=0) - timedelta(days=1)
    signals = [_signal(configs[n % len(configs)], run, first - n * EVERY, n) for n in range(count)]
    stored = Signal.objects.bulk_create(signals)
    tracks = {config.pk: _track(config, run, now) for config in configs}
    Position.objects.bulk_create(
        _position(signal, tracks[signal.config_id], n) for n, signal in enumerate(stored)
    )
    return stored


def _signal(config: StrategyConfig, run: Run, closed_at: datetime, n: int) -> Signal:
    symbol, risk = config.symbol, ensure_settings(by="test", now=closed_at)
    side, price = (1, -1)[n % 3 == 0], Decimal("1.10000")
    is_blocked = n % 8 == 5
    ending, _ = ENDINGS.get(R[n % len(R)], ("expired", "expired"))
    refusals = [{"guard": GUARDS[n % 3], "reason": "as then read"}]
    return Signal(
        run=run,
        config=config,
        config_version=config.current_version,
        risk_version=risk,
        symbol=symbol,
        strategy=config.strategy,
        timeframe=config.timeframe,
        feed=symbol.feed,
        digits=symbol.digits,
        pip_size=symbol.pip_size,
        action="BUY" if side > 0 else "SELL",
        price=price,
        sl=price - side * RISK,
        tp=price + side * RISK * 3 / 2,
        confidence=0.6,
        bar_time=closed_at - timedelta(minutes=1),
        bar_closed_at=closed_at,
        issued_at=closed_at + timedelta(seconds=3),
        expires_at=closed_at + timedelta(hours=2),
        status="blocked" if is_blocked else "closed",
        ending="" if is_blocked else "unknown" if _is_unknown(n) else ending,
        refusals=refusals if is_blocked else [],
    )


def _position(signal: Signal, track: Track, n: int) -> Position:
    r = None if _is_unknown(n) else R[n % len(R)]
    entry_at = signal.bar_closed_at
    return Position(
        signal=signal,
        track=track,
        state="closed",
        is_shadow=signal.status == "blocked",
        entry_at=entry_at,
        entry_price=signal.price,
        stop=signal.sl,
        reason="data_gap" if r is None else ENDINGS.get(r, ("", "expired"))[1],
        closed_at=entry_at + timedelta(minutes=20 + n),
        exit_price=None if r is None else signal.price + (1 if r > 0 else -1) * RISK,
        is_tie=r == -1.0 and n % 16 == 1,
        duration=timedelta(minutes=20 + n),
        r_multiple=r,
        r_optimistic=1.5 if r == -1.0 and n % 16 == 1 else None,
        pips=None if r is None else r * 20,
        return_pct=None if r is None else r * 0.18,
    )


def _is_unknown(n: int) -> bool:
    return n % 24 == 23


def _track(config: StrategyConfig, run: Run, now: datetime) -> Track:
    found = {"run": run, "config": config, "feed": config.symbol.feed}
    return Track.objects.get_or_create(**found, defaults={"starts_after": now})[0]
