"""`/api/health`: what works, in under a second even when nothing does."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Overdue
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from dashboard.conditions import many_uncertain, overdue
from dashboard.overview.feed_lines import feed_lines
from dashboard.status import scheduler
from delivery.channel_states import paused_channels
from delivery.channels.whatsapp_versions import version_state
from delivery.pauses import current_pause

Components = dict[str, dict[str, Any]]
Value = TypeVar("Value")

DEADLINE = 0.6  # seconds for both checks together
FINE = ("ok", "paused", "closed")

# A check that hangs keeps its thread, not the request; when all hang, all are down.
_checks = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")


class ComponentOut(serializers.Serializer[Any]):
    """How one part of the desk is."""

    status = serializers.CharField(help_text="ok, or what is the matter in a word.")
    last_tick_age_seconds = serializers.IntegerField(
        required=False, allow_null=True, help_text="Of the scheduler alone."
    )


class HealthOut(serializers.Serializer[Any]):
    """States only, so that anybody may ask."""

    status = serializers.ChoiceField(["ok", "degraded", "down"])
    components = serializers.DictField(child=ComponentOut())


@method_decorator(never_cache, name="dispatch")
class Health(APIView):
    """How the desk is, in one word and for each of its parts; 503 when it is down."""

    authentication_classes = []  # it must answer without a database
    permission_classes = [AllowAny]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """JSON, whatever a monitor says it accepts."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="read_health",
        tags=["desk"],
        auth=[],
        responses={200: HealthOut, 503: HealthOut},
    )
    def get(self, request: Request) -> JsonResponse:
        components = check_all(now=timezone.now())
        status = overall(components)
        body = {"status": status, "components": components}
        return JsonResponse(body, status=503 if status == "down" else 200)


def overall(components: Components) -> str:
    """Down without a database, degraded while anything else is not fine."""
    if components["database"]["status"] != "ok":
        return "down"
    is_fine = all(component["status"] in FINE for component in components.values())
    return "ok" if is_fine else "degraded"


def check_all(*, now: datetime, patience: float = DEADLINE) -> Components:
    """The state of each component; what does not answer in `patience` seconds is down."""
    deadline = timezone.now() + timedelta(seconds=patience)
    rows, broker = _checks.submit(_read_rows, now), _checks.submit(broker_answers)
    unknown = {"status": "unknown"}
    stored = _result(rows, deadline, {"database": {"status": "down"}})
    components = {
        "database": stored["database"],
        "broker": {"status": "ok" if _result(broker, deadline, False) else "down"},
        "scheduler": stored.get("scheduler", unknown),
        "feeds": stored.get("feeds", unknown),
        "delivery": stored.get("delivery", unknown),
    }
    if settings.WHATSAPP_TOKEN and settings.WHATSAPP_PHONE_ID:
        state = version_state(settings.WHATSAPP_API_VERSION, today=now.date())
        components["whatsapp_api"] = {"status": state}
    return components


def _result(job: "Future[Value]", deadline: datetime, otherwise: Value) -> Value:
    try:
        return job.result(timeout=max(0.0, (deadline - timezone.now()).total_seconds()))
    except (Overdue, DatabaseError):
        return otherwise


def _read_rows(now: datetime) -> Components:
    """What the database knows; run in a thread, so its connection is closed again."""
    try:
        return {
            "database": {"status": "ok"},
            "scheduler": _scheduler(now),
            "feeds": {"status": feeds_state([feed.state for feed in feed_lines()])},
            "delivery": {"status": _delivery(now)},
        }
    finally:
        connection.close()


def broker_answers() -> bool:
    """Whether the broker takes a connection."""
    connect: Any = Connection  # kombu has no types
    patience = DEADLINE / 2
    options = {"socket_connect_timeout": patience, "socket_timeout": patience}
    try:
        with connect(settings.CELERY_BROKER_URL, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, timeout=patience)
            broker.default_channel.close()
    except (OperationalError, OSError):
        return False
    return True


def _scheduler(now: datetime) -> dict[str, Any]:
    ticks = scheduler(now=now)
    age = round((now - ticks.last_at).total_seconds()) if ticks.last_at else None
    return {"status": ticks.state, "last_tick_age_seconds": age}


def feeds_state(states: list[str]) -> str:
    """One word for all feeds: the worst of them, unless it is only some."""
    bad = [state for state in states if state in ("late", "dead", "off")]
    if bad:
        return "down" if len(bad) == len(states) else "degraded"
    return "closed" if states and all(state == "closed" for state in states) else "ok"


def _delivery(now: datetime) -> str:
    """Degraded before paused: a kill switch must not hide from a monitor what is broken."""
    is_hurt = paused_channels().exists() or overdue(now=now).exists() or many_uncertain(now=now)
    if is_hurt:
        return "degraded"
    return "ok" if current_pause() is None else "paused"
