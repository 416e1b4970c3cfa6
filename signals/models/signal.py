"""What was decided, and the order it is listed in."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from audit.receipts import grouped
from markets.models import Symbol
from risk.models import RiskVersion
from signals.models.run import Run
from strategies.models import ConfigVersion, StrategyConfig

NEWEST = ("-bar_closed_at", "-id")
FACETS = ("status", "ending", "symbol", "strategy", "action")  # what lists are narrowed by


def newest_first(name: str, first: str = "", *, also: tuple[str, ...] = ()) -> models.Index:
    """A run's signals out of shadow in the order of lists, those of one `first` side by side.

    It carries every facet, so that counting and paging under any filters read the index alone.
    """
    facets = (facet for facet in FACETS if facet != first)
    fields = ("run", *((first,) if first else ()), *NEWEST, *facets, *also)
    return models.Index(fields=fields, condition=Q(is_shadow=False), name=name)


class SignalQuerySet(models.QuerySet["Signal"]):
    def live(self) -> "SignalQuerySet":
        """Signals of the live desk, blocked ones included, shadow configs left out."""
        live_run = Run.objects.filter(kind=Run.Kind.LIVE).values("pk")[:1]  # one: an index's start
        return self.filter(run=live_run, is_shadow=False)

    def public(self) -> "SignalQuerySet":
        """What readers may act on or look back at: live and never blocked."""
        return self.live().exclude(status=Signal.Status.BLOCKED)

    def current(self, now: datetime) -> "SignalQuerySet":
        """Public signals whose idea has not expired."""
        return self.public().filter(expires_at__gt=now)

    def for_reading(self) -> "SignalQuerySet":
        """With everything the contract's JSON needs, in one query."""
        return self.select_related("symbol", "config_version", "position")

    def for_page(self) -> "SignalQuerySet":
        """With everything its own page shows of it, in one query."""
        return self.select_related(
            "symbol",
            "run",
            "position",
            "risk_version",
            "config_version__config__symbol",
            "ends__symbol",
            "ends__position",
            "ends__config_version__config__symbol",
        )


class Signal(models.Model):
    """One recorded decision. Its facts never change; only `status` follows its position."""

    class Action(models.TextChoices):
        BUY = "BUY", "Buy"
        SELL = "SELL", "Sell"
        FLAT = "FLAT", "Flat"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        BLOCKED = "blocked", "Blocked"

    class Ending(models.TextChoices):
        """How an accepted BUY or SELL ended, as lists tell it apart."""

        TP = "tp", "TP hit"
        SL = "sl", "SL hit"  # trailed or not
        EXPIRED = "expired", "Expired"
        RULE = "rule", "Closed by rule"  # FLAT, or the opposite entry
        UNKNOWN = "unknown", "Not known"  # its bars are missing

    run = models.ForeignKey(  # the unique constraint below starts with it
        Run, on_delete=models.PROTECT, related_name="signals", db_index=False
    )
    config = models.ForeignKey(StrategyConfig, on_delete=models.PROTECT, related_name="signals")
    config_version = models.ForeignKey(ConfigVersion, on_delete=models.PROTECT)
    risk_version = models.ForeignKey(RiskVersion, on_delete=models.PROTECT)
    symbol = models.ForeignKey(Symbol, on_delete=models.PROTECT, related_name="signals")
    strategy = models.CharField(max_length=40)
    timeframe = models.CharField(max_length=3)
    feed = models.CharField(max_length=20)
    digits = models.PositiveSmallIntegerField(help_text="Decimals of its prices, as then set")
    pip_size = models.DecimalField(max_digits=12, decimal_places=8, help_text="As then set")
    is_shadow = models.BooleanField(default=False, help_text="From a shadow config: never pushed")
    action = models.CharField(max_length=4, choices=Action.choices)
    price = models.DecimalField(max_digits=14, decimal_places=6)
    sl = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    tp = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    confidence = models.FloatField(null=True)
    lots_hint = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    bar_time = models.DateTimeField(help_text="Open time of the bar that decided")
    bar_closed_at = models.DateTimeField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    late = models.BooleanField(default=False, help_text="Found too late to act on: not pushed")
    status = models.CharField(max_length=8, choices=Status.choices)
    ending = models.CharField(max_length=8, choices=Ending.choices, blank=True)
    refusals = models.JSONField(default=list, help_text="Each guard that refused, with its reason")
    ends = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="ended_by", help_text="For FLAT"
    )
    receipt = models.CharField(
        max_length=12, blank=True, help_text="Shows at /verify/ that it was recorded in time"
    )
    evidence = models.JSONField(default=dict, help_text="What the decision saw")

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-bar_closed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "config", "bar_time"], name="signal_once_per_bar"
            ),
            models.CheckConstraint(
                condition=Q(action="FLAT", sl=None, tp=None)
                | Q(action="BUY", sl__lt=F("price"))
                | Q(action="SELL", sl__gt=F("price")),
                name="signal_stop_on_the_losing_side",
            ),
            models.UniqueConstraint(
                fields=["receipt"], condition=~Q(receipt=""), name="signal_once_per_receipt"
            ),
            models.CheckConstraint(
                condition=Q(ending="") | Q(status="closed"), name="signal_ended_is_closed"
            ),
        ]
        indexes = [
            models.Index(fields=NEWEST, name="signal_newest_of_all"),  # Admin's list
            newest_first("signal_newest"),
            newest_first("signal_newest_by_status", "status"),
            newest_first("signal_newest_by_ending", "ending"),
            newest_first("signal_newest_by_strategy", "strategy"),
            newest_first("signal_newest_by_symbol", "symbol", also=("expires_at",)),
            models.Index(  # few, however many signals there are
                fields=["run", "strategy", "symbol", *NEWEST, "action"],
                condition=Q(is_shadow=False, status="open"),
                name="signal_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.action} @ {self.price_text}"

    @property
    def price_text(self) -> str:
        """The price with its digits."""
        return self.level_text(self.price)

    def level_text(self, level: object) -> str:
        """`level` with the digits the symbol had, or `-` for none."""
        return "-" if level is None else f"{level:.{self.digits}f}"

    @property
    def receipt_text(self) -> str:
        """Its receipt as people read it."""
        return grouped(self.receipt)

    @property
    def is_public(self) -> bool:
        """Whether readers may act on it: live, neither blocked nor from a shadow config."""
        is_live = self.run.kind == Run.Kind.LIVE and not self.is_shadow
        return is_live and self.status != self.Status.BLOCKED

    @property
    def blocked_by(self) -> list[str]:
        """Slugs of the guards that refused, for a blocked signal."""
        return [refusal["guard"] for refusal in self.refusals]

    @property
    def message_key(self) -> str:
        """The key of this signal's message in the outbox."""
        return f"signal:{self.pk}"
