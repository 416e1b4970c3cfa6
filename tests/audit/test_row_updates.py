"""Columns of many rows written at once hold what saving each row would have stored."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.row_updates import update_rows
from signals.models import Position
from tests.builders import NOON, make_signal
from tests.signals.stored_signals import make_position

VALUES = [
    {
        "entry_at": NOON,
        "entry_price": Decimal("1.1"),
        "repeats": 2,
        "is_tie": True,
        "duration": timedelta(minutes=3, microseconds=5),
        "decided_by": [{"what": "entry", "bid": [1.1, 1.0, -0.0], "said": '"é" \\ {,}'}],
        "mfe_pips": -0.0,
        "reason": "tp",
    },
    {"mfe_pips": 1, "reason": "", "entry_price": Decimal("1.100001")},
    {},
]


@pytest.mark.django_db
def test_what_is_written_together_is_what_saving_each_would_have_stored():
    names = list(VALUES[0])
    together, alone = (
        [make_position(make_signal(minutes_ago=first + n)) for n in range(len(VALUES))]
        for first in (1, 10)
    )
    for rows in (together, alone):
        for row, values in zip(rows, VALUES, strict=True):
            for name, value in values.items():
                setattr(row, name, value)

    update_rows(together, names)
    for row in alone:
        row.save()

    stored = Position.objects.order_by("pk").values_list(*names)
    first, second = stored[: len(VALUES)], stored[len(VALUES) :]
    assert repr(list(first)) == repr(list(second))
