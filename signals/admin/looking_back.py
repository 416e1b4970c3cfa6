"""What looking back found, and what delay cost."""

from django.contrib import admin
from django.utils.safestring import SafeString

from audit.admin import ReadOnlyAdmin
from audit.shown import list_of
from signals.models import Difference, Journal, ParityCheck, PriceSeen


@admin.register(ParityCheck)
class ParityCheckAdmin(ReadOnlyAdmin):
    list_display = ["day", "run", "bars", "decisions", "messages", "differences", "checked_at"]
    list_filter = ["run__kind"]
    list_select_related = ["run"]
    date_hierarchy = "day"
    fields = [
        *("run", "day", "checked_at", "tracks", "bars", "decisions", "messages"),
        *("differences", "listed"),
    ]

    @admin.display(description="See also")
    def listed(self, obj: ParityCheck) -> SafeString:
        return list_of("signals_difference", "What differs", check_of__id__exact=obj.pk)


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    list_display = ["at", "track", "what", "cause", "was", "now", "signal"]
    list_filter = ["cause", "what"]
    list_select_related = ["track__config__symbol", "signal__symbol"]
    date_hierarchy = "at"


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    list_display = ["track", "hour", "bars", "config_version", "risk_version", "code_hash"]
    list_select_related = [
        "track__config__symbol",
        "config_version__config__symbol",
        "risk_version",
    ]


@admin.register(PriceSeen)
class PriceSeenAdmin(ReadOnlyAdmin):
    list_display = [
        *("signal", "by_hand", "sent_at", "price_sent", "delivered_at", "price_delivered"),
        *("read_at", "price_read"),
    ]
    list_select_related = ["signal__symbol"]
    fields = list_display

    @admin.display(description="Repeat by hand", boolean=True)
    def by_hand(self, obj: PriceSeen) -> bool:
        return obj.is_repeat

    @admin.display(description="Price when sent")
    def price_sent(self, obj: PriceSeen) -> str:
        return obj.signal.level_text(obj.sent_price)

    @admin.display(description="Price when delivered")
    def price_delivered(self, obj: PriceSeen) -> str:
        return obj.signal.level_text(obj.delivered_price)

    @admin.display(description="Price when read")
    def price_read(self, obj: PriceSeen) -> str:
        return obj.signal.level_text(obj.read_price)
