from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate

from audit.triggers import check_triggers, install_triggers


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="audit.triggers")
        register(check_triggers, Tags.database)
