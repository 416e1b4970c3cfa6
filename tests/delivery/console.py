"""Django Admin as a browser sees it."""

from django.urls import reverse


def page(model, what="changelist", *args):
    """The address of one of a model's admin pages."""
    return reverse(f"admin:delivery_{model}_{what}", args=args)


def act(client, model, action, *rows, **more):
    """The page shown after doing `action` to rows of a list."""
    form = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(page(model), form, follow=True).content.decode()
