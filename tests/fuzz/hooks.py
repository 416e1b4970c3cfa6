"""What schemathesis loads beside the served schema."""

import ast
from threading import RLock
from typing import Any

import schemathesis

_parse, _one_at_a_time = ast.parse, RLock()


def parse_alone(*args: Any, **options: Any) -> Any:
    """`ast.parse`, a thread at a time: CPython 3.11 counts the depth of all threads together.

    Two that parse at once, as hypothesis does to name a strategy, end in a SystemError.
    """
    with _one_at_a_time:
        return _parse(*args, **options)


ast.parse = parse_alone


@schemathesis.hook
def before_load_schema(context: Any, schema: dict[str, Any]) -> None:
    """Take the catch-all answer away, so that every status has to be documented by its number."""
    for methods in schema["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("default", None)
