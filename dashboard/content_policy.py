"""One Content-Security-Policy for the pages, a looser one for the admin theme alone."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

FOR_ADMIN = {  # unfold's Alpine evaluates expressions and styles inline
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}


class ContentPolicyMiddleware(CSPMiddleware):
    """Sends the strict policy everywhere, and under `ADMIN_PATH` the one its scripts need."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The policy of `response`; a view's own csp decorator still wins."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(f"/{settings.ADMIN_PATH}"):
            parts.replace = {**FOR_ADMIN, **(parts.replace or {})}
        return parts
