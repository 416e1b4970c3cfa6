"""The benchmark's rows are ones the desk could have written, so that its pages can show them."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from delivery.models import Attempt, Delivery
from markets.models import Candle
from signals.engine import tick
from signals.models import Position, Signal
from tests.bench.filled import CODES, Size, fill
from tests.bench.paths import overview, signals

pytestmark = pytest.mark.django_db
SIZE = Size(signals=840, candles=28 * 60, messages=200)


@pytest.fixture
def filled():
    fill(SIZE, say=lambda text: None)


def test_each_table_gets_its_rows_and_each_row_what_belongs_to_it(filled):
    assert Signal.objects.count() == 840
    assert Candle.objects.count() == pytest.approx(len(CODES) * 60, abs=60)
    assert (
        Position.objects.filter(state="open").count()
        == Signal.objects.live().filter(status="open").count()
    )
    assert Delivery.objects.count() > Attempt.objects.count() > 200
    for signal in Signal.objects.order_by("?")[:50]:
        signal.validate_constraints()


def test_the_desk_goes_on_from_there_and_its_pages_open(filled, client):
    tick(now=timezone.now())
    client.force_login(User.objects.get(username="bench-staff"))

    answers = {path: client.get(path).status_code for path in [*overview(), *signals()]}

    assert set(answers.values()) == {200}, answers
