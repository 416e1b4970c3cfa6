"""What stands beside every figure of the track record, on pages, in answers and in files."""

_COMPUTED = (
    "from one-minute candles on the tradable side of the book: nobody's orders, "
    "fills, slippage, commission or financing are in it. No account traded these results, and "
    "following the signals may have come out better or worse. Past results say little about "
    "coming ones; trading currencies can lose more than was put in. This is no advice."
)
HYPOTHETICAL = (
    "Hypothetical performance. Each signal was recorded before its outcome was known, but its "
    f"result is computed {_COMPUTED}"
)
"""The notice on hypothetical performance: one text, so that no place says less than another."""
HINDSIGHT = (
    "Hypothetical performance, in hindsight. Each signal was recorded when its outcome could "
    f"already be known, and its result is computed {_COMPUTED}"
)
"""The notice beside what was found late."""

FOUND_LATE = (
    "Found late, never sent, not part of the live record: these were decided over candles that "
    "were already history, such as those of the first start or of an outage."
)
DEMO = "DEMO: judged by made-up prices of the mock feed, so these figures say nothing of a market."
