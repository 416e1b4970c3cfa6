from django.urls import path

from dashboard.shadow import views

urlpatterns = [
    path("backtests/sweeps/<int:sweep_id>/shadow/", views.sweep_shadow, name="sweep-shadow"),
    path("strategies/<int:config_id>/shadow/", views.strategy_shadow, name="strategy-shadow"),
]
