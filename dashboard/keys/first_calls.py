"""A line for the shell that tries a new key at once (pure)."""

from collections.abc import Sequence

from access.models import Scope

CALLS = {  # the first that the key may make
    Scope.SIGNALS_READ: "'{base}/api/signals/recent?limit=1'",
    Scope.OPS_READ: "'{base}/api/deliveries?limit=1'",
    Scope.SIGNALS_WRITE: "-X POST '{base}/api/admin/channels/preview/resume'",
    Scope.CANDLES_WRITE: "-H 'Content-Type: application/json' -d @bars.json '{base}/api/candles'",
}


def first_call(key: str, scopes: Sequence[str], *, base_url: str) -> str:
    """curl with `key` in its header, for something one of `scopes` allows."""
    call = next(call for scope, call in CALLS.items() if scope in scopes)
    return f"curl {call.format(base=base_url)} \\\n  -H 'Authorization: Api-Key {key}'"
