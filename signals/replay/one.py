"""One signal computed again: its bars and those to its end, as they were known."""

from datetime import datetime

from signals.models import Position, Signal, Track
from signals.replay.comparing import Comparison, ended, said, saw
from signals.replay.core import Replay, load
from signals.replay.looks import looks_of
from signals.replay.minute import Minute
from signals.replay.views import as_stored, in_order, known_by
from signals.wording import position_of


class CannotReplay(Exception):
    """There is not enough left to compute a signal again; the text says what is missing."""


def replay_signal(signal: Signal) -> Comparison:
    """`signal` beside itself computed again from the stored bars, and its ending if it ended.

    CannotReplay where the bars are gone or today's code does not know its strategy.
    """
    minutes = _minutes(signal)
    minute = minutes[0]
    lines = [*said(signal, minute), *saw(signal, minute), *ended(signal, minutes)]
    return Comparison(signal, tuple(lines))


def _minutes(signal: Signal) -> list[Minute]:
    """Its bar and those to its end, from the bars as they were known, if they can be told."""
    track = _track(signal)
    position = position_of(signal)
    until = _end(track, signal, position)
    try:
        look = load(track, signal.bar_time, until)
        return _seen(look, signal)
    except (KeyError, ValueError) as error:
        raise CannotReplay(f"Today's code cannot run it: {error}.") from error


def _track(signal: Signal) -> Track:
    tracks = Track.objects.select_related("run", "config__symbol")
    found = tracks.filter(run=signal.run_id, config=signal.config_id, feed=signal.feed).first()
    if found is None:
        raise CannotReplay("Nothing is known of the bars it was decided on.")
    return found


def _end(track: Track, signal: Signal, position: Position | None) -> datetime:
    """The last bar that may have ended it."""
    closed_at = position.closed_at if position else signal.bar_time
    return closed_at or track.last_bar or signal.bar_time


def _seen(look: Replay, signal: Signal) -> list[Minute]:
    """The replay whose bars hash as the signal's did; as stored where none does."""
    kept = signal.evidence.get("bars", {}).get("sha256")
    timeframe = look.parts[-1].version.timeframe if look.parts else None
    views = [as_stored(look.past)]
    if timeframe is not None:
        views += [known_by(look.past, looks_of(look), timeframe), in_order(look.past, timeframe)]
    replays = []
    for view in views:
        minutes = list(look.minutes(view))
        if not minutes or minutes[0].bar.time != signal.bar_time:
            continue
        replays.append(minutes)
        if kept is None or minutes[0].evidence(code="", settings="")["bars"]["sha256"] == kept:
            return minutes
    if not replays:
        raise CannotReplay("The candle it was decided on is gone.")
    _require_history(replays[0][0], signal)
    return replays[0]


def _require_history(minute: Minute, signal: Signal) -> None:
    kept = signal.evidence["bars"]["count"]
    left = minute.evidence(code="", settings="")["bars"]["count"]
    if left < kept:
        raise CannotReplay(f"It saw {kept} candles, of which {left} are left.")
