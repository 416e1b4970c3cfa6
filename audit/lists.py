"""Long lists in Admin that stay quick: counted up to a limit, searched among the newest rows."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import AutoField, Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

COUNTED = 2_000  # rows a list counts and pages through; a filter or a date leads to older ones
SEARCHED = 20_000  # newest rows in which a search looks for words


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of the first COUNTED rows, however many there are."""

    template_name = "admin/_pages.html"

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNTED + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than counted."""
        return self._found > COUNTED


class DeskAdmin(ModelAdmin):  # type: ignore[misc]  # the theme has no types
    """A list that takes as long with a million rows as with a hundred."""

    list_per_page = 25
    show_full_result_count = False
    paginator: Any = CappedPaginator
    exact_search: tuple[str, ...] = ()  # indexed columns, looked up whole before any words

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; the theme's "3 results (Show all)" only where something narrows it down."""
        page = super().get_changelist_instance(request)
        if not (page.query or page.has_active_filters):
            page.full_result_count = page.result_count
        return page

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        for name in self.exact_search if search_term else ():
            found = _equal(queryset, name, search_term)
            if found is not None and found.exists():
                return found, False
        rows = _newest(queryset) if search_term else queryset
        answer: tuple[QuerySet[Any], bool] = super().get_search_results(request, rows, search_term)
        return answer


def _equal(rows: QuerySet[Any], name: str, text: str) -> QuerySet[Any] | None:
    """The rows whose column is `text`; None when it cannot be a value of that column."""
    model: Any = rows.model
    *path, last = name.split(LOOKUP_SEP)
    for part in path:
        model = model._meta.get_field(part).related_model
    try:
        value = model._meta.get_field(last).to_python(text.strip())
    except ValidationError:
        return None
    return rows.filter(**{name: value})


def _newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    model: type[Model] = rows.model
    if not isinstance(model._meta.pk, AutoField):
        return rows
    last = model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return rows.filter(pk__gt=last - SEARCHED)


def as_they_are(names: Iterable[str]) -> Callable[[], list[tuple[str, str]]]:
    """Choices that are called what they are."""
    return lambda: [(str(name), str(name)) for name in names]


def known_values(
    column: str, values: Callable[[], Iterable[tuple[str, str]]]
) -> type[admin.SimpleListFilter]:
    """A filter of `column` by values known beforehand; Django's reads the whole table for them."""

    class KnownValues(admin.SimpleListFilter):
        parameter_name = column

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return list(values())

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{column: self.value()}) if self.value() else queryset

    KnownValues.title = column.replace("_", " ")
    return KnownValues
