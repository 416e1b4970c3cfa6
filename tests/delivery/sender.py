"""One try of the sender at noon, against a scene of the Graph API."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings as desk

from delivery.channels.whatsapp import WhatsApp
from delivery.recovery import recover
from delivery.sending import send_now
from delivery.wiring import build_channel
from tests.builders import NOON, make_delivery


def at_noon():
    return NOON


def later(**delta):
    return lambda: NOON + timedelta(**delta)


def sweep_at(now):
    """The sweeper's first half, with the marks of this very process out of its sight."""
    recover(now=now, marks_folder=Path("/nonexistent"))


def sent_with(scene, graph, **values):
    """The delivery after one try at noon against `scene`."""
    graph.play(scene)
    delivery = make_delivery(**values)
    build = impatient_whatsapp if scene.waits else build_channel
    send_now(delivery.pk, clock=at_noon, build=build)
    delivery.refresh_from_db()
    return delivery


class Impatient(WhatsApp):
    """Waits a fifth of a second for an answer."""

    def post(self, envelope, doors):
        quick = partial(doors.post_json, read_seconds=0.2)
        return super().post(envelope, replace(doors, post_json=quick))


def impatient_whatsapp(slug):
    return Impatient.configured({name: getattr(desk, name) for name in WhatsApp.settings})
