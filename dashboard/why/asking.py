"""What somebody asks of the past: a symbol, a minute, and whose decisions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse

from markets.models import Symbol
from signals.models import Run
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES

MINUTE = timedelta(minutes=1)
AT_FORM = "%Y-%m-%dT%H:%M"
NO_CHOICE = "There is no {} \u201c%(value)s\u201d; choose one of the list."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A moment on a symbol: what counts is the bar that closed last by then."""

    symbol: Symbol
    at: datetime  # UTC, a whole minute
    strategy: str = ""  # "": all of them
    run: Run | None  # None: the live one, which has not begun

    def url(self, **other: Any) -> str:
        """The page that asks the same, but for what `other` names."""
        return why_url(
            **{
                "symbol": self.symbol.code,
                "at": self.at,
                "strategy": self.strategy,
                "run": self.run,
                **other,
            }
        )


def why_url(*, symbol: str, at: datetime, strategy: str = "", run: Run | None = None) -> str:
    """Where the page answers for this moment; the live run goes without saying."""
    asked = {"symbol": symbol, "at": f"{at.astimezone(UTC):{AT_FORM}}"}
    if strategy:
        asked["strategy"] = strategy
    if run is not None and run.kind != Run.Kind.LIVE:
        asked["run"] = str(run.pk)
    return f"{reverse('why')}?{urlencode(asked, safe=':')}"


class WhyForm(forms.Form):
    """Symbol, minute and strategy; says which value it does not know."""

    symbol = forms.ChoiceField(required=False)
    at = forms.CharField(required=False, max_length=40, label="At (UTC)")
    strategy = forms.ChoiceField(required=False)
    run = forms.ModelChoiceField(
        Run.objects.all(), required=False, widget=forms.HiddenInput, label="Rehearsal"
    )

    def __init__(self, asked: QueryDict, *, now: datetime) -> None:
        self.now = now.astimezone(UTC)
        at = minute_of(asked.get("at", ""), now=self.now)
        shown = at.isoformat()[:16] if at else asked["at"]
        super().__init__({**asked.dict(), "at": shown}, auto_id="why-%s")
        self.symbols = {symbol.code: symbol for symbol in Symbol.objects.order_by("code")}
        self._offer("symbol", {code: code for code in self.symbols})
        self._offer("strategy", {"": "All strategies", **_strategies()})
        for name in ("symbol", "strategy"):
            self.fields[name].error_messages["invalid_choice"] = NO_CHOICE.format(name)
        self.fields["run"].error_messages["invalid_choice"] = "There is no such rehearsal."
        self.fields["at"].widget = forms.TextInput(attrs={"type": "datetime-local", "step": "60"})

    def clean_at(self) -> datetime:
        at = minute_of(self.cleaned_data["at"], now=self.now)
        if at is None:
            raise forms.ValidationError("Write the minute as 2026-11-20T12:34, in UTC.")
        if not 1990 <= at.year <= 2100:
            raise forms.ValidationError("Choose a year between 1990 and 2100.")
        return at

    def _offer(self, name: str, values: dict[str, str]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = list(values.items())


def minute_of(text: str, *, now: datetime) -> datetime | None:
    """The whole minute a text names, UTC unless it says otherwise; None for what names none.

    Nothing, and "now", name the minute of `now`.
    """
    if text.strip().lower() in ("", "now"):
        at = now
    else:
        try:
            found = datetime.fromisoformat(text.strip())
            at = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return None
    return at.replace(second=0, microsecond=0)


def asked(form: WhyForm) -> Asked | None:
    """What `form` asks for; None where it cannot be understood, or there is no symbol."""
    if not form.is_valid() or not form.symbols:
        return None
    given = form.cleaned_data
    code = given["symbol"] or _first(form.symbols)
    run = given["run"] or Run.objects.filter(kind=Run.Kind.LIVE).first()
    return Asked(symbol=form.symbols[code], at=given["at"], strategy=given["strategy"], run=run)


def _first(symbols: dict[str, Symbol]) -> str:
    """The first that is switched on."""
    return min(symbols, key=lambda code: (not symbols[code].is_enabled, code))


def _strategies() -> dict[str, str]:
    """Title of every strategy that runs or once ran here, by slug."""
    ran = StrategyConfig.objects.order_by("strategy").values_list("strategy", flat=True).distinct()
    return {slug: STRATEGIES[slug].title if slug in STRATEGIES else slug for slug in ran}
