"""The three rules and the fold written a second time, the plain way, with `ta` for indicators.

Nothing is shared with the desk: one loop over arrays, state in local variables. What it finds on a
month of real minutes must be what the desk found.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from ta.momentum import RSIIndicator
from ta.trend import ADXIndicator, EMAIndicator
from ta.volatility import AverageTrueRange

PIP = 0.0001
WARMUP = {"ema_rsi": 300, "donchian_atr": 300, "meanrev_bb": 392}
EXPIRY = pd.Timedelta(minutes=120)
MINUTE = pd.Timedelta(minutes=1)
WEEKEND = pd.Timedelta(days=2)


@dataclass
class Open:
    side: int
    sl: float
    stop: float
    tp: float | None
    expires: pd.Timestamp
    shadow: bool
    filled: bool = False


def conditions(slug: str, bars: pd.DataFrame) -> pd.DataFrame:
    """buy, sell, exit_long, exit_short as the strategy's sentence in the design says."""
    high, low, close = bars["high"], bars["low"], bars["close"]
    out = pd.DataFrame(index=bars.index)
    if slug == "ema_rsi":
        gap = EMAIndicator(close, 12).ema_indicator() - EMAIndicator(close, 26).ema_indicator()
        rsi = RSIIndicator(close, 14).rsi()
        out["exit_short"] = (gap > 0) & (gap.shift() <= 0)
        out["exit_long"] = (gap < 0) & (gap.shift() >= 0)
        out["buy"], out["sell"] = out.exit_short & (rsi > 50), out.exit_long & (rsi < 50)
    elif slug == "donchian_atr":
        over = close > high.shift().rolling(20).max()
        under = close < low.shift().rolling(20).min()
        out["buy"] = over & ~over.shift(fill_value=False)
        out["sell"] = under & ~under.shift(fill_value=False)
        out["exit_long"] = out["exit_short"] = False
    else:
        ticks = (close * 1e5).round().to_numpy()  # whole numbers: a close on the mean is exactly 0
        windows = np.lib.stride_tricks.sliding_window_view(ticks, 20)
        mean = np.r_[np.full(19, np.nan), windows.mean(axis=1)]
        deviation = np.r_[np.full(19, np.nan), windows.std(axis=1)]
        z = pd.Series((ticks - mean) / np.where(deviation == 0, np.nan, deviation), bars.index)
        calm = ADXIndicator(high, low, close, 14).adx() < 25
        low_z, high_z = (z < -2) & calm, (z > 2) & calm
        out["buy"] = low_z & ~low_z.shift(fill_value=False) & z.shift().notna()
        out["sell"] = high_z & ~high_z.shift(fill_value=False) & z.shift().notna()
        out["exit_long"], out["exit_short"] = z >= 0, z <= 0
    return out


def expected(slug: str, bars: pd.DataFrame) -> list[tuple]:
    """(bar time, action, price, sl, tp, guards that refused) in order, with the desk's defaults."""
    rules = conditions(slug, bars)
    atr = AverageTrueRange(bars["high"], bars["low"], bars["close"], 14).average_true_range()
    atr = atr.to_numpy()
    trails = slug == "donchian_atr"
    found: list[tuple] = []
    held: Open | None = None
    hole_end, hole = None, 0
    rows = list(bars.itertuples())
    for i, (bar, rule) in enumerate(zip(rows, rules.itertuples(), strict=True)):
        t = bar.Index
        stopped_at = None
        gap = (t - rows[i - 1].Index - pd.Timedelta(minutes=1)) if i else pd.Timedelta(0)
        if pd.Timedelta(0) < gap < WEEKEND and gap > pd.Timedelta(minutes=5):
            held, hole_end, hole = None, t, gap.seconds // 60
        if held is not None:
            held.filled = True
            long = held.side > 0
            o, h, lo, c = (
                (bar.open, bar.high, bar.low, bar.close)
                if long
                else (bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close)
            )
            worst, best = (lo, h) if long else (h, lo)
            if t >= held.expires:
                held = None
            elif held.side * (o - held.stop) <= 0:
                stopped_at, held = (None if held.shadow else (held.side, o)), None
            elif held.tp is not None and held.side * (o - held.tp) >= 0:
                held = None
            elif held.side * (worst - held.stop) <= 0:
                stopped_at, held = (None if held.shadow else (held.side, held.stop)), None
            elif (held.tp is not None and held.side * (best - held.tp) >= 0) or t + pd.Timedelta(
                minutes=1
            ) >= held.expires:
                held = None
            elif trails:
                drawn = round(c - held.side * 3 * atr[i], 5)
                held.stop = max(held.stop, drawn) if long else min(held.stop, drawn)
        if i < WARMUP[slug]:
            continue
        side = 1 if rule.buy else -1 if rule.sell else 0
        if side and held is not None and held.side == side:
            continue
        if side:
            price = round(bar.ask_close if side > 0 else bar.close, 5)
            distance, target = half_up(3 * atr[i]), half_up(4.5 * atr[i])
            sl = round(price - side * distance, 5)
            tp = None if trails else round(price + side * target, 5)
            refused = []
            if hole > 5 and hole_end is not None:
                since = (t + pd.Timedelta(minutes=1) - hole_end) // pd.Timedelta(minutes=1)
                refused += ["stale_feed"] if since < 30 else []
            refused += ["volatility"] if 100 * atr[i] / (price_of(bar, side)) > 0.04 else []
            spread = bar.ask_close - bar.close
            refused += ["spread"] if spread > 0 and abs(price - sl) / spread < 3 else []
        wants_out = held is not None and (
            (held.side > 0 and (rule.exit_long or rule.sell))
            or (held.side < 0 and (rule.exit_short or rule.buy))
        )
        if side and not refused:
            found.append((t, "BUY" if side > 0 else "SELL", price, sl, tp, ()))
            held = Open(side, sl, sl, tp, expiry(t), False)
        elif (wants_out and not held.shadow) or (stopped_at and trails):
            out_side = held.side if held is not None else stopped_at[0]
            at = (bar.close if out_side > 0 else bar.ask_close) if held else stopped_at[1]
            found.append((t, "FLAT", round(at, 5), None, None, ()))
            held = None
        elif side:
            found.append((t, "BUY" if side > 0 else "SELL", price, sl, tp, tuple(refused)))
            held = Open(side, sl, sl, tp, expiry(t), True)
        elif wants_out:
            held = None
    return found


def price_of(bar: tuple, side: int) -> float:
    return bar.ask_close if side > 0 else bar.close


def half_up(distance: float) -> float:
    return float(np.floor(distance * 1e5 + 0.5) / 1e5)


def expiry(opened: pd.Timestamp) -> pd.Timestamp:
    """120 trading minutes after the bar's close; Friday 22:00 to Sunday 22:00 UTC is no trading."""
    end = opened + pd.Timedelta(minutes=1) + EXPIRY
    friday = (opened - pd.Timedelta(days=(opened.weekday() - 4) % 7)).normalize()
    close = (
        friday
        + pd.Timedelta(hours=22)
        + pd.Timedelta(days=7 if opened > friday + pd.Timedelta(hours=22) else 0)
    )
    return end + WEEKEND if opened < close < end else end
