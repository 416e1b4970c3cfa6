"""Backtests in JSON, as they are asked for and as they are told."""

from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from rest_framework import ISO_8601, serializers

from access.sent import PageQuery, Sent
from access.values import Choice, Number, Whole
from backtests.asking import MOST_SYMBOLS
from backtests.models import Backtest, State
from backtests.progress import seconds_left, waits_for
from markets.api.fields import SymbolField
from markets.feeds.registry import feed_choices
from markets.frames import Timeframe
from strategies.models import DistanceMode
from strategies.registry import strategy_choices

TIME = "A time such as 2026-01-31T12:00, or a day; UTC unless it names a zone."


class DayOrTime(serializers.DateTimeField):
    """A day, which is its first moment, or a time; UTC where it names no zone."""

    default_error_messages = {"invalid": "Write a day or a time, such as 2026-01-31T12:00."}

    def __init__(self, **options: Any) -> None:
        formats = [ISO_8601, "%Y-%m-%d"]
        super().__init__(input_formats=formats, default_timezone=UTC, **options)


class CostsIn(Sent):
    """What trading costs beside the price."""

    spread_pips = Number(
        required=False, allow_null=True, help_text="null: the spread the bars have."
    )
    slippage_pips = Number(required=False, help_text="Lost on each fill at market.")
    commission_pips = Number(required=False, help_text="A round trip.")


class BacktestIn(Sent):
    """What is left out has its default, as the answer's `plan` then says."""

    symbols = serializers.ListField(child=SymbolField(), min_length=1, max_length=MOST_SYMBOLS)
    start = DayOrTime(help_text=TIME)
    end = DayOrTime(help_text=f"The first moment left out. {TIME}")
    strategy = Choice(strategy_choices())
    parameters = serializers.DictField(
        required=False, help_text="The strategy's own settings, as /api/strategies/kinds has them."
    )
    feed = Choice(feed_choices(), required=False, help_text="Left out: imported candles, if any.")
    timeframe = Choice(list(Timeframe), required=False)
    sl_mode = Choice(DistanceMode.choices, required=False)
    sl_value = Number(required=False)
    tp_mode = Choice(DistanceMode.choices, required=False)
    tp_value = Number(required=False, allow_null=True, help_text="null: no target.")
    min_confidence = Number(required=False)
    expiry_bars = Whole(required=False)
    guards = serializers.JSONField(
        required=False,
        help_text='"desk": the risk settings in force, the default; "none"; or settings by guard.',
    )
    costs = CostsIn(required=False)
    capital = Number(required=False, help_text="Account currency.")
    risk_pct = Number(required=False, help_text="Percent of the capital at hand for each trade.")


class BacktestsQuery(PageQuery):
    state = Choice(State.values, required=False)
    sweep = Whole(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="The trials of this sweep; left out: single backtests.",
    )


class TradesQuery(Sent):
    file = Choice(["json", "csv"], required=False, default="json")


class ProgressOut(serializers.Serializer[Any]):
    """How far it is."""

    bars_done = serializers.IntegerField()
    bars_total = serializers.IntegerField()
    seconds_left = serializers.FloatField(allow_null=True, help_text="At the rate so far.")
    waits_for = serializers.CharField(allow_blank=True, help_text="Why it does not go on.")


class BacktestOut(serializers.ModelSerializer[Backtest]):
    """A backtest: what was asked, how far it is, and what the signals would have done."""

    plan = serializers.DictField()
    progress = serializers.SerializerMethodField()
    figures = serializers.DictField(
        allow_null=True, help_text="As the track record's, after costs; null until it is done."
    )
    trades = serializers.SerializerMethodField(help_text="Where they are, once it is done.")

    class Meta:
        model = Backtest
        fields = [
            *("id", "state", "is_demo", "sweep", "number", "plan", "progress", "figures"),
            *("error", "code", "attempts", "created_at", "created_by"),
            *("started_at", "finished_at", "trades"),
        ]
        read_only_fields = fields

    def get_progress(self, run: Backtest) -> ProgressOut:
        now: datetime = self.context["now"]
        return {  # type: ignore[return-value]  # which names the shape, for the description
            "bars_done": run.bars_done,
            "bars_total": run.bars_total,
            "seconds_left": seconds_left(run, now=now),
            "waits_for": waits_for(run, is_busy=self.context["is_busy"], now=now),
        }

    def get_trades(self, run: Backtest) -> str | None:
        return reverse("api-backtest-trades", args=[run.pk]) if run.state == State.DONE else None
