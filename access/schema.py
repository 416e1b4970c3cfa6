"""What drf-spectacular cannot see by itself: the key header, and the one error shape."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string", "example": "VALIDATION_ERROR"},
                "message": {"type": "string"},
                "details": {"type": "object", "additionalProperties": {}},
            },
        }
    },
}
ANSWER = {
    "description": "Anything but success",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Api-Key ...` also works; OpenAPI has a word for the header of its own."""

    target_class = "access.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "X-Api-Key"}


def add_error_answers(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Give every operation the error shape as its default answer."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"].setdefault("default", ANSWER)
    return result
