"""A desk for tests/bench/parity.py: one strategy rehearsed by the live engine and backtested."""

from datetime import datetime
from typing import Any

import django

from tests.bench.peers.serving import serve


def seed(codes: list[str], timeframes: list[str]) -> dict[str, Any]:
    """Every strategy with its defaults on each of these symbols and timeframes."""
    from django.utils import timezone

    from markets.catalog import ensure_symbol
    from strategies.registry import STRATEGIES
    from strategies.versions import new_config, save_config

    for code in codes:
        symbol = ensure_symbol(code)
        for slug in STRATEGIES:
            for timeframe in timeframes:
                config = new_config(symbol, slug)
                config.timeframe = timeframe
                save_config(config, by="bench", now=timezone.now())
    return {}


def rehearse(code: str, strategy: str, start: str, end: str) -> dict[str, Any]:
    """A run of the live engine over the stored bars that open in [start, end)."""
    from django.utils import timezone

    from markets.models import Symbol
    from signals.rehearsal import begin_rehearsal, continue_rehearsal

    run = begin_rehearsal(
        Symbol.objects.get(code=code),
        strategies=[strategy],
        feed="stored",
        start=datetime.fromisoformat(start),
        end=datetime.fromisoformat(end),
        now=timezone.now(),
    )
    done = continue_rehearsal(run, now=timezone.now, on_progress=lambda progress: None)
    return {"run": run.pk, "bars": done.bars}


def compare(run: int, timeframe: str) -> dict[str, Any]:
    """What the run recorded on this timeframe beside a backtest of the same."""
    from backtests.running import test as run_backtest
    from signals.models import Track
    from tests.dashboard.sides import backtest_trades, desk_trades, differences

    track = Track.objects.get(run=run, config__timeframe=timeframe)
    plan = plan_of(track)
    found = run_backtest(plan)
    desk, tested = desk_trades(track), backtest_trades(found)
    open_at_end = track.positions.exclude(state="closed").count()
    told = differences(tested, desk) + flat_differences(track, tested, plan)
    if found.bars[0].open_at_end != open_at_end:
        told.append(f"open at the end: {found.bars[0].open_at_end}, {open_at_end}")
    return {
        "bars": found.bar_count,
        "signals": track.run.signals.filter(config=track.config).count(),
        "trades": len(tested),
        "refused": int((tested["refused"] != "").sum()),
        "differences": told,
    }


def plan_of(track: Any) -> Any:
    """The backtest that asks what the run of `track` did."""
    from backtests.asking import parse_plan

    version, terms = track.config.current_version, track.run.terms
    rule = version.level_rule()
    return parse_plan(
        {
            "symbols": [terms["symbol"]],
            "feed": track.feed,
            "timeframe": track.config.timeframe,
            "start": terms["from"],
            "end": terms["to"],
            "strategy": track.config.strategy,
            "parameters": version.snapshot["parameters"],
            "sl_mode": rule.sl_mode,
            "sl_value": float(rule.sl_value),
            "tp_mode": rule.tp_mode,
            "tp_value": None if rule.tp_value is None else float(rule.tp_value),
            "min_confidence": version.min_confidence,
            "expiry_bars": version.expiry_bars,
            "guards": "desk",
        }
    )


def flat_differences(track: Any, tested: Any, plan: Any) -> list[str]:
    """FLAT records that only one side has."""
    from markets.columns import stored_bars
    from strategies.registry import STRATEGIES
    from tests.dashboard.sides import backtest_flats, desk_flats

    asked = {"feed": plan.feed, "timeframe": plan.timeframe, "first": plan.start}
    bars = stored_bars(track.config.symbol, last=plan.end, **asked)
    opens, length = bars.index.as_unit("s").asi8, plan.timeframe.minutes * 60
    implied = backtest_flats(tested, opens, length, trails=STRATEGIES[plan.strategy].trails)
    return [f"{at}: FLAT of {entry}" for at, entry in implied ^ desk_flats(track)]


if __name__ == "__main__":
    django.setup()
    serve(seed=seed, rehearse=rehearse, compare=compare)
