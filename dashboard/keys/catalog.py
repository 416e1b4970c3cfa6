"""What the page Keys says about each setting: how much of it is shown, and what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from dashboard.keys.masks import Kind, shown

SOURCES = {
    "environment": "environment",
    "file": ".env file",
    "generated": "made by the desk, in var/",
}

WHATSAPP = {
    "WHATSAPP_TOKEN": (Kind.TAIL, "Permanent token of the system user: lets the desk post."),
    "WHATSAPP_PHONE_ID": (Kind.PLAIN, "Meta's id of the number that messages come from."),
    "WHATSAPP_TEMPLATE": (Kind.PLAIN, "Approved template for people who did not write lately."),
    "WHATSAPP_TEMPLATE_LANGUAGE": (Kind.PLAIN, "Language code of the template."),
    "WHATSAPP_APP_SECRET": (Kind.TAIL, "Proves that a callback comes from Meta."),
    "WHATSAPP_VERIFY_TOKEN": (Kind.WORD, "The word typed into Meta's webhook form."),
    "WHATSAPP_TO": (Kind.ADDRESSES, "First recipients; add others in Admin."),
    "WHATSAPP_API_VERSION": (Kind.PLAIN, "Version of Meta's Graph API."),
    "WHATSAPP_API_BASE": (Kind.URL, "Where posts go."),
}
TELEGRAM = {
    "TELEGRAM_BOT_TOKEN": (Kind.TAIL, "What @BotFather gave you: lets the desk post."),
    "TELEGRAM_CHAT_ID": (Kind.ADDRESSES, "First recipients; add others in Admin."),
    "TELEGRAM_WEBHOOK_SECRET": (Kind.WORD, "Proves that a callback comes from Telegram."),
    "TELEGRAM_API_BASE": (Kind.URL, "Where posts go."),
}
EMAIL = {
    "EMAIL_URL": (Kind.URL, "Mail server, with its user and password."),
    "EMAIL_FROM": (Kind.PLAIN, "Who mails come from."),
}
TWELVEDATA = {
    "TWELVEDATA_KEY": (Kind.TAIL, "API key of Twelve Data."),
    "TWELVEDATA_API_BASE": (Kind.URL, "Where candles are asked for."),
}
ALPHAVANTAGE = {
    "ALPHAVANTAGE_KEY": (Kind.TAIL, "API key of Alpha Vantage."),
    "ALPHAVANTAGE_API_BASE": (Kind.URL, "Where candles are asked for."),
}
DESK = {
    "SECRET_KEY": (Kind.WORD, "Signs sessions and forms."),
    "JWT_SECRET": (Kind.WORD, "Signs access and refresh tokens."),
    "FIELD_ENCRYPTION_KEY": (
        Kind.WORD,
        "Makes the secrets of webhooks, seals those of apps.",
    ),
    "METRICS_TOKEN": (Kind.WORD, "Lets a Prometheus server read /metrics."),
    "PUBLIC_TRACK_RECORD": (Kind.PLAIN, "Whether anybody may read the track record."),
}


@dataclass(frozen=True)
class Setting:
    """One setting as the page shows it: `value` is masked, "" while it is not set."""

    name: str
    purpose: str
    value: str
    source: str


def described(catalog: Mapping[str, tuple[Kind, str]]) -> tuple[Setting, ...]:
    """The settings of `catalog` with what may be seen of them and where each comes from."""
    return tuple(
        _setting(name, purpose, shown(getattr(settings, name), kind))
        for name, (kind, purpose) in catalog.items()
    )


def _setting(name: str, purpose: str, value: str) -> Setting:
    source = SOURCES.get(settings.SETTING_SOURCES.get(name, ""), "default")
    return Setting(name, purpose, value, source if value else "not set")
