"""What is left to do until the desk is real: seen from rows and settings, never ticked by hand."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from delivery.channels.registry import demo_channels
from delivery.models import Recipient
from markets.feeds.registry import FEEDS
from markets.models import Symbol


@dataclass(frozen=True)
class Step:
    """One thing to do; `url` is where."""

    title: str
    advice: str
    label: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class Setup:
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)


def setup() -> Setup | None:
    """The steps while any is open; None once all are done. Two queries."""
    steps = (_feed(), _whatsapp(), _template(), _recipient())
    return None if all(step.is_done for step in steps) else Setup(steps)


def _feed() -> Step:
    real = [slug for slug, feed in FEEDS.items() if not feed.is_demo]
    return Step(
        "Real prices",
        "Choose a feed other than the mock for a symbol; its key goes into .env.",
        "Symbols",
        reverse("admin:markets_symbol_changelist"),
        Symbol.objects.enabled().filter(feed__in=real).exists(),
    )


def _whatsapp() -> Step:
    return Step(
        "WhatsApp account",
        "Set WHATSAPP_TOKEN and WHATSAPP_PHONE_ID in .env and restart.",
        "Keys",
        reverse("keys"),
        bool(settings.WHATSAPP_TOKEN and settings.WHATSAPP_PHONE_ID),
    )


def _template() -> Step:
    return Step(
        "Approved template",
        "Reaches people who did not write within 24 hours: name it in WHATSAPP_TEMPLATE.",
        "Keys",
        reverse("keys"),
        bool(settings.WHATSAPP_TEMPLATE),
    )


def _recipient() -> Step:
    people = Recipient.objects.reachable().exclude(channel__in=demo_channels())
    return Step(
        "First recipient",
        "Add somebody who agreed to get messages, then send them a test.",
        "Recipients",
        reverse("admin:delivery_recipient_changelist"),
        people.exists(),
    )
