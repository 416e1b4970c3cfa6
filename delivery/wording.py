"""What deliveries keep as one word, said in words."""

REASONS = {
    "kill_switch": "pushes were paused",
    "opted_out": "they opted out",
    "recipient_paused": "they are paused",
    "recipient_erased": "they were erased",
    "over": "it was over by then",
}


def reason_text(reason: str) -> str:
    """Why a delivery is in its state; empty where there is nothing to say."""
    return REASONS.get(reason, reason)
