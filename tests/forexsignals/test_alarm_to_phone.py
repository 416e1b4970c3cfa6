"""Worker and beat are killed: the watch alone tells a phone once, and once when they are back.

Three minutes of silence and two of quiet are the least there is. Nothing of that is shortened: the
watch's own clock starts minutes behind and gains 40 s with each of its looks.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from forexsignals import processes
from forexsignals.supervisor import end
from tests.delivery.graph_server import GraphServer, graph_server
from tests.forexsignals.production import production_desk, query, start
from tests.processes import wait_for

pytestmark = pytest.mark.services

Environment = dict[str, str]
NO_BROKER = {"REDIS_URL": "redis://127.0.0.1:9/0"}  # nobody listens there
TICKS = "SELECT count(*) FROM signals_tick WHERE finished_at IS NOT NULL AND at > now() - {age}"
AGE_TICKS = """
import django; django.setup()
from datetime import timedelta; from signals.models import Tick
hour = timedelta(hours=1)
for tick in Tick.objects.order_by("slot"):
    Tick.objects.filter(pk=tick.pk).update(at=tick.at - hour, slot=tick.slot - hour)
"""
WATCH = """
import threading, time
from datetime import datetime, timedelta, UTC
import time_machine
from django.core.management import execute_from_command_line

BEHIND, GAINS, GAIN, LOOK = {behind}, 6, 40, 10
travel = time_machine.travel(datetime.now(UTC) - timedelta(seconds=BEHIND), tick=True)
clock = travel.start()

def gain():
    for _ in range(GAINS):
        threading.Event().wait(LOOK)
        clock.shift(GAIN)

threading.Thread(target=gain, daemon=True).start()
execute_from_command_line(["manage.py", "watch"])
"""
LOOK_ONCE = """
import django; django.setup()
from datetime import timedelta; from django.utils import timezone
from dashboard.management.commands.watch import watch_once
now = timezone.now()
assert watch_once(now, now - timedelta(hours=1))
"""


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    with graph_server() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, graph: GraphServer) -> Iterator[Environment]:
    """A seeded desk; the first recipient of WHATSAPP_TO is told about alarms."""
    whatsapp = {
        "WHATSAPP_TO": "+447911100001,+447911100002",
        "WHATSAPP_TOKEN": "token",
        "WHATSAPP_PHONE_ID": "1063",
        "WHATSAPP_API_BASE": graph.url,
        "OUTBOUND_ALLOW_HOSTS": "127.0.0.1",
    }
    with production_desk(tmp_path, redis_db=7, **whatsapp) as environment:
        yield environment


def alerts(graph: GraphServer) -> list[tuple[str, str]]:
    """(to, first words) of what was posted about the scheduler."""
    texts = [(body["to"], body["text"]["body"]) for body in graph.journal if "text" in body]
    return [(to, text[:25]) for to, text in texts if text.startswith("The scheduler")]


def test_one_alarm_and_one_recovery_reach_the_phone_without_worker_beat_or_broker(
    desk: Environment, graph: GraphServer
) -> None:
    with ExitStack() as stack:

        def run(command: list[str], **settings: str) -> "subprocess.Popen[bytes]":
            process = start(command, desk | settings)
            stack.callback(end, process, grace=20)
            return process

        def watch(*, behind: int) -> "subprocess.Popen[bytes]":
            """Its clock gains four minutes in one."""
            return run([sys.executable, "-c", WATCH.format(behind=behind)], **NO_BROKER)

        def look_once_more() -> None:
            """As one more watch, which would tell what is not told yet."""
            assert run([sys.executable, "-c", LOOK_ONCE], **NO_BROKER).wait(60) == 0

        scheduler = [run(list(processes.worker().command)), run(list(processes.beat().command))]
        fresh = TICKS.format(age="interval '1 minute'")
        wait_for(lambda: query(desk, fresh)[0][0], seconds=90, what="a tick")
        for process in scheduler:
            process.kill()
            process.wait()
        age = run([sys.executable, "-c", AGE_TICKS])
        assert age.wait(60) == 0

        first, _second = watch(behind=240), watch(behind=240)
        wait_for(lambda: alerts(graph), seconds=150, what="the alarm")
        first.kill()
        first.wait()
        look_once_more()
        assert alerts(graph) == [("447911100001", "The scheduler is silent: ")]

        run(list(processes.worker().command)), run(list(processes.beat().command))
        watch(behind=120)  # and two minutes ahead in the end: it sees the quiet sooner
        wait_for(lambda: len(alerts(graph)) > 1, seconds=200, what="the recovery")
        look_once_more()

    assert alerts(graph)[1:] == [("447911100001", "The scheduler ticks again")]
    kinds = "SELECT kind FROM audit_event WHERE subject = 'alarm:scheduler' ORDER BY id"
    assert query(desk, kinds) == [("alarm.raised",), ("alarm.cleared",)]
