"""The sidebar of the pages: what this user may open, and where he is."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    """One place to go; `permission` "" means every reader."""

    label: str
    icon: str
    view: str
    permission: str = ""


@dataclass(frozen=True)
class Link:
    """An entry as the sidebar shows it."""

    label: str
    icon: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    title: str
    links: tuple[Link, ...]


def _list_of(label: str, icon: str, model: str) -> Entry:
    """The admin's list of a model, for those who may see it."""
    app, name = model.split(".")
    return Entry(label, icon, f"admin:{app}_{name}_changelist", f"{app}.view_{name}")


ENTRIES: dict[str, tuple[Entry, ...]] = {
    "": (
        Entry("Overview", "overview", "overview"),
        Entry("Signals", "signals", "signals"),
        Entry("Track record", "record", "track-record"),
        Entry("Strategies", "strategies", "strategies"),
        Entry("Backtests", "history", "backtests"),
        Entry("Risk", "risk", "risk"),
        Entry("Logs", "logs", "logs", "audit.read_log"),
    ),
    "Run the desk": (
        _list_of("Recipients", "phone", "delivery.recipient"),
        _list_of("Deliveries", "send", "delivery.delivery"),
        Entry("Keys", "keys", "keys", "access.run_desk"),
        Entry("Admin", "admin", "admin:index", "access.run_desk"),
    ),
    "Build on it": (Entry("Docs", "docs", "docs"), Entry("API", "docs", "api-docs")),
}


def navigation(request: HttpRequest) -> tuple[Group, ...]:
    """The groups with at least one link this user may follow."""
    groups = (
        Group(title, tuple(link(e, request) for e in entries if is_allowed(e, request)))
        for title, entries in ENTRIES.items()
    )
    return tuple(group for group in groups if group.links)


def is_allowed(entry: Entry, request: HttpRequest) -> bool:
    """Whether the entry is for this user; what lies in the admin is for staff."""
    if entry.view.startswith("admin:") and not request.user.is_staff:
        return False
    return not entry.permission or request.user.has_perm(entry.permission)


def link(entry: Entry, request: HttpRequest) -> Link:
    url = reverse(entry.view)
    is_inside = url != "/" and request.path.startswith(url)
    return Link(entry.label, entry.icon, url, is_current=request.path == url or is_inside)
