from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"

    def ready(self) -> None:
        """Fill what needs loaded models."""
        from dashboard import tag_choices

        tag_choices.offer()
