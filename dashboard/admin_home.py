"""The admin's first page: the same cards as the Overview, and the label DEMO."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from dashboard.overview.activity import activity
from dashboard.overview.page import top
from markets.feeds.registry import FEEDS
from markets.models import Symbol


def landing(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The index page's context with the desk's state in it (named in UNFOLD)."""
    now = timezone.now()
    return {**context, "title": "Desk", "top": top(now=now), "activity": activity(request.user)}


def environment(request: HttpRequest) -> list[str] | None:
    """The label beside the user's name: DEMO while any enabled symbol has made-up prices."""
    demo_feeds = [slug for slug, feed in FEEDS.items() if feed.is_demo]
    is_demo = Symbol.objects.enabled().filter(feed__in=demo_feeds).exists()
    return ["DEMO", "warning"] if is_demo else None
