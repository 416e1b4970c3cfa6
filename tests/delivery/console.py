"""Django Admin as a browser sees it."""

from django.urls import reverse

ANNA = {
    "name": "Anna",
    "channel": "whatsapp",
    "address": "+44 7911 123456",
    "min_confidence": "0.6",
    "time_zone": "UTC",
    "is_active": "on",
    "opted_in_at_0": "2026-11-18",
    "opted_in_at_1": "12:00",
    "opt_in_source": "signed form",
}


def page(model, what="changelist", *args):
    """The address of one of a model's admin pages."""
    return reverse(f"admin:delivery_{model}_{what}", args=args)


def act(client, model, action, *rows, **more):
    """The page shown after doing `action` to rows of a list."""
    form = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(page(model), form, follow=True).content.decode()


def add(client, **values):
    """The page after sending the form for a new recipient."""
    form = {name: value for name, value in {**ANNA, **values}.items() if value is not None}
    return client.post(page("recipient", "add"), form, follow=True).content.decode()


def edit(client, recipient, **values):
    """The page after saving a recipient's form with other `values`."""
    form = {
        "name": recipient.name,
        "channel": recipient.channel,
        "address": recipient.address,
        "min_confidence": str(recipient.min_confidence),
        "time_zone": recipient.time_zone,
        "is_active": "on",
        "opted_in_at_0": "2026-11-18",
        "opted_in_at_1": "12:00",
        "opt_in_source": recipient.opt_in_source or "signed form",
    }
    url = page("recipient", "change", recipient.pk)
    answer = client.post(url, {**form, **values}, follow=True).content.decode()
    recipient.refresh_from_db()
    return answer
