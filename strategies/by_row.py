"""What is computed of one row of bars, of many rows as well."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


def by_row(compute: Callable[Asked, Result]) -> Callable[Asked, Result]:
    """`compute`, which takes arrays of (n,), for arrays of (k, n) too: each row by itself."""

    @wraps(compute)
    def computed(*asked: Asked.args, **named: Asked.kwargs) -> Result:
        given: tuple[Any, ...] = asked
        if given[0].ndim == 1:
            return compute(*asked, **named)
        alone = cast(Callable[..., Any], compute)
        rows = [alone(*_row(given, row), **named) for row in range(len(given[0]))]
        if isinstance(rows[0], tuple):
            return cast(Result, tuple(map(np.stack, zip(*rows, strict=True))))
        return cast(Result, np.stack(rows))

    return computed


def _row(asked: tuple[Any, ...], row: int) -> list[Any]:
    """The same row of every array; numbers stay."""
    return [each[row] if isinstance(each, np.ndarray) else each for each in asked]
