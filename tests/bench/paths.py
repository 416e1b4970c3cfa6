"""What the page benchmark asks for: add a line for a new page, and one for each costly filter."""

from datetime import timedelta

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from dashboard.logs.kinds import GROUPS as LOG_GROUPS
from delivery.models import Message
from forexsignals import urls  # noqa: F401  it registers every page
from signals.models import Signal
from strategies.models import StrategyConfig

SIGNAL_TABS = ("all", "open", "closed", "tp", "sl", "expired", "blocked")


def paths() -> list[str]:
    """Every page and fragment a person opens, with rows behind it."""
    signal = Signal.objects.filter(status="closed", action="BUY").order_by("-pk").first()
    old = Signal.objects.filter(status="closed", action="BUY").order_by("pk").first()
    blocked = Signal.objects.filter(status="blocked").order_by("-pk").first()
    assert signal and old and blocked
    event = Event.objects.latest("pk").pk
    config = StrategyConfig.objects.all()[0]
    return [
        *overview(),
        *signals(),
        *(f"/signals/{each.pk}/" for each in (signal, old, blocked)),
        f"/signals/{signal.pk}/chart/",
        *track_record(),
        "/strategies/",
        f"/strategies/{config.pk}/",
        f"/strategies/{config.pk}/edit/",
        "/risk/",
        "/risk/edit/",
        *(reverse("live-risk", args=[part]) for part in ("desk", "guards", "history")),
        "/logs/",
        "/logs/?symbol=EURUSD",
        "/logs/?q=GBPJPY",
        "/logs/?q=nobody+wrote+this",
        *(f"/logs/?group={group}" for group in LOG_GROUPS),
        "/logs/?group=signals&symbol=EURUSD&q=blocked",
        f"/logs/?group=signals&before={event - 1000}",
        f"/logs/{event}/",
        "/keys/",
        "/docs/",
        "/profile/",
        f"/messages/{Message.objects.order_by('-pk').values_list('pk', flat=True)[0]}/",
        "/deliveries/uncertain/",
        "/api/signals/latest?symbol=EURUSD",
        "/api/signals/recent?limit=50",
        "/api/health",
        *admin_pages(signal.pk),
    ]


def track_record() -> list[str]:
    parts = (reverse("track-record-part", args=[part]) for part in ("figures", "tables"))
    narrowed = ("?range=month", "?range=month&symbol=EURUSD&cut=hour")
    pages = (f"/track-record/{query}" for query in ("", *narrowed))
    return [*pages, *parts, reverse("track-record-chart")]


def overview() -> list[str]:
    parts = ("desk-status", "cards", "symbols", "activity", "phone", "setup")
    return ["/", *(reverse("live", args=[part]) for part in parts)]


def signals() -> list[str]:
    """The list: each tab bare and with filters, and a page deep in it."""
    week = f"{timezone.now() - timedelta(days=7):%Y-%m-%d}"
    filters = ("symbol=GBPJPY", "strategy=meanrev_bb", "symbol=EURUSD&strategy=ema_rsi", "q=EURUSD")
    return [
        *(f"/signals/?tab={tab}" for tab in SIGNAL_TABS),
        *(f"/signals/?tab={tab}&{chosen}" for tab in SIGNAL_TABS for chosen in filters),
        f"/signals/?period=custom&since={week}",
        "/signals/?period=today",
    ]


def admin_pages(signal_id: int) -> list[str]:
    """The first page and the list of every model, and of the big ones a search and a filter."""
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    signals, events = (f"/admin/{name}/" for name in ("signals/signal", "audit/event"))
    return [
        "/admin/",
        *sorted(lists),
        f"{signals}{signal_id}/change/",
        f"{signals}?status__exact=open",
        f"{signals}?symbol__id__exact=1&strategy=ema_rsi",
        f"{signals}?q={signal_id}",
        f"{signals}?q=EURUSD",
        f"{events}?kind=login.ok",
        f"{events}?q=signal:{signal_id}",
    ]
