"""What the engine writes: runs, how far each config got, signals, positions, ticks."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from markets.models import Symbol
from risk.models import RiskVersion
from strategies.models import ConfigVersion, StrategyConfig


class Run(models.Model):
    """One history of decisions: the live one, or a rehearsal over stored candles."""

    class Kind(models.TextChoices):
        LIVE = "live", "Live"
        REHEARSAL = "rehearsal", "Rehearsal"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    terms = models.JSONField(default=dict, help_text="What a rehearsal was asked for")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="live"), name="run_only_one_live"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} run {self.pk}"


class Track(models.Model):
    """How far one config has been evaluated in one run; locked while it moves."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tracks")
    config = models.ForeignKey(StrategyConfig, on_delete=models.PROTECT, related_name="tracks")
    feed = models.CharField(max_length=20, help_text="Where the bars come from")
    starts_after = models.DateTimeField(help_text="Bars that open later are evaluated")
    last_bar = models.DateTimeField(null=True, help_text="Open time of the last evaluated bar")
    hole_ended_at = models.DateTimeField(null=True)
    hole_minutes = models.PositiveIntegerField(default=0)
    reading = models.JSONField(default=dict, help_text="What the last bar looked like to it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "config", "feed"], name="track_once_per_feed")
        ]

    def __str__(self) -> str:
        return f"{self.config} in run {self.run_id}"

    @property
    def watermark(self) -> datetime:
        """Bars that open after this are still to be evaluated."""
        return self.last_bar or self.starts_after


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


class Position(models.Model):
    """What became of a BUY or SELL, or in the shadow of a blocked one; folded bar by bar."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting for the next open"
        OPEN = "open", "Open"
        LEAVING = "leaving", "Closing at the next open"
        CLOSED = "closed", "Closed"

    signal = models.OneToOneField(Signal, on_delete=models.CASCADE, related_name="position")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="positions")
    state = models.CharField(max_length=8, choices=State.choices)
    is_shadow = models.BooleanField(default=False, help_text="Of a blocked signal: never traded")
    entry_at = models.DateTimeField(null=True)
    entry_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    stop = models.DecimalField(
        max_digits=14, decimal_places=6, help_text="Where the stop stands now"
    )
    best_price = models.FloatField(null=True)
    worst_price = models.FloatField(null=True)
    repeats = models.PositiveIntegerField(default=0)
    repeated_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True, help_text="Why it ended, or will")
    closed_at = models.DateTimeField(null=True)
    exit_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    is_gap = models.BooleanField(default=False, help_text="Filled at an open beyond the level")
    is_tie = models.BooleanField(default=False, help_text="SL and TP inside the same bar")
    pips = models.FloatField(null=True)
    r_multiple = models.FloatField(null=True)
    r_optimistic = models.FloatField(null=True, help_text="Had TP come first inside the bar")
    return_pct = models.FloatField(null=True)
    mfe_pips = models.FloatField(null=True)
    mae_pips = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="position_closed_has_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["track"], condition=~Q(state="closed"), name="position_running_by_track"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.signal}"


class Tick(models.Model):
    """One look at the clock: what the scheduler started and what came of it."""

    slot = models.DateTimeField(unique=True, help_text="The boundary this tick belongs to")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    bars = models.PositiveIntegerField(default=0)
    signals = models.PositiveIntegerField(default=0)
    lag_seconds = models.FloatField(
        null=True, help_text="Close of the newest bar to the commit of its decisions"
    )
    errors = models.JSONField(default=list)

    class Meta:
        ordering = ["-slot"]
        get_latest_by = "slot"

    def __str__(self) -> str:
        return f"Tick of {self.slot:%Y-%m-%d %H:%M:%S} UTC"


class SignalCount(models.Model):
    """How many signals were ever recorded live; rows only grow, whatever is pruned."""

    symbol = models.CharField(max_length=20)
    strategy = models.CharField(max_length=40)
    action = models.CharField(max_length=4)
    status = models.CharField(max_length=8, help_text="open when accepted, else blocked")
    total = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["symbol", "strategy", "action", "status"], name="signal_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.strategy} {self.action} {self.status}: {self.total}"
