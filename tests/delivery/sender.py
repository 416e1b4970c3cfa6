"""One try of the sender at noon, against a scene of the Graph API."""

from datetime import timedelta
from functools import partial

from django.conf import settings as desk

from delivery.channels.whatsapp import WhatsApp
from delivery.http import post_json
from delivery.sending import send_now
from tests.builders import NOON, make_delivery


def at_noon():
    return NOON


def later(**delta):
    return lambda: NOON + timedelta(**delta)


def sent_with(scene, graph, **values):
    """The delivery after one try at noon against `scene`."""
    graph.play(scene)
    delivery = make_delivery(**values)
    send_now(delivery.pk, clock=at_noon, build=impatient_whatsapp)
    delivery.refresh_from_db()
    return delivery


def impatient_whatsapp(slug):
    own = {name: getattr(desk, name) for name in WhatsApp.settings}
    return WhatsApp.configured(own, partial(post_json, read_seconds=0.2))
