"""What stands beside every figure of a backtest, on pages and in files."""

HYPOTHETICAL = (
    "Hypothetical performance, in hindsight. What the signals would have done: none of them was "
    "sent and no account traded them. Entries fill at the next bar's open and exits at the level "
    "or beyond it, on the tradable side of the book, with the costs named here and no others; "
    "financing is not in it. Settings chosen after seeing these prices flatter. Past results say "
    "little about coming ones; trading currencies can lose more than was put in. This is no advice."
)
