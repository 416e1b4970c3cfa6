"""How a value stands in a cell of a CSV file, safe from spreadsheets that would run it (pure)."""

from datetime import UTC, datetime, time

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
YES = {"yes", "y", "true", "1", "on"}
NO = {"no", "n", "false", "0", "off"}


def escaped(text: str) -> str:
    """`text`, with a quote before what a spreadsheet would take for a formula: '+447911123456."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def unescaped(text: str) -> str:
    """`text` as it was before `escaped`, without blanks around it."""
    plain = text.strip()
    return plain[1:] if plain.startswith("'") and plain[1:].startswith(STARTS_A_FORMULA) else plain


def list_of(text: str) -> list[str]:
    """The values of `EURUSD, GBPUSD`, each once."""
    return list(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))


def yes_or_no(text: str) -> bool:
    """True for yes, False for no; raises ValueError on anything else, nothing included."""
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise ValueError(f"Write yes or no, not {text!r}.")


def clock_of(text: str) -> time | None:
    """The time of day in `22:30`; None for nothing; raises ValueError."""
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"Write the time of day as in 22:30, not {text!r}.") from None


def moment_of(text: str) -> datetime | None:
    """The moment in `2026-05-03` or `2026-05-03 14:05`, UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"Write the time as in 2026-05-03 14:05, not {text!r}.") from None
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
