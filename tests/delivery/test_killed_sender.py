"""A real sender process, killed with SIGKILL in the middle of a post."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection

from tests.delivery.graph_server import OK, SLOW, refusal

START = (
    "import django; django.setup(); from datetime import timedelta; from tests.builders import *;"
)
SETUP = "print(make_delivery().pk)"
SEND = "from delivery.sending import send_now; send_now({id}, clock=lambda: NOON)"
DIE = """
import os; from delivery.channels.whatsapp import WhatsApp; from delivery.sending import send_now
class Dying(WhatsApp):
    def post(self, envelope, doors):
        os.kill(os.getpid(), 9)
send_now({id}, clock=lambda: NOON, build=lambda slug: Dying(token="t", phone_id="1"))
"""
DIE_REFUSED = """
import os; from delivery import sending
def die(*arguments, **options):
    os.kill(os.getpid(), 9)
sending.record_failure = die
sending.send_now({id}, clock=lambda: NOON)
"""
SWEEP = """
from django.conf import settings; from delivery.models import Delivery
from delivery.recovery import recover; from delivery.sending import send_due
marks_folder = settings.OUTGOING_DIR
minute_later = NOON + timedelta(minutes=1)
recover(now=minute_later, marks_folder=marks_folder); send_due(clock=lambda: minute_later)
print(Delivery.objects.get(pk={id}).state)
"""


@pytest.fixture
def environment(tmp_path, graph, transactional_db):
    """What the sender processes share: a database and the local Graph API."""
    if connection.vendor == "sqlite":
        database_url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
        connection.ensure_connection()
        with closing(sqlite3.connect(tmp_path / "desk.sqlite3")) as file:
            connection.connection.backup(file)
    else:
        own = connection.settings_dict
        login = f"{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}"
        database_url = f"postgres://{login}/{own['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url,
        "SECRET_KEY": "for this test and nothing else, over fifty characters",
        "VAR_DIR": str(tmp_path / "var"),
        "WHATSAPP_API_BASE": graph.url,
        "WHATSAPP_TOKEN": "EAAtoken",
        "WHATSAPP_PHONE_ID": "106540352242922",
    }


def python(code, environment):
    return subprocess.Popen(
        [sys.executable, "-c", START + code],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def output(code, environment):
    process = python(code, environment)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return printed.strip()


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_in_the_middle_of_a_post_leads_to_one_post_and_an_uncertain_row(
    graph, environment
):
    delivery_id = output(SETUP, environment)
    graph.play(SLOW, OK)

    sender = python(SEND.format(id=delivery_id), environment)
    graph.wait_for_request()
    sender.kill()
    sender.communicate(timeout=60)
    state = output(SWEEP.format(id=delivery_id), environment)

    assert sender.returncode == -9
    assert state == "uncertain"
    assert len(graph.requests) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_before_a_byte_left_leads_to_one_post_and_no_doubt(graph, environment):
    delivery_id = output(SETUP, environment)

    sender = python(DIE.format(id=delivery_id), environment)
    sender.communicate(timeout=60)
    state = output(SWEEP.format(id=delivery_id), environment)

    assert sender.returncode == -9
    assert state == "sent"
    assert len(graph.requests) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_before_it_stored_a_refusal_leads_to_another_try(graph, environment):
    delivery_id = output(SETUP, environment)
    graph.play(refusal(131000, status=500), OK)

    sender = python(DIE_REFUSED.format(id=delivery_id), environment)
    sender.communicate(timeout=60)
    state = output(SWEEP.format(id=delivery_id), environment)

    assert sender.returncode == -9
    assert state == "sent"
    assert len(graph.requests) == 2
