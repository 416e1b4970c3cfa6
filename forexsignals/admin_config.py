"""Admin's pages come with the URLs: a worker or a command that shows none does without them."""

from typing import Any

from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core.checks import CheckMessage, Tags, register
from django.urls import get_resolver


class AdminConfig(SimpleAdminConfig):
    """Django's, without its import of every admin module in every process.

    `forexsignals.urls` does that, half a second of processor time, for those who answer requests.
    """

    def ready(self) -> None:
        register(check_dependencies, Tags.admin)
        register(check_pages, Tags.admin)


def check_pages(**options: Any) -> list[CheckMessage]:
    """What Django says of every registered page, once all are."""
    _ = get_resolver().url_patterns
    found: list[CheckMessage] = check_admin_app(**options)
    return found
