"""Symbols, their candles, and what is known about the sources."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from markets.feeds.base import FeedSymbol
from markets.feeds.registry import FEEDS, feed_choices, is_demo
from markets.frames import BAR_COLUMNS, Timeframe
from markets.sessions import AlwaysOpen, Calendar, ForexWeek


class Holiday(models.Model):
    """A time inside the forex week when the market is closed."""

    name = models.CharField(max_length=60)
    closes_at = models.DateTimeField(
        unique=True, help_text="UTC. The market stops here; 24 December 17:00 New York, say."
    )
    opens_at = models.DateTimeField(help_text="UTC. Trading begins again here.")

    class Meta:
        ordering = ["closes_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__gt=models.F("closes_at")),
                name="holiday_ends_after_it_begins",
                violation_error_message="A holiday must open again after it closes.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.closes_at:%Y-%m-%d}"

    def unique_error_message(self, model_class: Any, unique_check: Any) -> ValidationError:
        words = "A holiday begins at this time already: change that one."
        return ValidationError(words, code="unique")


class SymbolQuerySet(models.QuerySet["Symbol"]):
    def enabled(self) -> "SymbolQuerySet":
        """Symbols the desk asks candles for and evaluates, by code."""
        return self.filter(is_enabled=True).order_by("code")


class Symbol(models.Model):
    """A pair the desk watches, and where its candles come from."""

    code = models.CharField(
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{3,12}$", "Use capital letters only: EURUSD.")],
        help_text="The pair in capital letters without a slash: EURUSD.",
    )
    digits = models.PositiveSmallIntegerField(
        default=5,
        validators=[MaxValueValidator(8)],
        help_text="Digits after the point in a price: 5 for EURUSD, 3 for yen pairs.",
    )
    pip_size = models.DecimalField(
        max_digits=12,
        decimal_places=8,
        default=Decimal("0.0001"),
        validators=[MinValueValidator(Decimal("0.00000001"))],
        help_text="One pip as a price: 0.0001 for EURUSD, 0.01 for yen pairs.",
    )
    typical_spread_pips = models.FloatField(
        default=1.0,
        validators=[MinValueValidator(0.0)],
        help_text="Usual ask minus bid, in pips. Used where the feed sends no ask price, "
        "and where it sends one below the bid.",
    )
    feed = models.CharField(
        max_length=20,
        choices=feed_choices,
        default="mock",
        help_text="Where candles come from. Candles of different feeds are never mixed.",
    )
    is_enabled = models.BooleanField(
        "enabled", default=True, help_text="Off: no candles are asked for, nothing is evaluated."
    )

    objects = SymbolQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        if self.pip_size and self.digits is not None and self.pip < 10.0**-self.digits:
            raise ValidationError(
                {"pip_size": "A pip cannot be smaller than the last digit of a price."}
            )
        kept = Symbol.objects.filter(pk=self.pk).values_list("code", flat=True).first()
        if kept and kept != self.code and self._has_candles():
            words = f"{kept} has candles, so its code stays. Add {self.code} as another symbol."
            raise ValidationError({"code": words})

    def unique_error_message(self, model_class: Any, unique_check: Any) -> ValidationError:
        words = f"There is a symbol {self.code} already: change that one."
        return ValidationError(words, code="unique")

    def _has_candles(self) -> bool:
        """Whether any feed brought one; each is a look into the index."""
        return Candle.objects.filter(symbol=self, feed__in=[*FEEDS]).exists()

    @property
    def pip(self) -> float:
        """One pip in price units."""
        return float(self.pip_size)

    @property
    def typical_spread(self) -> float:
        """Usual ask minus bid, in price units."""
        return self.typical_spread_pips * self.pip

    @property
    def is_demo(self) -> bool:
        """Whether its prices are made up, so that pages say DEMO."""
        return is_demo(self.feed)

    @cached_property
    def calendar(self) -> Calendar:
        """When it trades, by its feed; holidays are read once per loaded symbol."""
        return calendar_of(self.feed)

    def for_feed(self) -> FeedSymbol:
        """The plain values a feed may see."""
        return FeedSymbol(self.code, self.digits, self.pip, self.typical_spread_pips)


def calendar_of(feed: str) -> Calendar:
    """The calendar of a feed, holidays included."""
    if feed in FEEDS and FEEDS[feed].calendar == "always_open":
        return AlwaysOpen()
    return ForexWeek(tuple(Holiday.objects.values_list("closes_at", "opens_at")))


class AskSource(models.TextChoices):
    FEED = "feed", "from the feed"
    TYPICAL = "typical", "bid + typical spread"
    CROSSED = "crossed", "below the bid; read as bid + typical spread"


class Prices(models.Model):
    """Bid and ask of one minute; floats, since candles feed indicators, not orders."""

    open = models.FloatField()
    high = models.FloatField()
    low = models.FloatField()
    close = models.FloatField()
    volume = models.FloatField(default=0.0)
    ask_open = models.FloatField()
    ask_high = models.FloatField()
    ask_low = models.FloatField()
    ask_close = models.FloatField()
    ask_source = models.CharField(max_length=8, choices=AskSource)
    observed_at = models.DateTimeField(help_text="When the desk first saw these values.")

    class Meta:
        abstract = True


class Candle(Prices):
    """One closed minute of one feed. Inserted once, never changed."""

    symbol = models.ForeignKey(
        Symbol, models.PROTECT, related_name="candles", db_index=False
    )  # every read goes through the unique index; a second one would slow each insert
    feed = models.CharField(max_length=20, choices=feed_choices)
    timeframe = models.CharField(
        max_length=3, choices=[(t.value, t.value) for t in Timeframe], default=Timeframe.M1.value
    )
    time = models.DateTimeField(help_text="When the bar opened, UTC.")
    typical_spread = models.FloatField(
        help_text="The symbol's typical spread in price units when the candle was stored; "
        "stands in for an ask that is missing or below the bid, so that a replay finds the same."
    )

    class Meta:
        ordering = ["-time"]
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "symbol", "timeframe", "time"], name="one_candle_per_minute"
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.timeframe} {self.time:%Y-%m-%d %H:%M} {self.close}"


class CandleRevision(Prices):
    """Another value a source sent later for a stored minute; kept, never used."""

    candle = models.ForeignKey(Candle, models.PROTECT, related_name="revisions")

    class Meta:
        ordering = ["-observed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["candle", *BAR_COLUMNS],
                name="one_row_per_revision",
            )
        ]

    def __str__(self) -> str:
        return f"{self.candle}, later sent as {self.close}"


class RejectedBar(models.Model):
    """Quarantine: a bar that was not stored as a candle, and why."""

    symbol = models.ForeignKey(Symbol, models.CASCADE, related_name="rejected_bars")
    feed = models.CharField(max_length=20, choices=feed_choices)
    time = models.DateTimeField(null=True, help_text="When the bar says it opened, UTC.")
    reason = models.CharField(max_length=200)
    raw = models.JSONField(help_text="The bar as it was sent.")
    digest = models.CharField(max_length=32, help_text="Tells a bar sent twice from a new one.")
    observed_at = models.DateTimeField()

    class Meta:
        ordering = ["-observed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["symbol", "feed", "digest"], name="one_row_per_rejected_bar"
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.feed}: {self.reason}"


class FeedHealth(models.Model):
    """How one symbol's feed is doing, as of the last look."""

    class State(models.TextChoices):
        HEALTHY = "healthy", "healthy"
        QUIET = "quiet", "quiet: no bar for a few minutes"
        LATE = "late", "late: bars are overdue"
        DEAD = "dead", "dead: no bar for long"
        CLOSED = "closed", "market closed"
        OFF = "off", "off: not set up"

    symbol = models.ForeignKey(Symbol, models.CASCADE, related_name="feed_healths")
    feed = models.CharField(max_length=20, choices=feed_choices)
    state = models.CharField(max_length=8, choices=State)
    detail = models.CharField(max_length=200, blank=True)
    trouble = models.CharField(
        max_length=200, blank=True, help_text="What the feed answered last instead of bars."
    )
    last_bar_time = models.DateTimeField(null=True)
    checked_at = models.DateTimeField()
    watched_since = models.DateTimeField(help_text="The first look.")
    retry_at = models.DateTimeField(null=True, help_text="Not asked again before this time.")
    dead_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["symbol__code", "feed"]
        verbose_name_plural = "feed health"
        constraints = [
            models.UniqueConstraint(fields=["symbol", "feed"], name="one_health_per_feed_symbol")
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.feed}: {self.state}"


class FeedQuota(models.Model):
    """Requests used on one day of a provider; survives restarts."""

    feed = models.CharField(max_length=20, choices=feed_choices)
    day = models.DateField(help_text="The provider's own day.")
    used = models.PositiveIntegerField(default=0)
    minute = models.DateTimeField(help_text="The minute `used_in_minute` counts.")
    used_in_minute = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "feed"]
        constraints = [models.UniqueConstraint(fields=["feed", "day"], name="one_quota_per_day")]

    def __str__(self) -> str:
        return f"{self.feed} {self.day}: {self.used}"
