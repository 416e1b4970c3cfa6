"""Newest first, a page at a time."""

from rest_framework.pagination import CursorPagination


class RecentPagination(CursorPagination):
    """`?limit=` up to 200 rows, newest id first; `?cursor=` goes on where a page ended."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering: str | tuple[str, ...] = "-id"
