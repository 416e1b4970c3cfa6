"""Refusals and failed logins in the log, capped so that a flood cannot fill the disk.

At most PER_ADDRESS events a minute of one kind from one address, and PER_DESK from all together:
under siege that is 43,200 rows (about 15 MB) a day. The event that reaches a cap says so.
"""

from datetime import datetime

from django.http import HttpRequest

from access.addresses import client_address, counted_address
from access.counters import count
from audit.log import log_event

PER_ADDRESS = 10  # events a minute
PER_DESK = 30  # events a minute
WINDOW = 60  # seconds


def log_refusal(
    request: HttpRequest, *, kind: str, text: str, actor: str, code: str, now: datetime
) -> None:
    """Record who was refused what, from where, unless the caps are reached."""
    address = client_address(request)
    from_here = count(f"refusals:{kind}:{counted_address(request)}", now=now, window=WINDOW)
    if from_here > PER_ADDRESS:
        return
    from_all = count("refusals", now=now, window=WINDOW)
    if from_all > PER_DESK:
        return
    if from_here == PER_ADDRESS or from_all == PER_DESK:
        text += " (more in this minute are not recorded)"
    payload = {"address": address, "method": request.method, "path": request.path, "code": code}
    log_event(kind, at=now, text=text, actor=actor, payload=payload)
