"""What each word of the track record means, where it is read."""

from risk.telling import terms
from risk.telling.terms import Term

TERMS = {
    **terms.TERMS,
    "check": Term(
        "Replay check",
        "Every night the day before is computed again from its bars and compared with what was "
        "live. Amber: something came out otherwise, with its cause.",
    ),
    "delay": Term(
        "Cost of delay",
        "How much worse the price was than at the close of the bar when a copy was sent, "
        "delivered and read. The record itself is judged from the open of the next bar.",
        is_private=True,
    ),
    "late": Term(
        "Found late",
        "Decided from bars that were already old, after a start or an outage, and sent to nobody. "
        "Shown apart and never part of the live record.",
    ),
}
