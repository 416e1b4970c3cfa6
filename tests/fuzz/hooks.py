"""What schemathesis loads beside the served schema."""

from typing import Any

import schemathesis


@schemathesis.hook
def before_load_schema(context: Any, schema: dict[str, Any]) -> None:
    """Take the catch-all answer away, so that every status has to be documented by its number."""
    for methods in schema["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("default", None)
