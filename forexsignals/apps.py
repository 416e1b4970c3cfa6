from django.apps import AppConfig


class ForexsignalsConfig(AppConfig):
    name = "forexsignals"

    def ready(self) -> None:
        """Register the system checks, which Django finds by import."""
        from forexsignals import checks  # noqa: F401
