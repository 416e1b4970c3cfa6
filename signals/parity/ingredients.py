"""What decisions were made from, then and now: bars, settings and code, by the journal's hashes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import pandas as pd

from risk.deciding_code import running_code
from signals.journal import digest_of, settings_hash
from signals.models import Journal, Signal
from signals.parity.found import Cause, Found, What
from signals.replay import Minute, Replay, View, as_stored, in_order, known_by

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Match:
    """The reading of the bars that comes nearest to what the journal says was seen."""

    view: View
    minutes: list[Minute]
    broken: tuple[Journal, ...]  # rows whose bars hash to something else in it


def match_journal(look: Replay, rows: Sequence[Journal], ticks: Sequence[datetime]) -> Match:
    """The first reading in which every row's digest comes out; else the one where most do.

    All minutes as if in time, then without those that came late by the looks at the clock, then
    by the order in which minutes came. A digest that comes out proves the reading.
    """
    timeframe = look.parts[-1].version.timeframe
    views = (
        as_stored(look.past),
        known_by(look.past, ticks, timeframe),
        in_order(look.past, timeframe),
    )
    matches = []
    for view in views:
        minutes = list(look.minutes(view))
        matches.append(Match(view, minutes, _broken(rows, minutes)))
        if not matches[-1].broken:
            return matches[-1]
    return min(matches, key=lambda match: len(match.broken))


def _broken(rows: Sequence[Journal], minutes: Sequence[Minute]) -> tuple[Journal, ...]:
    """Rows whose bars are not those of `minutes`, up to the next row's first bar."""
    times = pd.DatetimeIndex([minute.bar.time for minute in minutes])
    begins = times.searchsorted(pd.DatetimeIndex([row.first_bar for row in rows])).tolist()
    begins[0] = 0
    broken = []
    for row, begin, end in zip(rows, begins, [*begins[1:], len(minutes)], strict=True):
        bars = [minute.bar for minute in minutes[begin:end]]
        if (len(bars), digest_of(bars)) != (row.bars, row.digest):
            broken.append(row)
    return tuple(broken)


def late_minutes(look: Replay, view: View) -> Iterator[Found]:
    """Minutes that came after the desk had decided without them, an hour in one finding."""
    observed = dict(zip(look.past.bars.index, look.past.observed.tolist(), strict=True))
    within = [at for at in view.late if look.first <= at <= look.last]
    for _, group in groupby(within, key=_hour):
        times = list(group)
        arrived = pd.Timestamp(observed[pd.Timestamp(times[0])], unit="s", tz="UTC")
        yield Found(
            at=times[0],
            what=What.BARS,
            cause=Cause.LATE_BAR,
            was="decided without " + _minutes_words(times),
            now="stored since",
            detail=f"first seen at {arrived:%Y-%m-%d %H:%M:%S} UTC, after later bars were decided",
        )


def revised_minutes(look: Replay) -> Iterator[Found]:
    """Minutes for which the source sent other values later, an hour in one finding."""
    times = [at.to_pydatetime() for at in look.past.revisions.index]
    for _, group in groupby((t for t in times if look.first <= t <= look.last), key=_hour):
        hour = list(group)
        was, now = (
            frame.loc[pd.Timestamp(hour[0])] for frame in (look.past.bars, look.past.revisions)
        )
        yield Found(
            at=hour[0],
            what=What.BARS,
            cause=Cause.REVISED_BAR,
            was=f"close {was['close']:g}, ask {was['ask_close']:g}",
            now=f"close {now['close']:g}, ask {now['ask_close']:g}",
            detail=f"the source later sent other values for {_minutes_words(hour)}",
        )


def changed_bars(broken: Sequence[Journal]) -> Iterator[Found]:
    """Hours whose stored bars are not those that were seen, without any record of why."""
    for row in broken:
        yield Found(
            at=row.first_bar,
            what=What.BARS,
            cause=Cause.REVISED_BAR,
            was=f"{row.bars} bars, hash {row.digest[:12]}",
            now="stored bars hash to something else",
            detail=f"bars from {row.first_bar:%H:%M} to {row.last_bar:%H:%M} were changed, added "
            "or deleted in the database",
        )


def saw_other_bars(found: Found, match: Match, stored: dict[datetime, Signal]) -> bool:
    """Whether the bars behind a record hash to something else than it kept.

    The journal vouches for the bars of one day; a record for all it looked back on. What has no
    record of its own goes by the others of its day.
    """
    minutes = {minute.bar.time: minute for minute in match.minutes}
    records = [found.signal] if found.signal else stored.values()
    return any(
        kept != minutes[signal.bar_time].evidence(code="", settings="")["bars"]["sha256"]
        for signal in records
        if signal.bar_time in minutes
        and (kept := signal.evidence.get("bars", {}).get("sha256")) is not None
    )


def changed_settings(rows: Sequence[Journal]) -> Iterator[Found]:
    """Versions that no longer say what they said when they decided."""
    for kept, group in groupby(rows, key=lambda row: row.settings_hash):
        row = next(group)
        now = settings_hash(row.config_version, row.risk_version, row.terms)
        if now != kept:
            yield Found(
                at=row.first_bar,
                what=What.SETTINGS,
                cause=Cause.CONFIG,
                was=f"settings {kept[:12]}",
                now=f"settings {now[:12]}",
                detail=f"config {row.config_version.label} or risk {row.risk_version.label} was "
                "changed in the database after it had decided",
            )


def changed_code(rows: Sequence[Journal]) -> Iterator[Found]:
    """Other code than today's that decided."""
    for kept, group in groupby(rows, key=lambda row: row.code_hash):
        row = next(group)
        now = running_code(row.config_version.snapshot["strategy"])
        if now != kept:
            yield Found(
                at=row.first_bar,
                what=What.CODE,
                cause=Cause.CODE,
                was=f"code {kept}",
                now=f"code {now}",
                detail="the code that decides was changed since; decisions that come out otherwise "
                "are listed apart",
            )


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _minutes_words(times: Sequence[datetime]) -> str:
    first = f"the minute of {times[0]:%H:%M}"
    return first if len(times) == 1 else f"{first} and {len(times) - 1} more"
