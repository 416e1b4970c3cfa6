"""Every kind of event the code logs has its words and its group on the Logs page."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from dashboard.logs.kinds import GROUPS, KINDS, kind_of
from dashboard.templatetags.icons import LINES, SOLIDS
from delivery.models import Delivery

APPS = ("access", "audit", "backtests", "dashboard", "delivery", "forexsignals", "markets")
APPS += ("risk", "signals", "strategies")
LOGGERS = ("log_event", "log_refusal", "_log", "Entry")  # what is called with a kind
UNLOGGED = {  # states of a delivery that no event reports
    f"delivery.{state}" for state in ("pending", "claimed", "sending", "cancelled")
}


def modules() -> list[ast.Module]:
    paths = (path for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("*.py"))
    return [ast.parse(path.read_text()) for path in paths]


def texts(node: ast.AST) -> set[str]:
    found = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
    return {text for text in found if isinstance(text, str)}


def called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", "") or getattr(function, "attr", "")


def kind_argument(call: ast.Call) -> ast.expr | None:
    by_name = [word.value for word in call.keywords if word.arg == "kind"]
    return next(iter(by_name + call.args[:1]), None)


def whole_kinds(tree: ast.Module) -> Iterator[str]:
    """Kinds written out: log_event("signal.closed"), kind="login.ok", "a" if x else "b"."""
    for call in ast.walk(tree):
        argument = kind_argument(call) if called(call) in LOGGERS else None
        if argument is not None and not isinstance(argument, ast.JoinedStr):
            yield from (text for text in texts(argument) if "." in text)


def families(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions that put a verb behind a family, such as log_delivery and "delivery."."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for call in ast.walk(function):
                argument = kind_argument(call) if called(call) == "log_event" else None
                if isinstance(argument, ast.JoinedStr):
                    yield function.name, next(iter(texts(argument.values[0])))


def verbs(tree: ast.Module, name: str) -> Iterator[str]:
    """The verbs `name` is called with in a module, also through a name given just before."""
    for call in ast.walk(tree):
        if called(call) == name:
            names = {arg.id for arg in call.args if isinstance(arg, ast.Name)}
            given = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
            assigned = (n.value for n in given if names & {getattr(t, "id", "") for t in n.targets})
            literals = (arg for arg in call.args if isinstance(arg, ast.Constant))
            candidates = [*assigned, *literals]
            yield from (t for node in candidates for t in texts(node) if t.isidentifier())


def logged_kinds() -> set[str]:
    trees = modules()
    kinds = {kind for tree in trees for kind in whole_kinds(tree)}
    kinds |= {f"delivery.{state}" for state in Delivery.State.values} - UNLOGGED
    for tree in trees:
        for name, family in families(tree):
            callers = [tree] if name.startswith("_") else trees
            kinds |= {family + verb for caller in callers for verb in verbs(caller, name)}
    return kinds


def test_every_kind_the_code_logs_is_classified():
    logged = logged_kinds()

    assert {"signal.generated", "login.failed", "delivery.came_twice", "key.revoked"} <= logged
    assert logged - set(KINDS) == set()


def test_no_kind_is_classified_that_nothing_logs():
    assert set(KINDS) - logged_kinds() == set()


def test_a_kind_belongs_to_one_group_and_its_shape_can_be_drawn():
    slugs = [kind.slug for group in GROUPS.values() for kind in group.kinds]

    assert len(slugs) == len(set(slugs))
    assert {kind.icon for kind in KINDS.values()} <= set(LINES) | set(SOLIDS)


def test_a_kind_only_older_code_logged_reads_as_words():
    assert kind_of("old_thing.went_away").words == "Old thing went away"
