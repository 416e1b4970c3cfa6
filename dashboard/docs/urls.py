from django.urls import path

from dashboard.docs import views

urlpatterns = [
    path("docs/", views.docs_page, name="docs"),
]
