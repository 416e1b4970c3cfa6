"""What a question at the console is, and what it is answered with: for people and for programs."""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """Nothing was done, or there is nothing to show; the text is one line for the person."""


@dataclass(frozen=True)
class Table:
    """Rows of text; columns of numbers stand to the right."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    title: str = ""
    numbers: tuple[str, ...] = ()
    empty: str = "Nothing."


@dataclass(frozen=True)
class Answer:
    """`body` for --json; `parts`, lines and tables, for people."""

    body: Json
    parts: tuple[str | Table, ...]
    is_well: bool = True  # else the command ends with 1


@dataclass(frozen=True)
class Asked:
    """The options, when they were given and by whom; `confirm` None: there is nobody to ask."""

    options: dict[str, Any]
    now: datetime
    by: str
    confirm: Callable[[str], bool] | None = None

    def require_consent(self, question: str) -> None:
        """Raise Refused when the person at the terminal says no."""
        if self.confirm is not None and not self.confirm(question):
            raise Refused("Nothing was done.")


@dataclass(frozen=True)
class Question:
    """One sub-command."""

    help: str
    answer: Callable[[Asked], Answer]
    arguments: Callable[[ArgumentParser], object] = lambda parser: None


def clock(at: datetime | None) -> str:
    """`11-21 14:05`, in UTC as everything at the console; `-` for never."""
    return f"{at:%m-%d %H:%M}" if at else "-"


def signed(value: float | None, places: int) -> str:
    """`+1.50`; `-` for unknown."""
    return "-" if value is None else f"{value:+.{places}f}"
