"""What deliveries keep as one word, said in words."""

import re

REASONS = {
    "kill_switch": "pushes were paused",
    "opted_out": "they opted out",
    "recipient_paused": "they are paused",
    "recipient_erased": "they were erased",
    "over": "it was over by then",
    "results_off": "they want no results",
}


OUR_CODE = re.compile(r"(^|; )[a-z_]+: (?=\S)")
"""Of an error found here: the sentence after it says the same. A provider's code has digits."""


def reason_text(reason: str) -> str:
    """Why a delivery is in its state; empty where there is nothing to say."""
    return REASONS.get(reason, OUR_CODE.sub(r"\1", reason))
