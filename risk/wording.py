"""What ended a position, and what is said about a loss that cannot be: on pages and to scripts."""

LOSS_WORDS = {
    "required": "Enter a number, 0 if nothing is lost.",
    "invalid": "Enter a number, such as 1.5.",
    "max_decimal_places": "Two decimals at most.",
}
NOT_NEGATIVE = "Enter the loss as a positive number."
HOW = {
    "tp": "take profit",
    "sl": "stop loss",
    "trailing_stop": "trailing stop",
    "expired": "expiry",
    "flat": "exit rule",
    "opposite": "opposite signal",
    "data_gap": "missing bars",
}
"""What each `ExitReason` is called."""
