"""The list of messages, each with what came of it."""

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from unfold.views import ChangeList

from delivery.models import Delivery
from delivery.tallies import tally


class MessageList(ChangeList):
    """The page's messages, each with its own tally: one query more, however many there are."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        page = list(self.result_list)
        states: dict[int, Counter[str]] = defaultdict(Counter)
        rows = Delivery.objects.filter(message__in=page).order_by().values_list("message", "state")
        for message, state, count in rows.annotate(Count("pk")):
            states[message][state] = count
        for message in page:
            message.tally = tally(states[message.pk])
        self.result_list = page
