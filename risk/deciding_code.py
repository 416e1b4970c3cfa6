"""Which code decides, as a hash: told with every decision, so that a later change shows."""

import ast
import hashlib
import inspect
import sys
from functools import cache
from types import ModuleType

from markets import frames, sessions, slim
from risk import entries, exits, holes, outcomes, positions, states, tape, walking
from risk.core import exits as core_exits
from risk.core import steps, values
from risk.guards import base as guard_base
from risk.guards.registry import GUARDS
from strategies import base, by_row, grid, indicators, levels, remembered, rules, supertrend
from strategies.registry import STRATEGIES

SHARED: tuple[ModuleType, ...] = (
    *(frames, sessions, slim, base, remembered, by_row, indicators, supertrend),
    *(rules, grid, levels),
    *(values, core_exits, steps, entries, holes),
    *(states, tape, exits, positions, outcomes, guard_base, walking),
)


@cache
def running_code(slug: str) -> str:
    """Twelve hex digits of the code that decides for strategy `slug` in this process.

    It covers what turns bars into decisions, levels, refusals and endings. Comments, docstrings
    and layout do not count.
    """
    return source_hash([inspect.getsource(module) for module in deciding_modules(slug)])


def deciding_modules(slug: str) -> list[ModuleType]:
    """Every module that has a say in what strategy `slug` decides."""
    own = sys.modules[STRATEGIES[slug].__module__]
    return [*SHARED, own, *(sys.modules[guard.__module__] for guard in GUARDS.values())]


def source_hash(sources: list[str]) -> str:
    """Twelve hex digits of what the sources do, in their order."""
    plain = "\n".join(map(_plain, sources))
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


@cache
def _plain(source: str) -> str:
    """What a source does; most are part of every strategy's hash, so each is parsed once."""
    return ast.dump(_without_words(ast.parse(source)))


def _without_words(tree: ast.Module) -> ast.Module:
    """The tree without expressions that are only a text: docstrings."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [each for each in body if not _is_text(each)]  # type: ignore[attr-defined]
    return tree


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
