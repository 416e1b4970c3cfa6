"""The ways out of the desk, as a channel gets them for one post."""

from collections.abc import Callable
from functools import partial

from delivery.channels.base import Doors
from delivery.http import post_json
from delivery.mail import send_mail


def doors(on_leave: Callable[[], None]) -> Doors:
    """Doors that call `on_leave` right before the first byte of the post leaves."""
    return Doors(
        post_json=partial(post_json, on_leave=on_leave),
        send_mail=partial(send_mail, on_leave=on_leave),
    )
