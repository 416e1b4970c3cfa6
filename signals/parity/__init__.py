"""Looks back: a day computed again and compared with what was live."""

from signals.parity.checking import check_day, check_due, told
from signals.parity.standing import Standing, standing

__all__ = ["Standing", "check_day", "check_due", "standing", "told"]
