"""The way down by date in Admin's lists: from the first row to the last, never read in between.

Django's own asks the database for every distinct day, which takes seconds with a million rows.
"""

from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Any

from django import template

register = template.Library()
Choice = tuple[str, dict[str, int]]  # what is said, and the parts of the date it stands for


@register.inclusion_tag("admin/date_hierarchy.html")
def dates_of(page: Any) -> dict[str, Any]:
    """The dates one level below what is chosen on `page`, and the way back."""
    field = page.date_hierarchy
    first, last = _ends(page.root_queryset, field)
    if first is None or last is None:
        return {"show": False}
    chosen = {
        part: int(page.params[name])
        for part in ("year", "month", "day")
        if (name := f"{field}__{part}") in page.params
    }

    def entry(choice: Choice) -> dict[str, str]:
        title, parts = choice
        wanted = {f"{field}__{part}": value for part, value in parts.items()}
        return {"title": title, "link": page.get_query_string(wanted, [f"{field}__"])}

    back = way_back(chosen)
    return {
        "show": True,
        "back": entry(back) if back else None,
        "choices": [entry(choice) for choice in choices(first, last, chosen)],
    }


def choices(first: date, last: date, chosen: dict[str, int]) -> list[Choice]:
    """The years, or the months of the year, or the days of the month, newest first."""
    year = chosen.get("year") or (first.year if first.year == last.year else None)
    if "day" in chosen:
        return []
    if year is None:
        return [(str(each), {"year": each}) for each in range(last.year, first.year - 1, -1)]
    if month := chosen.get("month"):
        days = (date(year, month, day) for day in range(monthrange(year, month)[1], 0, -1))
        return [
            (f"{day:%-d %b}", {"year": year, "month": month, "day": day.day})
            for day in days
            if first <= day <= last
        ]
    months = (date(year, month, 1) for month in range(12, 0, -1))
    return [
        (f"{month:%B %Y}", {"year": year, "month": month.month})
        for month in months
        if first.replace(day=1) <= month <= last
    ]


def way_back(chosen: dict[str, int]) -> Choice | None:
    """One level up; None at the top."""
    if not chosen:
        return None
    if "day" in chosen:
        month = {"year": chosen["year"], "month": chosen["month"]}
        return f"{date(month['year'], month['month'], 1):%B %Y}", month
    if "month" in chosen:
        return str(chosen["year"]), {"year": chosen["year"]}
    return "All dates", {}


def _ends(rows: Any, field: str) -> tuple[date | None, date | None]:
    """The dates of the first and the last row, by two looks into the index."""
    dated = rows.exclude(**{field: None}).order_by(field).values_list(field, flat=True)
    return _day(dated.first()), _day(dated.last())


def _day(at: datetime | date | None) -> date | None:
    return at.astimezone(UTC).date() if isinstance(at, datetime) else at
