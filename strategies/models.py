"""Which strategy runs on which symbol, with which settings, and every version of that."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Cast

from markets.frames import Timeframe
from strategies.base import Strategy
from strategies.levels import LevelRule
from strategies.parameters import SettingError, build, defaults
from strategies.registry import STRATEGIES, strategy_choices

TICK = Decimal("0.01")


def timeframe_choices() -> list[tuple[str, str]]:
    """Bars a strategy can run on."""
    return [(timeframe.value, timeframe.value) for timeframe in Timeframe]


class Mode(models.TextChoices):
    LIVE = "live", "live"
    SHADOW = "shadow", "shadow (recorded, never pushed nor public)"


class DistanceMode(models.TextChoices):
    PIPS = "pips", "pips"
    ATRX = "atrx", "multiple of ATR 14"


class StrategyConfig(models.Model):
    """One strategy on one symbol; `versions.save_config` is the way to change it."""

    symbol = models.ForeignKey("markets.Symbol", on_delete=models.PROTECT)
    strategy = models.CharField(max_length=40, choices=strategy_choices)
    timeframe = models.CharField(max_length=4, choices=timeframe_choices, default=Timeframe.M1)
    mode = models.CharField(
        max_length=6,
        choices=Mode.choices,
        default=Mode.LIVE,
        help_text="Shadow decides and is judged like live, but is never pushed nor public.",
    )
    is_enabled = models.BooleanField(
        "enabled", default=True, help_text="Off: this strategy opens nothing new on this symbol."
    )
    parameters = models.JSONField(default=dict, blank=True)
    sl_mode = models.CharField(
        "stop loss in", max_length=4, choices=DistanceMode.choices, default=DistanceMode.ATRX
    )
    sl_value = models.DecimalField(
        "stop loss",
        max_digits=8,
        decimal_places=2,
        default=Decimal("3.00"),
        validators=[MinValueValidator(TICK)],
        help_text="Distance of the stop from the price: pips or x ATR, as chosen above.",
    )
    tp_mode = models.CharField(
        "take profit in", max_length=4, choices=DistanceMode.choices, default=DistanceMode.ATRX
    )
    tp_value = models.DecimalField(
        "take profit",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        default=Decimal("4.50"),
        validators=[MinValueValidator(TICK)],
        help_text="Distance of the target from the price. Leave empty for no target.",
    )
    lots_hint = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.10"),
        validators=[MinValueValidator(TICK)],
        help_text="Position size shown with the signal, in lots. The desk places no orders.",
    )
    min_confidence = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text="Entries with less confidence than this are ignored. 0 to 1; 0 takes all.",
    )
    expiry_bars = models.PositiveIntegerField(
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text="The idea ends after this many bars of trading time; weekends do not count.",
    )
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["symbol__code", "strategy", "timeframe", "mode"]
        verbose_name = "strategy on a symbol"
        verbose_name_plural = "strategies on symbols"
        constraints = [
            models.UniqueConstraint(
                fields=["symbol", "strategy", "timeframe", "mode"],
                name="one_config_per_symbol_strategy_timeframe_mode",
                violation_error_message="This symbol already runs this strategy on this timeframe "
                "in this mode. Change that one instead.",
            ),
            models.CheckConstraint(condition=Q(sl_value__gt=0), name="config_sl_above_zero"),
            models.CheckConstraint(
                condition=Q(tp_value__isnull=True) | Q(tp_value__gt=0), name="config_tp_above_zero"
            ),
            models.CheckConstraint(condition=Q(lots_hint__gt=0), name="config_lots_above_zero"),
            models.CheckConstraint(
                condition=Q(min_confidence__gte=0, min_confidence__lte=1),
                name="config_confidence_0_to_1",
            ),
            models.CheckConstraint(condition=Q(expiry_bars__gte=1), name="config_expires"),
        ]

    def __str__(self) -> str:
        """What runs where, in words: "EMA cross with RSI gate on EURUSD, M1"."""
        known = STRATEGIES.get(self.strategy)
        name = known.title if known else self.strategy
        shadow = ", shadow" if self.mode == Mode.SHADOW else ""
        return f"{name} on {self.symbol.code}, {self.timeframe}{shadow}"

    def clean(self) -> None:
        """The strategy accepts its settings; a refusal names the setting in `params`."""
        if self.strategy not in STRATEGIES:
            return  # the field's own error says so
        try:
            build(STRATEGIES[self.strategy], self.parameters)
        except SettingError as error:
            words = str(error).replace("%", "%%")  # Django fills the params in
            found = ValidationError(words, "setting", params={"setting": error.setting})
            raise ValidationError({"parameters": found}) from error

    @property
    def current_version(self) -> "ConfigVersion":
        """The newest version; every config saved through `save_config` has one."""
        return self.versions.latest("number")

    def snapshot(self) -> dict[str, Any]:
        """All that decides, as JSON; parameters left out of the config with their defaults."""
        return {
            "symbol": self.symbol.code,
            "strategy": self.strategy,
            "timeframe": str(self.timeframe),
            "mode": str(self.mode),
            "is_enabled": self.is_enabled,
            "parameters": defaults(STRATEGIES[self.strategy]) | self.parameters,
            "sl_mode": str(self.sl_mode),
            "sl_value": f"{self.sl_value:.2f}",
            "tp_mode": str(self.tp_mode),
            "tp_value": None if self.tp_value is None else f"{self.tp_value:.2f}",
            "lots_hint": f"{self.lots_hint:.2f}",
            "min_confidence": self.min_confidence,
            "expiry_bars": self.expiry_bars,
        }


class ConfigVersionQuerySet(models.QuerySet["ConfigVersion"]):
    def current(self) -> "ConfigVersionQuerySet":
        """The newest version of each config, with config and symbol loaded."""
        newest = ConfigVersion.objects.filter(config=OuterRef("config")).order_by("-number")
        return self.filter(number=Subquery(newest.values("number")[:1])).select_related(
            "config__symbol"
        )

    def newest(self) -> list[tuple[int, int, int, str]]:
        """(version id, config id, symbol id, snapshot as text) of each config's newest version."""
        rows = self.annotate(said=Cast("snapshot", models.TextField())).order_by("number")
        columns = rows.values_list("pk", "config_id", "config__symbol_id", "said")
        return list({row[1]: row for row in columns}.values())

    def running(self) -> "ConfigVersionQuerySet":
        """The current versions the desk evaluates: config and symbol enabled."""
        return self.current().filter(config__is_enabled=True, config__symbol__is_enabled=True)


class ConfigVersion(models.Model):
    """What a config said from one save to the next; written once, named by every signal."""

    config = models.ForeignKey(StrategyConfig, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    snapshot = models.JSONField()
    changes = models.TextField(help_text="What differs from the version before, in words.")
    code_hash = models.CharField(max_length=12, help_text="Of the code that decides.")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)

    objects = ConfigVersionQuerySet.as_manager()

    class Meta:
        ordering = [F("config").asc(), F("number").desc()]
        constraints = [
            models.UniqueConstraint(fields=["config", "number"], name="one_version_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.config} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version never changes; save_config makes a new one.")
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        return f"v{self.number}"

    @property
    def expiry_bars(self) -> int:
        return int(self.snapshot["expiry_bars"])

    @property
    def min_confidence(self) -> float:
        return float(self.snapshot["min_confidence"])

    @property
    def lots_hint(self) -> Decimal:
        return Decimal(self.snapshot["lots_hint"])

    @property
    def timeframe(self) -> Timeframe:
        return Timeframe(self.snapshot["timeframe"])

    @property
    def is_live(self) -> bool:
        return bool(self.snapshot["mode"] == Mode.LIVE)

    def build(self) -> Strategy:
        """The strategy with this version's settings; ValueError if today's code refuses them."""
        return build(STRATEGIES[self.snapshot["strategy"]], self.snapshot["parameters"])

    def level_rule(self) -> LevelRule:
        """How this version sets stop and target."""
        tp = self.snapshot["tp_value"]
        return LevelRule(
            sl_mode=self.snapshot["sl_mode"],
            sl_value=Decimal(self.snapshot["sl_value"]),
            tp_mode=self.snapshot["tp_mode"],
            tp_value=None if tp is None else Decimal(tp),
        )
