"""The walk, compiled by numba where it is installed: the same source, a thousand times faster.

The rules stay plain Python in `risk.core`; numba is told it may compile them. Nothing here is
imported by the desk's own processes: a backtest asks for it when it begins.
"""

import hashlib
import inspect
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from backtests import walk
from risk.core import exits, steps, values
from strategies import grid

RULES: tuple[ModuleType, ...] = (grid, values, exits, steps)


@cache
def walker() -> Any:
    """`walk.walk`: compiled, or as it is where numba cannot be imported."""
    try:
        import numba
        from numba.extending import overload, register_jitable
    except ImportError:
        return walk.walk
    for module in (*RULES, walk):
        for rule in functions_of(module):
            if rule not in (walk.walk, grid.floored):
                register_jitable(forceinline=True)(rule)
    overload(grid.floored)(_floor)
    config = vars(numba.config)
    kept = config["CACHE_DIR"]  # the environment's NUMBA_CACHE_DIR
    if not kept:
        return numba.njit(nogil=True)(walk.walk)
    config["CACHE_DIR"] = str(Path(kept) / source_hash())
    try:
        return numba.njit(nogil=True, cache=True)(walk.walk)
    finally:
        config["CACHE_DIR"] = kept


def _floor(value: Any) -> Any:
    """What grid.floored is in compiled code, for a number of this type."""

    def floor(value: Any) -> Any:
        return np.floor(value) + 0.0 * value

    return floor


def source_hash() -> str:
    """Twelve hex digits of the rules' source: numba's cache looks at one file only."""
    modules = [inspect.getsource(module) for module in (*RULES, walk)]
    source = "\n".join([*modules, inspect.getsource(_floor)])
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def functions_of(module: ModuleType) -> list[FunctionType]:
    """The functions a module defines."""
    own = (value for value in vars(module).values() if isinstance(value, FunctionType))
    return [value for value in own if value.__module__ == module.__name__]
