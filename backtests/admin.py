"""Backtests and sweeps, to read, cancel and delete; their pages show what they found."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display

from access.roles import RUN_DESK
from audit.admin import ReadOnlyAdmin, ReadOnlyInline
from audit.lists import known_values
from audit.shown import list_of, listed, pretty_json
from backtests.deleting import Refused, delete_backtest, delete_sweep
from backtests.models import Backtest, BacktestResult, State, Sweep
from backtests.models.sweep import SweepQuerySet
from backtests.report.asked import asked_lines, costs_text, period_text
from backtests.runs import cancel, cancel_sweep
from backtests.sweeps.pages.asked import tried
from backtests.sweeps.pages.page import OPINIONS
from strategies.registry import strategy_choices
from strategies.wording import title_of

STATE_LABELS = {
    State.QUEUED.label: "info",
    State.RUNNING.label: "warning",
    State.DONE.label: "success",
    State.FAILED.label: "danger",
    State.CANCELLED.label: "default",
}


class EndingAdmin(ReadOnlyAdmin):
    """Rows that staff may cancel and delete, each with its own way and its line in the log."""

    cancel_one: Callable[..., object]  # row, by=, now=
    delete_one: Callable[..., None]
    actions = ["cancel_selected", "delete_rows"]
    list_filter = ["state", known_values("plan__strategy", strategy_choices), "is_demo"]

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RUN_DESK)

    @display(description="state", ordering="state", label=STATE_LABELS)
    def state_label(self, row: Any) -> str:
        return str(row.get_state_display())

    @admin.display(description="asked", ordering="pk")
    def asked_for(self, row: Any) -> str:
        plan = row.plan
        return f"{title_of(plan['strategy'])} on {', '.join(plan['symbols'])}"

    @admin.action(description="Cancel", permissions=["run"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        by, now = request.user.get_username(), timezone.now()
        count = sum(bool(self.cancel_one(row, by=by, now=now)) for row in queryset)
        self.message_user(request, f"{count} cancelled.", messages.SUCCESS)

    @admin.action(description="Delete with all they found", permissions=["run"])
    def delete_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        by, now, count = request.user.get_username(), timezone.now(), 0
        for row in queryset:
            try:
                self.delete_one(row, by=by, now=now)
                count += 1
            except Refused as error:
                self.message_user(request, f"{row}: {error}", messages.ERROR)
        self.message_user(request, f"{count} deleted.", messages.SUCCESS)


class ResultInline(ReadOnlyInline):
    model = BacktestResult
    fields = ["guards", "left_out", "bars"]
    show_change_link = False


@admin.register(Backtest)
class BacktestAdmin(EndingAdmin):
    cancel_one = staticmethod(cancel)
    delete_one = staticmethod(delete_backtest)
    list_display = ["id", "asked_for", "period", "state_label", "results", "trial_of", "created_at"]
    list_select_related = ["sweep"]
    inlines = [ResultInline]
    fieldsets = [
        (None, {"fields": ["asked", "state_label", "error", "trial_of", "is_demo"]}),
        ("Its way", {"fields": ["created_by", "created_at", "started_at", "finished_at"]}),
        ("Work", {"fields": ["bars_done", "bars_total", "claim", "beat_at", "attempts", "code"]}),
        ("What it came to", {"fields": ["told"]}),
    ]

    def view_on_site(self, run: Backtest) -> str:
        return reverse("backtest", args=[run.pk])

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Any:
        return self.inlines if obj else []

    @admin.display(description="period")
    def period(self, run: Backtest) -> str:
        plan = run.asked()
        return f"{plan.timeframe}, {period_text(plan)}, {costs_text(plan.costs)}"

    @admin.display(description="results")
    def results(self, run: Backtest) -> str:
        return f"{run.figures['n']:,}" if run.figures else "-"

    @admin.display(description="trial of", ordering="sweep")
    def trial_of(self, run: Backtest) -> str:
        return f"{run.sweep}, number {run.number}" if run.sweep else "-"

    @admin.display(description="asked")
    def asked(self, run: Backtest) -> SafeString:
        return listed({line.name: line.value for line in asked_lines(run.asked())})

    @admin.display(description="figures")
    def told(self, run: Backtest) -> SafeString | str:
        return pretty_json(run.figures or {})


@admin.register(BacktestResult)
class ResultAdmin(ReadOnlyAdmin):
    """What each run found beside its trades, which its page shows."""

    list_display = ["backtest", "guards", "left_out"]
    list_select_related = ["backtest"]
    fields = ["backtest", "guards", "left_out", "bars"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BacktestResult]:
        rows: QuerySet[BacktestResult] = super().get_queryset(request)
        return rows.defer("packed")


@admin.register(Sweep)
class SweepAdmin(EndingAdmin):
    cancel_one = staticmethod(cancel_sweep)
    delete_one = staticmethod(delete_sweep)
    list_display = [
        *("id", "asked_for", "kind", "trials", "state_label", "verdict_word"),
        *("created_by", "created_at"),
    ]
    fields = [
        *("asked_for", "kind", "trials", "searched", "seed", "windows", "state_label"),
        *("verdict_word", "is_demo", "error", "created_by", "created_at", "finished_at", "others"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: SweepQuerySet = super().get_queryset(request)
        return rows.with_opinion()

    def view_on_site(self, sweep: Sweep) -> str:
        return reverse("sweep", args=[sweep.pk])

    @admin.display(description="verdict")
    def verdict_word(self, sweep: Any) -> str:
        return OPINIONS[sweep.opinion][2] if sweep.opinion else "-"

    @admin.display(description="searched")
    def searched(self, sweep: Sweep) -> SafeString | str:
        return listed(tried(sweep)) if sweep.space else "-"

    @admin.display(description="see also")
    def others(self, sweep: Sweep) -> SafeString:
        return list_of("backtests_backtest", "Its trials", sweep__id__exact=sweep.pk)
