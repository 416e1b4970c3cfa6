"""The tabs of the signals list: which signals each holds, and what it says when it is empty."""

from dataclasses import dataclass

from django.db.models import Q

from signals.models import Signal

Status, Ending = Signal.Status, Signal.Ending


@dataclass(frozen=True)
class Tab:
    slug: str
    label: str
    holds: Q
    empty: str


TABS = {
    tab.slug: tab
    for tab in (
        Tab(
            "all",
            "All",
            Q(),
            "No signal yet. Each enabled strategy looks at every closed bar; Strategies says what "
            "runs and why not now.",
        ),
        Tab(
            "open",
            "Open",
            Q(status=Status.OPEN),
            "Nothing is open: every signal has reached its target, its stop or its end.",
        ),
        Tab(
            "closed",
            "Closed",
            Q(status=Status.CLOSED),
            "Nothing has closed yet. A signal closes at its TP, its SL, when it expires, or by "
            "its strategy's own exit.",
        ),
        Tab("tp", "TP hit", Q(ending=Ending.TP), "No signal has reached its take profit yet."),
        Tab("sl", "SL hit", Q(ending=Ending.SL), "No signal has been stopped out yet."),
        Tab(
            "expired",
            "Expired",
            Q(ending=Ending.EXPIRED),
            "No signal has run out of time yet.",
        ),
        Tab(
            "blocked",
            "Blocked",
            Q(status=Status.BLOCKED),
            "No guard has blocked a signal yet. Risk shows the guards and how near they are.",
        ),
    )
}
EVERYTHING = TABS["all"]
