"""What a script asked for, or the error that says at which field it cannot be had."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rest_framework.exceptions import ValidationError

from access.errors import DeskError
from backtests.asking import PlanError, parse_plan
from backtests.limits import QueueFull
from backtests.plan import Plan


def plan_of(sent: Mapping[str, Any]) -> Plan:
    """The plan `sent` describes; ValidationError at the field that cannot be."""
    try:
        return parse_plan(sent)
    except PlanError as error:
        raise ValidationError({error.field: [str(error)]}) from error


@contextmanager
def told_when_full() -> Iterator[None]:
    """409 QUEUE_FULL where too many of this person's wait or run."""
    try:
        yield
    except QueueFull as full:
        raise DeskError("QUEUE_FULL", str(full), status=409) from full
