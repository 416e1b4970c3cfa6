"""Meta's error codes and the remedy for each (docs/channels.md shows them as a table).

Decided on `error.code`, never on titles: Meta rewrites those.
"""

from delivery.errors import Remedy

CODES: dict[Remedy, frozenset[int]] = {
    Remedy.RETRY: frozenset({1, 2, 131000, 131016, 131057, 135000}),
    Remedy.SLOW_DOWN: frozenset({4, 80007, 130429}),
    Remedy.RETRY_RECIPIENT: frozenset({131056}),
    Remedy.TEMPLATE: frozenset({131047}),
    Remedy.PAUSE_CHANNEL: frozenset(
        {0, 3, 10, 190, 130497, 131005, 131037, 131042, 131045, 131064, 133010}
    )
    | frozenset(range(200, 300)),
    Remedy.STOP_CHANNEL: frozenset({368, 131031, 131048}),
    Remedy.FAIL_RECIPIENT: frozenset({130472, 131021, 131026, 131030, 131049, 131050, 131062}),
    Remedy.FAIL: frozenset({33, 100, 131008, 131009, 131051, 132000, 132001, 132005, 132007})
    | frozenset({132008, 132012, 132015, 132016}),
}
REMEDIES: dict[int, Remedy] = {code: remedy for remedy, codes in CODES.items() for code in codes}


ADVICE = {  # what mends the pauses that people can mend
    190: "Put a new WHATSAPP_TOKEN into .env and restart (README, WhatsApp, step 3).",
    10: "Give the system user both WhatsApp permissions (README, WhatsApp, step 3).",
    131042: "Mend the payment method in WhatsApp Manager.",
    133010: "Register the number (README, WhatsApp, step 2).",
    368: "Read the notice in Meta's Business Support Home.",
    131031: "Read the notice in Meta's Business Support Home.",
    131048: "See the number's quality rating in WhatsApp Manager.",
}


def remedy_for(code: int, *, status: int, is_transient: bool) -> Remedy:
    """What to do about `code`; unknown codes are tried again only if Meta calls them passing."""
    known = REMEDIES.get(code)
    if known is not None:
        return known
    if status == 429:
        return Remedy.SLOW_DOWN
    return Remedy.RETRY if is_transient or status >= 500 else Remedy.FAIL
