from django.urls import path

from risk.api.daily_loss import DailyLossView
from risk.api.settings import RestoreRisk, RiskVersions, RiskVersionView, RiskView

VERSION = "api/admin/risk/versions/<int:number>"

urlpatterns = [
    path("api/admin/risk", RiskView.as_view(), name="api-risk"),
    path("api/admin/risk/versions", RiskVersions.as_view(), name="api-risk-versions"),
    path(VERSION, RiskVersionView.as_view(), name="api-risk-version"),
    path(f"{VERSION}/restore", RestoreRisk.as_view(), name="api-risk-restore"),
    path("api/admin/risk/daily-loss", DailyLossView.as_view(), name="api-daily-loss"),
]
