"""What is said about a loss that cannot be, on the page and to scripts."""

LOSS_WORDS = {
    "required": "Enter a number, 0 if nothing is lost.",
    "invalid": "Enter a number, such as 1.5.",
    "max_decimal_places": "Two decimals at most.",
}
NOT_NEGATIVE = "Enter the loss as a positive number."
