"""The pace of an account and of a recipient, on a clock that only the test moves."""

from datetime import timedelta

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from delivery.channels.base import Pace
from delivery.pacing import paid_for, posts_now
from tests.builders import NOON

ACCOUNT = Pace(per_second=80, burst=80, recipient_seconds=6, recipient_burst=45)
gaps = st.lists(st.floats(min_value=0.0, max_value=2.0), min_size=1, max_size=60)


def posts_over(pace, seconds_between):
    """(seconds after noon, posts) of an account that always posts as much as it may."""
    now, free_at, made = NOON, None, []
    for gap in seconds_between:
        now += timedelta(seconds=gap)
        posts = posts_now(pace, free_at, now=now)
        free_at = paid_for(free_at, now=now, seconds=posts / pace.per_second) if posts else free_at
        made.append(((now - NOON).total_seconds(), posts))
    return made


def test_a_rested_account_may_post_a_burst_and_then_nothing_at_once():
    assert [posts for _, posts in posts_over(ACCOUNT, [0.0, 0.0])] == [80, 0]


def test_a_busy_account_posts_eighty_a_second():
    made = posts_over(ACCOUNT, [0.0, *[0.05] * 200])

    assert sum(posts for _, posts in made) == 80 + 10 * 80


def test_an_account_that_rested_for_a_second_has_its_burst_back_and_not_more():
    assert [posts for _, posts in posts_over(ACCOUNT, [0.0, 1.0, 60.0])] == [80, 80, 80]


@hypothesis_settings(max_examples=200, deadline=None)
@given(gaps)
def test_no_stretch_of_time_sees_more_than_the_burst_and_the_rate(seconds_between):
    made = posts_over(ACCOUNT, seconds_between)

    for first, (begin, _) in enumerate(made):
        for last in range(first, len(made)):
            posts = sum(count for _, count in made[first : last + 1])
            assert posts <= ACCOUNT.burst + (made[last][0] - begin) * ACCOUNT.per_second + 1e-3


@hypothesis_settings(max_examples=200, deadline=None)
@given(gaps)
def test_nothing_but_the_stored_time_is_needed_so_a_restart_changes_nothing(seconds_between):
    whole = posts_over(ACCOUNT, seconds_between)

    now, stored, again = NOON, None, []
    for gap in seconds_between:
        now += timedelta(seconds=gap)
        free_at = NOON.fromisoformat(stored) if stored else None  # read anew by a new process
        posts = posts_now(ACCOUNT, free_at, now=now)
        if posts:
            stored = paid_for(free_at, now=now, seconds=posts / 80).isoformat()
        again.append(((now - NOON).total_seconds(), posts))

    assert again == whole


def test_a_recipients_burst_is_paid_for_afterwards_post_by_post():
    free_at = paid_for(None, now=NOON, seconds=20 * ACCOUNT.recipient_seconds)

    assert free_at == NOON + timedelta(minutes=2)  # as Meta says of a burst of 20
