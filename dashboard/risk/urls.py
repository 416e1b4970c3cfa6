from django.urls import path

from dashboard.risk import editing, views

urlpatterns = [
    path("risk/", views.risk_page, name="risk"),
    path("live/risk/<slug:name>/", views.risk_part, name="live-risk"),
    path("risk/loss/", views.loss_view, name="risk-loss"),
    path("risk/edit/", editing.edit_view, name="risk-edit"),
    path("risk/versions/<int:number>/restore/", editing.restore_view, name="risk-restore"),
]
