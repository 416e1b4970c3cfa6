"""What became of each signal's messages, in Admin: counted in the list, named on the record."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.views import ChangeList

from audit.shown import LINK
from delivery.audience import REPEAT
from delivery.models import Delivery
from delivery.tallies import copies, tallies
from delivery.wording import reason_text
from signals.models import Signal

SHOWN = 50  # copies named on the record


class SignalList(ChangeList):
    """The page's signals, each with its tally: one query more, however many there are."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        page = list(self.result_list)
        tally_of = tallies(signal.message_key for signal in page)
        for signal in page:
            signal.tally = tally_of[signal.message_key]
        self.result_list = page


def copies_of(signal: Signal) -> SafeString | str:
    """A line for each recipient with a link to the delivery; names, never addresses."""
    found = copies(signal.message_key)
    if not found:
        return "sent to nobody"
    lines = format_html_join("", "<li>{}</li>", ((_line(each),) for each in found[:SHOWN]))
    more = len(found) - SHOWN
    rest = format_html("<li>and {} more</li>", more) if more > 0 else ""
    return format_html("<ul>{}{}</ul>", lines, rest)


def push_link(signal: Signal) -> SafeString | str:
    """To the page that asks first and then sends it again."""
    url = reverse("push", args=[signal.pk])
    return format_html('<a class="{}" href="{}">Send it again …</a>', LINK, url)


def _line(delivery: Delivery) -> SafeString:
    times = (delivery.read_at, delivery.delivered_at, delivery.sent_at)
    at = next(filter(None, times), None)
    return format_html(
        '<a class="{}" href="{}">{}</a>: {}{}{}{}',
        LINK,
        reverse("admin:delivery_delivery_change", args=[delivery.pk]),
        delivery.recipient,
        delivery.get_state_display().lower(),
        f" {at:%Y-%m-%d %H:%M:%S} UTC" if at else "",
        f", {reason_text(delivery.reason)}" if delivery.reason else "",
        " (a repeat)" if REPEAT in delivery.message.key else "",
    )
