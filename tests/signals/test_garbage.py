"""The search for circles of garbage waits for a shard, and goes on whatever became of it."""

import gc

import pytest

from signals.garbage import collected_after


def test_no_search_begins_inside_and_one_may_begin_after():
    seen: list[str] = []

    def note(phase, found):
        seen.append(phase)

    gc.callbacks.append(note)
    try:
        with collected_after():
            kept = [[] for _ in range(50_000)]
            inside = list(seen)
        kept += [[] for _ in range(50_000)]
    finally:
        gc.callbacks.remove(note)

    assert inside == [] and "start" in seen and len(kept) == 100_000


def test_it_is_on_again_after_an_error():
    with pytest.raises(ValueError, match="broken"), collected_after():
        raise ValueError("broken")

    assert gc.isenabled()


def test_where_it_was_off_it_stays_off():
    gc.disable()
    try:
        with collected_after():
            pass
        is_on = gc.isenabled()
    finally:
        gc.enable()

    assert not is_on
