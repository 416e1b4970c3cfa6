from django.urls import path

from dashboard.overview import views

urlpatterns = [
    path("", views.overview_page, name="overview"),
    path("live/<slug:name>/", views.live, name="live"),
]
