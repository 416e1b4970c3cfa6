"""The marks of a sender, read after its death and not before."""

import os
import signal
import subprocess
import sys

import pytest

from delivery.leaving import SLOTS, dead_senders, marks
from tests.processes import ROOT

SENDER = """
import sys; from pathlib import Path; from delivery.leaving import marks
own = marks(Path(sys.argv[1]))
own.mark(7); own.mark(8); own.clear(7); own.mark(9)
print(own.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def sender(tmp_path):
    """A living process with the posts 8 and 9 on their way, and its name."""
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process, process.stdout.readline().strip()
    process.kill()
    process.communicate()


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_living_sender_proves_nothing(tmp_path, sender):
    assert list(dead_senders(tmp_path)) == []


def test_a_killed_sender_leaves_the_posts_that_had_begun_to_leave(tmp_path, sender):
    process, name = sender
    kill(process)

    assert [(dead.name, dead.left) for dead in dead_senders(tmp_path)] == [(name, {8, 9})]
    assert list(dead_senders(tmp_path)) == []


def test_a_sweeper_that_fails_half_way_leaves_the_marks_for_the_next(tmp_path, sender):
    process, name = sender
    kill(process)

    first = dead_senders(tmp_path)
    next(first)
    first.close()

    assert [dead.name for dead in dead_senders(tmp_path)] == [name]


def test_while_one_sweeper_reads_the_marks_another_leaves_them_alone(tmp_path, sender):
    process, _ = sender
    kill(process)
    reading = dead_senders(tmp_path)
    next(reading)

    assert list(dead_senders(tmp_path)) == []


def test_after_a_restart_of_the_machine_the_marks_prove_nothing_and_are_removed(tmp_path, sender):
    process, _ = sender
    kill(process)
    other_boot = tmp_path / "boot_id"
    other_boot.write_text("0d3b6c2e-0000-4000-8000-000000000000")

    assert list(dead_senders(tmp_path, boot_id=other_boot)) == []
    assert list(tmp_path.glob("*.marks")) == []


def test_where_nothing_can_be_proved_there_are_no_marks(tmp_path):
    assert marks(tmp_path, boot_id=tmp_path / "none") is None


def test_a_process_keeps_its_file_and_gives_back_each_slot(tmp_path):
    own = marks(tmp_path / "made here")

    for post in range(1, 3 * SLOTS):
        own.mark(post)
        own.clear(post)
    own.clear(12345)

    assert marks(tmp_path / "made here") is own
    assert own.owner == os.getpid()
    assert len(own.free) == SLOTS
