"""What recipients can choose among: the apps above put their tags in here at start."""

from collections.abc import Callable, Iterable, Mapping

Choices = list[tuple[str, str]]

TAG_CHOICES: dict[str, Callable[[], Choices]] = {}
"""Tag to its (value, label) pairs now; a tag that is missing takes any text."""


def choices_for(tag: str, *, kept: Iterable[str] = ()) -> Choices:
    """What is offered for `tag`, and of what was stored before (`kept`) whatever no longer is."""
    offered = TAG_CHOICES[tag]() if tag in TAG_CHOICES else []
    known = {value for value, _ in offered}
    gone = [(value, f"{value} (no longer offered)") for value in kept if value not in known]
    return [*offered, *gone]


def not_offered(tag: str, values: Iterable[str], *, kept: Iterable[str] = ()) -> list[str]:
    """Those of `values` that nobody can choose for `tag`; empty while it takes any text."""
    if tag not in TAG_CHOICES:
        return []
    known = {value for value, _ in choices_for(tag, kept=kept)}
    return [value for value in values if value not in known]


def wants_refusal(wants: Mapping[str, Iterable[str]], *, kept: Mapping[str, Iterable[str]]) -> str:
    """Why nobody can want this, or ""; what was wanted before (`kept`) may stay."""
    for tag, values in wants.items():
        if TAG_CHOICES and tag not in TAG_CHOICES:
            return f"Nothing is told apart by {tag}; there is {', '.join(TAG_CHOICES)}."
        if unknown := not_offered(tag, values, kept=kept.get(tag, ())):
            return f"The desk has no {tag} called {', '.join(unknown)}."
    return ""
