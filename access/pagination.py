"""Newest first, a page at a time; every list answers in the same frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from django.db.models import Model, QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.field_mapping import ClassLookupDict
from rest_framework.views import APIView

Row = TypeVar("Row", bound=Model)
Shape = type[serializers.BaseSerializer[Any]]
OTHER_CURSOR = "This cursor is of another list: begin again without it."
READERS: Any = ClassLookupDict(cast(Any, serializers.ModelSerializer.serializer_field_mapping))


class RecentPagination(CursorPagination):
    """`?limit=` up to 200 rows, newest id first; `?cursor=` goes on where a page ended."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering: str | tuple[str, ...] = "-id"
    invalid_cursor_message = OTHER_CURSOR

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """A page; 404 for a cursor whose place cannot be one of this list."""
        cursor = self.decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            ordering = self.get_ordering(request, queryset, cast(APIView, view))
            self._check_place(cursor, queryset, ordering)
        return super().paginate_queryset(queryset, request, view)

    def _check_place(
        self, cursor: Cursor, queryset: QuerySet[Any], ordering: Sequence[str]
    ) -> None:
        name = ordering[0].lstrip("-")
        other = queryset.query.annotations.get(name)  # a column of another table
        column = other.output_field if other else queryset.model._meta.get_field(name)
        try:
            READERS[column]().to_internal_value(cursor.position)
        except ValidationError:
            raise NotFound(self.invalid_cursor_message) from None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of a list; `next` is the `cursor` of the page after, None on the last one."""

    rows: list[Row]
    next: str | None


def page_of(
    rows: QuerySet[Row], request: Request, *, ordering: tuple[str, ...] = ("-id",)
) -> Page[Row]:
    """The page of `rows` the request asks for; the first column of `ordering` is indexed.

    One of another table is annotated first: `annotate(code=F("symbol__code"))`.
    """
    pages = RecentPagination()
    pages.ordering = ordering
    found = pages.paginate_queryset(rows, request) or []
    return Page(found, _cursor_of(pages.get_next_link()))


def listed(page: Page[Any], shape: Shape) -> Response:
    """The answer of a list: `{"results": [...], "count": n, "next": cursor}`."""
    found = shape(page.rows, many=True).data
    return Response({"results": found, "count": len(page.rows), "next": page.next})


def list_shape(name: str, shape: Shape) -> Any:
    """How OpenAPI describes what `listed` answers; `name` is the schema's."""
    return inline_serializer(
        name,
        {
            "results": shape(many=True),
            "count": serializers.IntegerField(help_text="Rows on this page."),
            "next": serializers.CharField(
                allow_null=True, help_text="Pass as `cursor` for the next page; null on the last."
            ),
        },
    )


def _cursor_of(link: str | None) -> str | None:
    return parse_qs(urlsplit(link).query)["cursor"][0] if link else None
