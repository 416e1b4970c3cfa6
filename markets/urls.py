from django.urls import path

from markets.api.candles import CandlesView
from markets.api.holidays import Holidays, HolidayView
from markets.api.symbols import AddSymbol, Symbols, SymbolView

urlpatterns = [
    path("api/candles", CandlesView.as_view(), name="candles"),
    path("api/symbols", Symbols.as_view(), name="api-symbols"),
    path("api/admin/symbols", AddSymbol.as_view(), name="api-add-symbol"),
    path("api/admin/symbols/<str:code>", SymbolView.as_view(), name="api-symbol"),
    path("api/admin/holidays", Holidays.as_view(), name="api-holidays"),
    path("api/admin/holidays/<int:holiday_id>", HolidayView.as_view(), name="api-holiday"),
]
