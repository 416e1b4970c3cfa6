"""The verdicts as a table in Markdown."""

from collections.abc import Sequence

from tests.crash.verdict import Verdict

COLUMNS = {
    "planned": "deliveries",
    "kills": "kills",
    "accepted": "accepted",
    "lost": "lost",
    "doubled": "doubled",
    "failed": "refused for good",
    "in_flight": "in flight at a kill or fault",
    "uncertain": "uncertain",
    "settled": "settled by callback",
    "left_uncertain": "left uncertain",
    "expired": "expired",
    "stuck": "stuck",
    "unexplained": "unexplained",
    "misreported": "misreported",
    "recovery_text": "recovery s (median / max)",
    "slowest": "slowest s",
    "seconds": "duration s",
}


def table(verdicts: Sequence[Verdict]) -> str:
    """One column per run, one line per number: narrow enough to read."""
    lines = ["| | " + " | ".join(verdict.name for verdict in verdicts) + " |"]
    lines.append("|---" * (len(verdicts) + 1) + "|")
    for attribute, label in COLUMNS.items():
        cells = [cell(getattr(verdict, attribute)) for verdict in verdicts]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if isinstance(value, float) else str(value)
