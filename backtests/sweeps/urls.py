from django.urls import path

from backtests.sweeps.pages import views

urlpatterns = [
    path("new/", views.new_sweep, name="sweep-new"),
    path("<int:sweep_id>/", views.sweep_view, name="sweep"),
    path("<int:sweep_id>/progress/", views.sweep_progress, name="sweep-progress"),
    path("<int:sweep_id>/cancel/", views.sweep_cancel, name="sweep-cancel"),
]
