from django.urls import path

from markets.api import CandlesView

urlpatterns = [path("api/candles", CandlesView.as_view(), name="candles")]
