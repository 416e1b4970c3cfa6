from django.urls import path

from dashboard.strategies import editing, switching, views

urlpatterns = [
    path("strategies/", views.strategies_page, name="strategies"),
    path("strategies/live/", views.strategies_part, name="live-strategies"),
    path("strategies/<int:config_id>/", views.strategy_page, name="strategy"),
    path("strategies/<int:config_id>/live/", views.strategy_part, name="live-strategy"),
    path("strategies/<int:config_id>/edit/", editing.edit_view, name="strategy-edit"),
    path("strategies/<int:config_id>/switch/", switching.switch_view, name="strategy-switch"),
    path(
        "strategies/<int:config_id>/versions/<int:number>/",
        views.version_view,
        name="strategy-version",
    ),
    path(
        "strategies/<int:config_id>/versions/<int:number>/restore/",
        editing.restore_view,
        name="strategy-restore",
    ),
]
