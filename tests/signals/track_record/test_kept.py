"""The track record is computed once for all who ask the same, and never older than the desk."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from signals.models import Position, Tick
from signals.track_record import Asked, kept_record
from tests.builders import NOON
from tests.signals.stored_signals import make_judged


def results():
    return kept_record(Asked(), now=NOON, by=()).whole.figures.n


@pytest.mark.django_db
def test_the_same_question_is_computed_once_a_tick(django_assert_num_queries):
    make_judged(1.5)
    Tick.objects.create(slot=NOON, at=NOON, finished_at=NOON)
    results()

    with django_assert_num_queries(5):  # whether anything changed
        assert results() == 1


@pytest.mark.django_db
def test_what_a_tick_ended_is_told_when_it_is_done():
    make_judged(1.5)
    Tick.objects.create(slot=NOON, at=NOON, finished_at=NOON)
    results()
    Position.objects.update(r_multiple=None)
    next_slot = NOON + timedelta(minutes=1)
    beat = Tick.objects.create(slot=next_slot, at=next_slot)
    assert results() == 1

    Tick.objects.filter(pk=beat.pk).update(finished_at=next_slot)

    assert results() == 0


@pytest.mark.django_db
def test_a_new_signal_is_told_at_once():
    make_judged(1.5)
    results()

    make_judged(-1.0, minutes_ago=5)

    assert results() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_one_computes():
    make_judged(1.5)
    computed, answers = [], []

    def second():
        answers.append(kept_record(Asked(), now=NOON, by=(), before=lambda: computed.append(2)))
        connection.close()

    other = Thread(target=second)
    first = kept_record(
        Asked(), now=NOON, by=(), before=lambda: (computed.append(1), other.start())
    )
    other.join()

    assert len(computed) == 1
    assert answers[0].whole == first.whole


@pytest.mark.django_db
def test_without_the_cache_server_each_reader_has_it_computed(settings):
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}
    make_judged(1.5)

    assert results() == 1
