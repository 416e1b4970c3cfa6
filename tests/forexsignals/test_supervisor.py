"""When a dead child starts again."""

import signal

from forexsignals.supervisor import Child


def pauses(code, lives):
    """The pause after each of so many lives, in seconds, that ended with `code`."""
    child, now, found = Child(name="worker", command=[]), 0.0, []
    for seconds in lives:
        child.started, now = now, now + seconds
        found.append(child.pause(code=code, now=now))
    return found


def test_a_child_that_keeps_failing_waits_longer_each_time_and_at_most_half_a_minute():
    assert pauses(1, [5] * 7) == [1, 2, 4, 8, 16, 30, 30]


def test_a_steady_life_is_followed_by_a_start_at_once():
    assert pauses(1, [5, 5, 61, 5]) == [1, 2, 0, 1]


def test_a_child_that_was_killed_starts_again_in_a_second_however_often():
    assert pauses(-signal.SIGKILL, [5] * 4) == [1, 1, 1, 1]
