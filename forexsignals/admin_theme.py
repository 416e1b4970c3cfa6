"""The admin's look and its sidebar, grouped by what staff do. Read by settings alone."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def _entry(title: str, icon: str, model: str) -> dict[str, Any]:
    """A link to a model's list, for those who may see it."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.view_{name}"),
    }


def _admins_entry(title: str, icon: str, model: str) -> dict[str, Any]:
    """A link for admins alone."""
    return {**_entry(title, icon, model), "permission": lambda request: request.user.is_superuser}


def _home(request: HttpRequest) -> bool:
    return request.path == str(reverse_lazy("admin:index"))


SIDEBAR = [
    {
        "title": "Watch",
        "items": [
            {
                "title": "Desk",
                "icon": "monitoring",
                "link": reverse_lazy("admin:index"),
                "active": _home,
            },
            _entry("Signals", "show_chart", "signals.signal"),
            _entry("Ticks", "timer", "signals.tick"),
            _entry("Feed health", "sensors", "markets.feedhealth"),
        ],
    },
    {
        "title": "Trade rules",
        "items": [
            _entry("Symbols", "currency_exchange", "markets.symbol"),
            _entry("Strategies", "tune", "strategies.strategyconfig"),
            _entry("Risk settings", "shield", "risk.risksettings"),
            _entry("Daily loss", "trending_down", "risk.dailyloss"),
            _entry("Holidays", "event_busy", "markets.holiday"),
            _entry("Backtests", "query_stats", "backtests.backtest"),
            _entry("Sweeps", "grid_on", "backtests.sweep"),
        ],
    },
    {
        "title": "Delivery",
        "items": [
            _entry("Recipients", "contacts", "delivery.recipient"),
            _entry("Deliveries", "outbox", "delivery.delivery"),
            _entry("Messages", "sms", "delivery.message"),
            _entry("Kill switch", "pause_circle", "delivery.pause"),
            _entry("Channels", "cell_tower", "delivery.channelstate"),
            _entry("Alarms", "notification_important", "delivery.alarm"),
            _entry("Received", "inbox", "delivery.inbound"),
        ],
    },
    {
        "title": "Access",
        "items": [
            _admins_entry("Users", "person", "auth.user"),
            _admins_entry("Roles", "badge", "auth.group"),
            _entry("API keys", "key", "access.apikey"),
            _admins_entry("Locked doors", "lock", "axes.accessattempt"),
            _admins_entry(
                "Refresh tokens", "confirmation_number", "token_blacklist.outstandingtoken"
            ),
        ],
    },
    {
        "title": "Records",
        "items": [
            _entry("Log", "receipt_long", "audit.event"),
            _entry("Consent log", "how_to_reg", "delivery.consent"),
            _entry("Provider reports", "mark_email_read", "delivery.providerstatus"),
            _entry("Callbacks", "webhook", "delivery.callback"),
            _entry("Candles", "candlestick_chart", "markets.candle"),
            _entry("Rejected bars", "report", "markets.rejectedbar"),
            _entry("Strategy versions", "history", "strategies.configversion"),
            _entry("Risk versions", "history", "risk.riskversion"),
            _entry("Runs", "play_circle", "signals.run"),
        ],
    },
]

UNFOLD = {
    "SITE_TITLE": "forexsignals",
    "SITE_HEADER": "forexsignals",
    "SITE_SUBHEADER": "Admin",
    "SITE_URL": reverse_lazy("overview"),
    "SITE_ICON": lambda request: static("favicon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}
    ],
    "STYLES": [lambda request: static("css/admin.css")],
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "8px",
    "ENVIRONMENT": "dashboard.admin_home.environment",
    "DASHBOARD_CALLBACK": "dashboard.admin_home.landing",
    "SIDEBAR": {"show_search": True, "navigation": SIDEBAR},
    "COLORS": {  # the pages' greys and their one blue
        "base": {
            "50": "#f6f7f9",
            "100": "#eef0f3",
            "200": "#e3e6eb",
            "300": "#cdd2da",
            "400": "#98a1b0",
            "500": "#687182",
            "600": "#4b5565",
            "700": "#363e4b",
            "800": "#262b34",
            "900": "#14171d",
            "950": "#0c0e12",
        },
        "primary": {
            "50": "#eef1fe",
            "100": "#dde3fd",
            "200": "#c0cbfb",
            "300": "#a5b4ff",
            "400": "#8ea2ff",
            "500": "#8ea2ff",
            "600": "#3451c7",
            "700": "#2b44ab",
            "800": "#243889",
            "900": "#1f2f6e",
            "950": "#141d45",
        },
    },
}
