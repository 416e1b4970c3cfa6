"""The desk's accounts with providers of messages: what is set, and whether it works."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count

from dashboard.keys.catalog import EMAIL, SOURCES, TELEGRAM, WHATSAPP, Setting, described
from dashboard.keys.masks import Kind
from delivery.channels.registry import CHANNELS
from delivery.channels.whatsapp_errors import ADVICE
from delivery.channels.whatsapp_versions import ENDS, version_state
from delivery.models import Attempt, Callback, ChannelState, Recipient
from delivery.wiring import Unconfigured, build_channel

CATALOGS: dict[str, Mapping[str, tuple[Kind, str]]] = {
    "whatsapp": WHATSAPP,
    "telegram": TELEGRAM,
    "email": EMAIL,
}
CALLS_BACK = ("whatsapp", "telegram")
CALLBACK_SECRETS = {
    "whatsapp": ("WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"),
    "telegram": ("TELEGRAM_WEBHOOK_SECRET",),
}
GIVEN = (SOURCES["environment"], SOURCES["file"])
LATELY = 500  # callbacks
NOT_ACCEPTED = (Attempt.Outcome.REFUSED, Attempt.Outcome.UNKNOWN)


@dataclass(frozen=True)
class State:
    """A colour, a shape and a word, and what to do about it."""

    tone: str
    icon: str
    word: str
    advice: str


@dataclass(frozen=True)
class Refusal:
    """A post that was not accepted, in the provider's words, with what mends it."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Callbacks:
    """Where the provider calls, when it last did, and what is missing for it."""

    url: str
    last_at: datetime | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Connection:
    slug: str
    label: str
    state: State
    recipients: int
    accepted_at: datetime | None
    refusal: Refusal | None
    is_set_up: bool
    is_paused: bool
    callbacks: Callbacks | None
    notes: tuple[tuple[str, str], ...]  # what only this provider has: name, text
    settings: tuple[Setting, ...]


def connections(*, today: date) -> tuple[Connection, ...]:
    """WhatsApp, Telegram, e-mail; three queries, and three for each channel."""
    paused = {row.channel: row for row in ChannelState.objects.exclude(paused_at=None)}
    active = Recipient.objects.reachable().values_list("channel")
    counts = Counter(dict(active.annotate(Count("pk")).order_by("channel")))
    heard = _last_heard()
    return tuple(
        _connection(slug, paused.get(slug), counts[slug], heard.get(slug), today=today)
        for slug in CATALOGS
    )


def _connection(
    slug: str,
    pause: ChannelState | None,
    recipients: int,
    heard_at: datetime | None,
    *,
    today: date,
) -> Connection:
    accepted = _newest(slug, Attempt.Outcome.ACCEPTED)
    not_accepted = filter(None, (_newest(slug, outcome) for outcome in NOT_ACCEPTED))
    refused = max(not_accepted, key=lambda attempt: attempt.pk, default=None)
    return Connection(
        slug=slug,
        label=CHANNELS[slug].label,
        state=_state(slug, pause, accepted, refused, recipients),
        recipients=recipients,
        accepted_at=accepted.at if accepted else None,
        refusal=Refusal(refused.at, _with_advice(slug, refused)) if refused else None,
        is_set_up=not isinstance(build_channel(slug), Unconfigured),
        is_paused=pause is not None,
        callbacks=_callbacks(slug, heard_at) if slug in CALLS_BACK else None,
        notes=_whatsapp_notes(today) if slug == "whatsapp" else (),
        settings=described(CATALOGS[slug]),
    )


def _newest(slug: str, outcome: str) -> Attempt | None:
    """One outcome at a time: so the index of both columns serves the order as well."""
    return Attempt.objects.filter(channel=slug, outcome=outcome).order_by("-pk").first()


def _last_heard() -> dict[str, datetime]:
    """When each provider last called, as far as the newest callbacks tell."""
    newest = Callback.objects.order_by("-pk").values_list("channel", "received_at")[:LATELY]
    return dict(reversed(list(newest)))


def _state(
    slug: str,
    pause: ChannelState | None,
    accepted: Attempt | None,
    refused: Attempt | None,
    recipients: int,
) -> State:
    """The first that holds, the worst first."""
    channel = build_channel(slug)
    if isinstance(channel, Unconfigured):
        if any(each.source in GIVEN for each in described(CATALOGS[slug])):
            return State("tone-warn", "alert", "Incomplete", channel.refusal.detail)
        return State("tone-calm", "info", "Not set up", channel.refusal.detail)
    if pause is not None:
        return State("tone-bad", "pause", "Paused", pause.reason)
    if accepted is None and refused is None:
        whom = "Send a test message" if recipients else "Add a recipient, then send a test"
        return State("tone-info", "info", "Not tried yet", f"{whom} to see whether it works.")
    if refused is not None and (accepted is None or refused.pk > accepted.pk):
        return State("tone-warn", "alert", "Last post not accepted", "")
    return State("tone-good", "check", "Works", "")


def _with_advice(slug: str, attempt: Attempt) -> str:
    """Code and detail as stored; the advice to the code unless the detail ends with it."""
    text = ": ".join(filter(None, (attempt.code, attempt.detail)))
    code = int(attempt.code) if attempt.code.isdecimal() else -1
    advice = ADVICE.get(code, "") if slug == "whatsapp" else ""
    return text if not advice or advice in text else f"{text} {advice}"


def _callbacks(slug: str, heard_at: datetime | None) -> Callbacks:
    missing = tuple(name for name in CALLBACK_SECRETS[slug] if not getattr(settings, name))
    return Callbacks(f"{settings.PUBLIC_BASE_URL}/webhooks/{slug}", heard_at, missing)


def _whatsapp_notes(today: date) -> tuple[tuple[str, str], ...]:
    version = settings.WHATSAPP_API_VERSION
    end = ENDS.get(version)
    verb = {"ended": "ended", "ending": "ends soon,"}.get(version_state(version, today=today))
    lives = f"{version}, {verb or 'lives until'} {end:%d %B %Y}" if end else version
    template = settings.WHATSAPP_TEMPLATE or (
        "none: whoever did not write within 24 hours gets nothing (error 131047)"
    )
    return (("API version", lives), ("Template", template))
