"""The guards the desk knows, in the order they are asked."""

from risk.guards.base import Guard
from risk.guards.daily_loss import DailyLossGuard
from risk.guards.kill_switch import KillSwitchGuard
from risk.guards.market_closed import MarketClosedGuard
from risk.guards.spread import SpreadGuard
from risk.guards.stale_feed import StaleFeedGuard
from risk.guards.volatility import VolatilityGuard

GUARDS: dict[str, type[Guard]] = {
    cls.slug: cls
    for cls in (
        KillSwitchGuard,
        DailyLossGuard,
        MarketClosedGuard,
        StaleFeedGuard,
        VolatilityGuard,
        SpreadGuard,
    )
}

ALWAYS_ON = frozenset(
    {KillSwitchGuard.slug, MarketClosedGuard.slug}
)  # no setting switches these off


def guard_title(slug: str) -> str:
    """What a guard is called; its slug when the code no longer knows it."""
    return GUARDS[slug].title if slug in GUARDS else slug
