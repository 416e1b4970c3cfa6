"""What became of a signal, in words: the same on its page, in lists and in Admin."""

from risk.wording import HOW
from signals.models import Position, Signal


def position_of(signal: Signal) -> Position | None:
    """Its position; a FLAT has none. Select `position` with the signal: then it costs nothing."""
    if signal.action == Signal.Action.FLAT:
        return None
    return getattr(signal, "position", None)


def ended_by(position: Position) -> str:
    """What ended it, with what was special about the fill; "" while it runs."""
    if position.closed_at is None:
        return ""
    how = [HOW.get(position.reason, position.reason.replace("_", " "))]
    how += ["at an open beyond the level"] if position.is_gap else []
    how += ["stop and target inside one bar"] if position.is_tie else []
    return ", ".join(how)


def result_text(position: Position) -> str:
    """Pips and R, a range on a tie; "result unknown" where bars are missing, "" while it runs."""
    if position.pips is None or position.r_multiple is None:
        return "result unknown" if position.closed_at else ""
    return f"{position.pips:+.1f} pips, {r_text(position)}"


def r_text(position: Position) -> str:
    """`-1.00 R`, on a tie `-1.00 to +1.50 R`; "" without a result."""
    if position.r_multiple is None:
        return ""
    best = "" if position.r_optimistic is None else f" to {position.r_optimistic:+.2f}"
    return f"{position.r_multiple:+.2f}{best} R"


def hopeful_text(position: Position) -> str:
    """Why a tie is told as a range, "" where there was none."""
    best = position.r_optimistic
    if best is None:
        return ""
    return f"stop and target lay inside one bar: {best:+.2f} R had the target come first"


def range_text(position: Position) -> str:
    """How far the price went for it and against it while it was open; "" while not known."""
    if position.mfe_pips is None or position.mae_pips is None:
        return ""
    return f"{position.mfe_pips:+.1f} and {position.mae_pips:+.1f} pips"


def stop_label(position: Position) -> str:
    """What a stop that was moved is called, while it is held and after."""
    return "Last stop" if position.closed_at else "Stop now"
