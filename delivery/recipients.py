"""The recipients a fresh desk starts with; running it again changes nobody."""

from collections.abc import Iterable
from datetime import datetime

from delivery.channels.registry import CHANNELS
from delivery.models import Recipient

DEMO_PHONE = "Demo phone"


def ensure_recipient(
    *, name: str, channel: str, address: str, opt_in_source: str, now: datetime
) -> Recipient:
    """The recipient with this address, made if missing; raises ValueError on a bad address."""
    recipient, _ = Recipient.objects.get_or_create(
        channel=channel,
        address=CHANNELS[channel].clean_address(address),
        defaults={"name": name, "opted_in_at": now, "opt_in_source": opt_in_source},
    )
    return recipient


def ensure_demo_phone(now: datetime) -> Recipient:
    """The phone panel of the Overview, so that a desk without credentials shows deliveries."""
    return ensure_recipient(
        name=DEMO_PHONE, channel="preview", address="demo", opt_in_source="demo", now=now
    )


def ensure_whatsapp_recipients(numbers: Iterable[str], now: datetime) -> list[Recipient]:
    """One recipient per number of WHATSAPP_TO; raises ValueError naming the number that is not."""
    return [_ensure_whatsapp(number, now) for number in numbers if number.strip()]


def _ensure_whatsapp(number: str, now: datetime) -> Recipient:
    try:
        return ensure_recipient(
            name=f"WhatsApp {number.strip()[-4:]}",
            channel="whatsapp",
            address=number,
            opt_in_source="WHATSAPP_TO",
            now=now,
        )
    except ValueError as error:
        raise ValueError(f"WHATSAPP_TO holds {number.strip()!r}. {error}") from None
