"""What the search box of the signals list understands: numbers, symbols, strategies, actions."""

from collections.abc import Mapping
from dataclasses import dataclass

from signals.models import Signal

UNDERSTOOD = "Type a symbol, a strategy, BUY, SELL or FLAT, or a signal's number."


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a search names; an empty set asks for nothing of its kind."""

    numbers: frozenset[int] = frozenset()
    symbols: frozenset[int] = frozenset()  # ids
    strategies: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()


def sought(text: str, *, symbols: Mapping[str, int], strategies: Mapping[str, str]) -> Sought:
    """What the words of `text` name, among `symbols` (code: id) and `strategies` (slug: title).

    Words of one kind widen the search, words of different kinds narrow it. Raises ValueError with
    what to do about a word that names nothing.
    """
    numbers: set[int] = set()
    codes: set[int] = set()
    slugs: set[str] = set()
    actions: set[str] = set()
    for word in text.upper().split():
        if word in Signal.Action.values:
            actions.add(word)
        elif word.removeprefix("#").isdecimal():
            numbers.add(_number(word))
        elif named := {pk for code, pk in symbols.items() if word in code}:
            codes |= named
        elif titled := _titled(word, strategies):
            slugs |= titled
        else:
            raise ValueError(f"Nothing is called \u201c{word.lower()}\u201d. {UNDERSTOOD}")
    return Sought(
        numbers=frozenset(numbers),
        symbols=frozenset(codes),
        strategies=frozenset(slugs),
        actions=frozenset(actions),
    )


def _number(word: str) -> int:
    """A signal's number; those no database can hold are nobody's."""
    number = int(word.removeprefix("#")[:20])
    return number if number < 2**63 else 0


def _titled(word: str, strategies: Mapping[str, str]) -> set[str]:
    """Slugs of the strategies whose name holds `word`."""
    return {slug for slug, title in strategies.items() if word in f"{slug} {title}".upper()}
