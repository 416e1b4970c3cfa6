"""What the API's own description says before its first operation (pure)."""

from typing import Any

DESCRIPTION = """
Pull signals, stream them, push candles, run the desk.

**Coming in.** Scripts send a key from the page Keys: `X-Api-Key: <key>`. People trade user name
and password at `/api/auth/token` for a token and send `Authorization: Bearer <token>`; a browser
that is signed in sends its session and, when it writes, the header `X-CSRFToken`.

**Reading.** Lists answer `count` rows and `next`; pass `next` as `cursor` for the page after. A
name that is not described, in a body or a query, is refused, never ignored. Times are ISO-8601 in
UTC.

**Refusals.** Whatever is not 2xx is `{"error": {"code", "message", "details"}}`: decide on `code`.
429 says in `Retry-After` how many seconds to wait. 5xx is our fault: try again a little later.
"""
TAGS = {
    "auth": "Tokens for people.",
    "signals": "What the strategies decided, now and lately.",
    "markets": "Symbols, and the closed bars the desk decides on.",
    "strategies": "What the strategies are set to, and each version of it.",
    "backtests": "What a strategy would have done on stored candles.",
    "risk": "The guards, and the day's limit.",
    "delivery": "Who gets messages, and what became of each.",
    "desk": "What staff do by hand, and whether all is well.",
}


def description(*, base_url: str, version: str) -> dict[str, Any]:
    """SPECTACULAR_SETTINGS of a desk that is reached at `base_url`."""
    return {
        "TITLE": "forexsignals",
        "DESCRIPTION": DESCRIPTION.strip(),
        "VERSION": version,
        "LICENSE": {"name": "MIT"},
        "SERVERS": [{"url": base_url, "description": "This desk"}],
        "TAGS": [{"name": name, "description": what} for name, what in TAGS.items()],
        "SERVE_INCLUDE_SCHEMA": False,
        "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # it lists each value as its own meaning
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "access.schema.add_error_shape",
            "access.schema.add_reached_server",
        ],
        "ENUM_NAME_OVERRIDES": {  # one name where several fields, or apps, have the same choices
            "TimeframeEnum": "strategies.models.timeframe_choices",
            "DistanceModeEnum": "strategies.models.DistanceMode",
            "BacktestStateEnum": "backtests.models.State",
            "StateEnum": "delivery.transitions.State",
            "KindEnum": "delivery.models.Message.Kind",
            "SweepKindEnum": "backtests.models.Sweep.Kind",
            "CriterionEnum": "backtests.models.Sweep.Criterion",
        },
        "SWAGGER_UI_SETTINGS": {"deepLinking": True, "defaultModelsExpandDepth": 0},
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    }
