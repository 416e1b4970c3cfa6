"""A method an address does not have, refused in the one error shape."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from access.errors import error_body, not_here

View = Callable[..., HttpResponse]


def only(*methods: str) -> Callable[[View], View]:
    """Let `methods` through, for addresses of scripts: no form is sent there."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                return view(request, *args, **kwargs)
            body = error_body("METHOD_NOT_ALLOWED", not_here(request.method))
            return JsonResponse(body, status=405, headers={"Allow": ", ".join(methods)})

        return answer

    return decorate
