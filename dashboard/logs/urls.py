from django.urls import path

from dashboard.logs import views

urlpatterns = [
    path("logs/", views.logs_page, name="logs"),
    path("logs/lines/", views.log_lines, name="log-lines"),
    path("logs/<int:event_id>/", views.event_page, name="event"),
]
