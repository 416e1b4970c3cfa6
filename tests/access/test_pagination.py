import base64

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from access.pagination import RecentPagination, page_of
from strategies.models import StrategyConfig
from tests.builders import make_config, make_symbol, make_user

pytestmark = pytest.mark.django_db


class ByTime(RecentPagination):
    ordering = ("-date_joined", "-id")


def asked(**query):
    return Request(APIRequestFactory().get("/", query))


def page(pages, place):
    cursor = base64.b64encode(place.encode()).decode()
    return pages.paginate_queryset(User.objects.all(), asked(cursor=cursor, limit=1))


@pytest.mark.parametrize("pages", [RecentPagination, ByTime])
def test_a_cursor_leads_on_from_where_the_page_ended(pages):
    users = [make_user(name) for name in ("anna", "bert", "carl")]
    place = users[1].pk if pages is RecentPagination else users[1].date_joined

    assert page(pages(), f"p={place}".replace("+", "%2B")) == [users[0]]


def test_a_list_may_be_ordered_by_a_column_of_another_table():
    for code in ("GBPUSD", "EURUSD"):
        make_config(make_symbol(code))
    rows = StrategyConfig.objects.annotate(code=F("symbol__code"))

    first = page_of(rows, asked(limit=1), ordering=("code", "id"))
    second = page_of(rows, asked(limit=1, cursor=first.next), ordering=("code", "id"))

    assert [row.code for row in first.rows + second.rows] == ["EURUSD", "GBPUSD"]
    assert second.next is None


@pytest.mark.parametrize(
    "place",
    [
        "p=nobody",
        "p=%00",
        "p=9999-99-99",
        "p=0001-01-01 00:00:00%2B14:00",
        "r=1&p=",
        "p=1e5",
    ],
)
@pytest.mark.parametrize("pages", [RecentPagination, ByTime])
def test_a_made_up_cursor_is_refused(pages, place):
    with pytest.raises(NotFound):
        page(pages(), place)
