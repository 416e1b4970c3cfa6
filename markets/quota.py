"""Requests counted against a provider's plan, in the database, so that a restart forgets none."""

from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from markets.feeds.base import Allowance
from markets.models import FeedQuota

DAY_SECONDS = 86_400


def claim_request(feed: str, allowance: Allowance, *, now: datetime) -> bool:
    """Whether one more request may be sent now; True has counted it already."""
    minute = now.replace(second=0, microsecond=0)
    day = now.astimezone(ZoneInfo(allowance.timezone)).date()
    FeedQuota.objects.get_or_create(feed=feed, day=day, defaults={"minute": minute})
    left = FeedQuota.objects.filter(feed=feed, day=day, used__lt=allowance.per_day)
    if left.filter(~Q(minute=minute)).update(minute=minute, used=F("used") + 1, used_in_minute=1):
        return True
    within = left.filter(minute=minute, used_in_minute__lt=allowance.per_minute)
    counted = within.update(used=F("used") + 1, used_in_minute=F("used_in_minute") + 1)
    return counted == 1


def next_request_at(feed: str, allowance: Allowance, *, now: datetime) -> datetime:
    """When a request refused by `claim_request` may be tried again."""
    zone = ZoneInfo(allowance.timezone)
    day = now.astimezone(zone).date()
    if FeedQuota.objects.filter(feed=feed, day=day, used__gte=allowance.per_day).exists():
        tomorrow = day + timedelta(days=1)
        return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def requests_a_day(symbols: int, *, every_minutes: int = 1) -> int:
    """Requests that asking for `symbols` symbols every so many minutes takes on a full day."""
    return symbols * ceil(24 * 60 / every_minutes)


def seconds_between_requests(symbols: int, allowance: Allowance) -> int:
    """How far apart requests for one symbol must be so that a day's quota lasts the day.

    Never under 60, the length of a bar.
    """
    by_day = ceil(DAY_SECONDS * symbols / allowance.per_day)
    by_minute = ceil(60 * symbols / allowance.per_minute)
    return max(60, by_day, by_minute)
