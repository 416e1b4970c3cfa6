"""How far a run is."""

from django.db import models


class State(models.TextChoices):
    """queued -> running -> done | failed; cancelled from either of the first two."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


ENDED = (State.DONE, State.FAILED, State.CANCELLED)
