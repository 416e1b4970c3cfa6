"""What the guards read beside the bars."""

from decimal import Decimal

import pytest

from delivery.pauses import pause
from risk.guards.base import Book
from risk.versions import ensure_settings, report_daily_loss
from signals.books import book_now
from tests.builders import NOON

pytestmark = pytest.mark.django_db


def test_a_quiet_desk_has_an_empty_book():
    assert book_now(ensure_settings(by="test", now=NOON), now=NOON) == Book()


def test_the_book_names_the_pause_and_what_was_lost_on_the_day():
    version = ensure_settings(by="test", now=NOON)
    pause(reason="News", by="sam", now=NOON)
    report_daily_loss(Decimal("1.5"), by="sam", now=NOON)

    assert book_now(version, now=NOON) == Book(pause_reason="News", daily_loss=1.5, loss_unit="R")
