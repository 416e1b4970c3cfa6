"""The one reason behind a verdict, in the words that "why not now" uses too."""

from collections.abc import Iterator, Sequence

from dashboard.why import reasons
from dashboard.why.reasons import Holding, Reason, Side
from dashboard.why.verdict import Verdict
from risk.guards.base import Refusal
from risk.states import Signalled
from signals.readings import Reading

OFF = Reason("Switched off then: it opened nothing new.", icon="pause")


def told(
    verdict: Verdict,
    *,
    held: Holding | None,
    sides: Sequence[Side],
    reading: Reading,
    least: float,
    is_off: bool,
    was_stopped: bool,
) -> Reason:
    """Why the bar came to `verdict`.

    `held` is what was held after it, `least` the confidence asked for, `is_off` whether the config
    was switched off, `was_stopped` whether a trailing stop was hit on the bar.
    """
    made = verdict.made
    if made is None:
        return next(_nothing(held, sides, reading, least, is_off))
    if made.refusals:
        return Reason(f"{made.action} refused: {_refused(made.refusals)}.", "tone-warn", "alert")
    if made.action == "FLAT":
        return Reason(_exit(made, was_stopped=was_stopped), "tone-calm", "flat")
    text = f"All its rules for {made.action} hold, and no guard refuses."
    return Reason(text, *reasons.SIDE_LOOKS[made.action])


def _nothing(
    held: Holding | None, sides: Sequence[Side], reading: Reading, least: float, is_off: bool
) -> Iterator[Reason]:
    """What stands in the way, the first that counts first; it always ends in one."""
    yield from reasons.warming_up(reading)
    if is_off:
        yield from reasons.holding(held, "Switched off then, but still ")
        yield OFF
    yield from reasons.holding(held)
    entry = reasons.entry_of(sides)
    yield from reasons.too_unsure(entry, reading, least)
    if entry:
        text = f"All its rules for {entry.name} hold, but its levels lie closer than a tick."
        yield Reason(text, "tone-warn", "alert")
    yield reasons.missing(sides)


def _exit(made: Signalled, *, was_stopped: bool) -> str:
    if was_stopped:
        return "Its trailing stop was hit: this tells whoever holds the position."
    side = made.ends.side if made.ends else ""
    if made.refused_entry:
        other = "SELL" if side == "BUY" else "BUY"
        return f"A {other} is refused, but ends the {side}: {_refused(made.refused_entry)}."
    return f"All its rules to leave the {side} hold."


def _refused(refusals: Sequence[Refusal]) -> str:
    return "; ".join(refusal.reason for refusal in refusals)
