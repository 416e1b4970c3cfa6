"""What Admin's lists of signals are narrowed down by."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.lists import known_values
from signals.models import Run
from strategies.registry import strategy_choices

BY_STRATEGY = known_values("strategy", strategy_choices)


class HistoryFilter(admin.SimpleListFilter):
    """What the desk said live, unless something else is asked for: the indexes begin with it."""

    title = "history"
    parameter_name = "history"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("live", "Live"), ("shadow", "Shadow"), ("rehearsal", "Rehearsals")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        is_looked_up = {"run__id__exact", "q"} & request.GET.keys()
        match self.value():
            case "shadow":
                return queryset.filter(is_shadow=True)
            case "rehearsal":
                return queryset.filter(run__kind=Run.Kind.REHEARSAL)
            case None if is_looked_up:
                return queryset
        return queryset.live()

    def choices(self, changelist: Any) -> Any:
        """Without "All": nothing chosen is Live."""
        chosen = self.value() or "live"
        for value, title in self.lookup_choices:
            link = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": value == chosen, "query_string": link, "display": title}
