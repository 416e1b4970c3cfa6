"""How long each version of Meta's Graph API lives (pure).

A call to a version that has ended is answered as the next one that lives, so a message may change
its meaning on that day without any error.
"""

from datetime import date, timedelta

ENDS = {  # Meta's changelog, November 2026
    "v19.0": date(2026, 5, 21),
    "v20.0": date(2026, 9, 24),
    "v21.0": date(2027, 1, 21),
    "v22.0": date(2027, 5, 20),
    "v23.0": date(2027, 10, 8),
    "v24.0": date(2028, 2, 18),
    "v25.0": date(2028, 7, 29),
}
NOTICE = timedelta(days=90)


def version_state(version: str, *, today: date) -> str:
    """ "ok", "ending" within 90 days, or "ended"; a version nobody knows an end of is ok."""
    end = ENDS.get(version)
    if end is None or end - today > NOTICE:
        return "ok"
    return "ending" if today < end else "ended"
