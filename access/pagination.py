"""Newest first, a page at a time."""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.serializers import ModelSerializer
from rest_framework.utils.field_mapping import ClassLookupDict
from rest_framework.views import APIView

READERS: Any = ClassLookupDict(cast(Any, ModelSerializer.serializer_field_mapping))


class RecentPagination(CursorPagination):
    """`?limit=` up to 200 rows, newest id first; `?cursor=` goes on where a page ended."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering: str | tuple[str, ...] = "-id"

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
        column = queryset.model._meta.get_field(ordering[0].lstrip("-"))
        try:
            READERS[column]().to_internal_value(cursor.position)
        except ValidationError:
            raise NotFound(self.invalid_cursor_message) from None
