"""How OpenAPI describes the answers no view names itself: one shape for whatever was refused."""

from typing import Any

ERROR = {
    "type": "object",
    "description": "What every answer is that is not a success. Decide on `code`.",
    "additionalProperties": False,
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "additionalProperties": False,
            "required": ["code", "message", "details"],
            "properties": {
                "code": {
                    "type": "string",
                    "pattern": "^[A-Z][A-Z0-9_]*$",
                    "description": "Stable; the page Docs of the desk lists them all.",
                    "example": "VALIDATION_ERROR",
                },
                "message": {
                    "type": "string",
                    "description": "What to do, for people; its words may change.",
                    "example": "limit: Must be at most 200.",
                },
                "details": {
                    "type": "object",
                    "additionalProperties": {},
                    "description": "For VALIDATION_ERROR: each wrong field and what is wrong.",
                },
            },
        }
    },
}
ERROR_REF = {"$ref": "#/components/schemas/Error"}
WHY = {
    400: "The body, a parameter or the query is not as described; nothing was changed.",
    401: "No token or key came along, or it is not valid, or no longer.",
    403: "The key lacks the scope, or the person the role.",
    404: "There is no such thing, or it is not yours to see.",
    406: "The header Accept asks for what this address does not speak.",
    409: "The desk is in no state for this; `code` and `message` say which. Nothing was changed.",
    412: "It was changed since you read it; read it again.",
    413: "The body is larger than 256 kB.",
    414: "The address is longer than the server reads.",
    415: "The body is not announced as application/json.",
    422: "This Idempotency-Key was used for another request.",
    429: "Too many requests, or too many wrong passwords: wait as long as Retry-After says.",
    503: "Not served here, or not now.",
}
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    }
}
CHALLENGE = {
    "WWW-Authenticate": {
        "description": "How to come in.",
        "required": True,
        "schema": {"type": "string"},
    }
}
URI_TOO_LONG = 414
HEADERS: dict[int, dict[str, Any]] = {401: CHALLENGE, 429: RETRY_AFTER}


def refusal(status: int) -> dict[str, Any]:
    """The answer with this status, as OpenAPI writes it."""
    if status == URI_TOO_LONG:  # said by the server in front, which has no error shape
        return {"description": WHY[status]}
    answer = {"description": WHY[status], "content": {"application/json": {"schema": ERROR_REF}}}
    return answer | ({"headers": HEADERS[status]} if status in HEADERS else {})


ANYTHING_ELSE = {
    "description": "Anything but success; above all 5xx, our fault: try again a little later.",
    "content": {"application/json": {"schema": ERROR_REF}},
}
