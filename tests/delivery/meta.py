"""Callbacks as Meta sends them, and posts they can be about."""

import hashlib
import hmac
import json
from datetime import timedelta

from delivery.callbacks.incoming import Report
from delivery.callbacks.statuses import apply_report
from delivery.models import Attempt, Post
from tests.builders import NOON, make_delivery

SECRET = "app-secret"
LATER = NOON + timedelta(minutes=2)


def status(wamid="wamid.1", kind="delivered", *, at=LATER, echo="", code=None, details="no"):
    """One status report of Meta."""
    said = {"id": wamid, "status": kind, "timestamp": str(int(at.timestamp())), "recipient_id": "4"}
    if echo:
        said["biz_opaque_callback_data"] = echo
    if code is not None:
        error = {"code": code, "title": "refused", "error_data": {"details": details}}
        said["errors"] = [error]
    return said


def message(text="STOP", *, message_id="wamid.in.1", sender="447911100000", at=LATER, **more):
    """A text somebody wrote."""
    facts = {"id": message_id, "from": sender, "timestamp": str(int(at.timestamp()))}
    return {**facts, "type": "text", "text": {"body": text}, **more}


def callback(*, statuses=(), messages=(), contacts=()):
    """The bytes of one callback."""
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1063"}}
    value |= {"statuses": list(statuses), "messages": list(messages), "contacts": list(contacts)}
    changes = [{"field": "messages", "value": value}]
    content = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
    return json.dumps(content, ensure_ascii=False).encode()


def signature(body, secret=SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def call(client, body, *, signed=True):
    """Meta's POST."""
    headers = {"X-Hub-Signature-256": signature(body)} if signed else {}
    return client.post("/webhooks/whatsapp", body, content_type="application/json", headers=headers)


def make_posted(state="sent", *, wamid="wamid.1", **values):
    """A delivery whose post was made at noon; "" for a provider id nobody has heard of yet."""
    delivery = make_delivery(state=state, **values)
    Post.objects.filter(pk=delivery.post_id).update(provider_id=wamid)
    delivery.refresh_from_db()
    return delivery


def sent_again(delivery):
    """The same delivery after a person let it go once more: pending, its first post unknown."""
    post = delivery.post
    outcome = Attempt.Outcome.UNKNOWN
    Attempt.objects.create(
        delivery=delivery, post=post, channel=post.channel, at=NOON, outcome=outcome
    )
    delivery.state, delivery.post = "pending", None
    delivery.sending_at = delivery.sent_at = None
    delivery.save()
    return post


def posted_again(delivery, *, state, wamid=""):
    """The second post of `delivery`, made two minutes later."""
    second = Post.objects.create(
        channel="whatsapp", provider_id=wamid, body_hmac="0" * 64, created_at=LATER
    )
    delivery.state, delivery.post = state, second
    delivery.sending_at = delivery.sent_at = LATER
    delivery.save()
    return second


def report(kind="delivered", *, wamid="wamid.1", at=LATER, now=LATER, **more):
    """Apply one report."""
    said = Report(provider_id=wamid, status=kind, at=at, **more)
    apply_report("whatsapp", said, received_at=now, now=now)
