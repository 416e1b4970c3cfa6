"""The form of the guards as a browser sends it."""

GUARD_FORM = {
    "loss_unit": "R",
    "guard_daily_loss_enabled": "on",
    "guard_daily_loss_limit": "3",
    "guard_stale_feed_enabled": "on",
    "guard_stale_feed_max_hole_minutes": "5",
    "guard_stale_feed_settle_minutes": "30",
    "guard_volatility_enabled": "on",
    "guard_volatility_max_atr_pct": "0.08",
    "guard_spread_enabled": "on",
    "guard_spread_min_stop_to_spread": "3",
}
