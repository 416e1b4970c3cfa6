"""Is the desk well, and what waits for somebody."""

from datetime import datetime

from django.db.models import Count

from dashboard.conditions import uncertain
from dashboard.console.answer import Answer, Asked, Json, Table, clock
from dashboard.console.reach import database_trouble
from dashboard.health import Components, check_all, overall
from dashboard.live.health import desk_health
from dashboard.overview.message_counts import GROUPS
from dashboard.status import scheduler
from delivery.api.kill_switch import kill_switch_json
from delivery.channel_states import paused_channels
from delivery.channels.registry import CHANNELS
from delivery.models import Alarm, Delivery
from delivery.pauses import current_pause

PATIENCE = 5.0  # seconds: a new process connects for the first time


def status(asked: Asked) -> Answer:
    """The state of everything; not well only when the desk is down."""
    components = check_all(now=asked.now, patience=PATIENCE)
    word = overall(components)
    body: Json = {"status": word, "components": components}
    if word == "down":
        why = database_trouble() or "The database answers too slowly."
        parts: tuple[str | Table, ...] = (f"The desk is {word}. {why}", _components(components))
        return Answer(body, parts, is_well=False)
    body |= _rows(asked.now)
    return Answer(body, (*_lines(word, body), _components(components), *_tables(body)))


def _rows(now: datetime) -> Json:
    """What the database knows."""
    ticks = scheduler(now=now)
    health = desk_health(now)
    alarms = Alarm.objects.filter(closed_at=None)
    return {
        "tick": {"state": ticks.state, "at": ticks.last_at},
        "kill_switch": kill_switch_json(current_pause()),
        "deliveries": {"waiting": _waiting(), "uncertain": uncertain().count()},
        "channels": _channels(),
        "feeds": [vars(feed) for feed in health.feeds],
        "alarms": list(alarms.values("key", "title", "text", "opened_at")),
    }


def _waiting() -> int:
    waits = Delivery.objects.filter(state__in=GROUPS["waiting"]).aggregate(n=Count("pk"))
    return int(waits["n"])


def _channels() -> list[Json]:
    paused = {row.channel: row for row in paused_channels()}
    return [
        {
            "channel": slug,
            "is_paused": slug in paused,
            "reason": paused[slug].reason if slug in paused else None,
        }
        for slug in CHANNELS
    ]


def _lines(word: str, body: Json) -> list[str]:
    switch, waits = body["kill_switch"], body["deliveries"]
    stopped = f"stopped by {switch['by']} since {clock(switch['since'])}: {switch['reason']}"
    return [
        f"The desk is {word}. Times are UTC.",
        f"Last tick   {clock(body['tick']['at'])} ({body['tick']['state']})",
        f"Pushes      {stopped if switch['enabled'] else 'go out'}",
        f"Deliveries  {waits['waiting']} waiting, {waits['uncertain']} uncertain",
    ]


def _components(components: Components) -> Table:
    rows = [(name, str(found["status"])) for name, found in components.items()]
    return Table(("Component", "State"), rows)


def _tables(body: Json) -> list[Table]:
    channels = [
        (found["channel"], "paused" if found["is_paused"] else "open", found["reason"] or "")
        for found in body["channels"]
    ]
    feeds = [(feed["symbol"], feed["state"], clock(feed["newest_bar"])) for feed in body["feeds"]]
    alarms = [(clock(alarm["opened_at"]), alarm["text"]) for alarm in body["alarms"]]
    return [
        Table(("Channel", "State", "Why"), channels),
        Table(("Feed of", "State", "Newest bar"), feeds, empty="No symbol is enabled."),
        Table(("Alarm since", "What"), alarms, empty="No alarm is open."),
    ]
