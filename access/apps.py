from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "access"

    def ready(self) -> None:
        """Connect what needs loaded models."""
        from access import checks, receivers, roles  # noqa: F401

        post_migrate.connect(roles.sync_after_migrate, sender=self, dispatch_uid="access.roles")
        register(checks.check_tokens, Tags.security)
