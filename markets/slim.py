"""A frame of columns without what pandas asks for one: what a minute of many symbols reads. Pure.

It answers the few questions the bars contract needs, so that the code that reads bars and decisions
is the same for both; making one costs a microsecond, a DataFrame two hundred.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from markets.frames import bar_index


class Column:
    """One or more columns of a slim frame."""

    __slots__ = ("_values",)

    def __init__(self, values: NDArray[Any]) -> None:
        self._values = values

    def to_numpy(self, dtype: Any = None) -> NDArray[Any]:
        """The values: (n,) of one column, (n, k) of several."""
        return self._values if dtype is None else self._values.astype(dtype, copy=False)


class SlimFrame:
    """Columns of one length over bar open times `times`, whole seconds since 1970, UTC."""

    __slots__ = ("_columns", "times")

    def __init__(self, columns: Mapping[str, NDArray[Any]], times: NDArray[np.int64]) -> None:
        self._columns = columns
        self.times = times

    def __len__(self) -> int:
        return len(self.times)

    def __getitem__(self, wanted: str | Sequence[str]) -> Column:
        if isinstance(wanted, str):
            return Column(self._columns[wanted])
        return Column(np.column_stack([self._columns[name] for name in wanted]))

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self._columns)

    @property
    def index(self) -> pd.DatetimeIndex:
        """The open times as the bars contract has them."""
        return _index(self.times.tobytes())

    @property
    def iloc(self) -> "_Rows":
        """Rows by place, as `frame.iloc[first:last]`."""
        return _Rows(self)

    def to_numpy(self) -> NDArray[np.float64]:
        """(n, k) values of all columns."""
        return np.column_stack(list(self._columns.values()))

    def take(self, rows: slice) -> "SlimFrame":
        """The rows of a slice; nothing is copied."""
        columns = {name: values[rows] for name, values in self._columns.items()}
        return SlimFrame(columns, self.times[rows])


class _Rows:
    __slots__ = ("_frame",)

    def __init__(self, frame: SlimFrame) -> None:
        self._frame = frame

    def __getitem__(self, rows: slice) -> SlimFrame:
        return self._frame.take(rows)


class SideBySide(SlimFrame):
    """Frames of one length, read together: a column is (k, n), a row of it for each frame."""

    __slots__ = ("_frames",)

    def __init__(self, frames: Sequence[SlimFrame]) -> None:
        super().__init__({}, frames[0].times)  # of the first; each keeps its own
        self._frames = frames

    def __getitem__(self, wanted: str | Sequence[str]) -> Column:
        return Column(np.stack([frame[wanted].to_numpy() for frame in self._frames]))

    def apart(self, together: SlimFrame) -> list[SlimFrame]:
        """Columns computed of all frames, as a frame for each of them; nothing is copied."""
        named = together._columns.items()
        return [
            SlimFrame({name: values[n] for name, values in named}, frame.times)
            for n, frame in enumerate(self._frames)
        ]


def framed(bars: "pd.DataFrame | SlimFrame", columns: Mapping[str, NDArray[Any]]) -> "pd.DataFrame":
    """`columns` beside `bars`, as the kind of frame `bars` is."""
    if isinstance(bars, SlimFrame):
        return SlimFrame(columns, bars.times)  # type: ignore[return-value]
    return pd.DataFrame(columns, index=bars.index, copy=False)


@lru_cache(maxsize=256)
def _index(times: bytes) -> pd.DatetimeIndex:
    """Symbols that trade together have the same minutes: most of a shard shares one index."""
    return bar_index(np.frombuffer(times, dtype=np.int64))
