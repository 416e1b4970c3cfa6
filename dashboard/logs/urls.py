from django.urls import path

from dashboard.logs import views
from dashboard.logs.api import Events, OneEvent

urlpatterns = [
    path("logs/", views.logs_page, name="logs"),
    path("logs/lines/", views.log_lines, name="log-lines"),
    path("logs/<int:event_id>/", views.event_page, name="event"),
    path("api/events", Events.as_view(), name="api-events"),
    path("api/events/<int:event_id>", OneEvent.as_view(), name="api-event"),
]
