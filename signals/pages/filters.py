"""What somebody asked the signals list for: a tab, filters and a search, all in the URL."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from markets.models import Symbol
from signals.models import Signal, SignalQuerySet
from signals.pages.searching import Sought, sought
from signals.pages.tabs import EVERYTHING, TABS, Tab
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES

PERIODS = {"": "All time", "today": "Today", "7d": "7 days", "30d": "30 days", "custom": "Dates"}
DAYS = {"today": 1, "7d": 7, "30d": 30}
FILTERS = ("symbol", "strategy", "period", "since", "until", "q")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The signals to show; `is_clear` says whether the question could be understood."""

    tab: Tab = EVERYTHING
    choice: Q = field(default_factory=Q)
    since: datetime | None = None  # bars that closed from here on
    until: datetime | None = None  # and before this
    values: tuple[tuple[str, str], ...] = ()  # as typed, for links
    is_clear: bool = True

    @property
    def is_filtered(self) -> bool:
        return bool(self.values)

    def signals(self) -> SignalQuerySet:
        """Those of every tab; none when the question was not clear."""
        if not self.is_clear:
            return Signal.objects.none()
        found = Signal.objects.live().filter(self.choice)
        if self.since:
            found = found.filter(bar_closed_at__gte=self.since)
        return found.filter(bar_closed_at__lt=self.until) if self.until else found

    def query(self, **more: str) -> str:
        """The part of a URL that asks the same; `more` is added, a `tab` replaces this one."""
        tab = more.pop("tab", self.tab.slug)
        kept = [("tab", tab)] if tab != EVERYTHING.slug else []
        return urlencode([*kept, *self.values, *((k, v) for k, v in more.items() if v)])


class FilterForm(forms.Form):
    """The filters above the list; says which value it does not know."""

    tab = forms.ChoiceField(choices=[(slug, slug) for slug in TABS], required=False)
    q = forms.CharField(max_length=60, required=False, label="Search")
    symbol = forms.ChoiceField(required=False)
    strategy = forms.ChoiceField(required=False)
    period = forms.ChoiceField(choices=list(PERIODS.items()), required=False)
    since = forms.DateField(required=False, label="From")
    until = forms.DateField(required=False, label="To")

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked, auto_id="filter-%s")
        self.symbols = dict(Symbol.objects.values_list("code", "pk"))
        self.strategies = strategy_titles()
        self._offer("symbol", "All symbols", {code: code for code in self.symbols})
        self._offer("strategy", "All strategies", {slug: slug for slug in self.strategies})
        for name, what in (("tab", "tab"), ("symbol", "symbol"), ("strategy", "strategy")):
            self._explain(
                name, f"There is no {what} \u201c%(value)s\u201d; choose one of the list."
            )
        self._explain("period", "There is no period \u201c%(value)s\u201d; choose one of the list.")
        for name in ("since", "until"):
            self._explain(name, "Write the day as 2026-11-21.", code="invalid")
            self.fields[name].validators = [is_sensible]
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        search = {"type": "search", "placeholder": "Symbol, strategy, action or number"}
        self.fields["q"].widget = forms.TextInput(attrs={**search, "maxlength": "60"})

    def clean_q(self) -> Sought:
        try:
            return sought(self.cleaned_data["q"], symbols=self.symbols, strategies=self.strategies)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day lies before the first one.")
        return self.cleaned_data

    def _offer(self, name: str, nothing: str, values: dict[str, str]) -> None:
        chosen = cast(forms.ChoiceField, self.fields[name])
        chosen.choices = [("", nothing), *values.items()]

    def _explain(self, name: str, text: str, *, code: str = "invalid_choice") -> None:
        self.fields[name].error_messages[code] = text


def is_sensible(day: date) -> None:
    """Refuse days no desk has seen or will see, which the database's calendar may not hold."""
    if not 1990 <= day.year <= 2100:
        raise forms.ValidationError("Choose a year between 1990 and 2100.")


def strategy_titles() -> dict[str, str]:
    """Title of every strategy that runs or once ran here, by slug."""
    known = {slug: strategy.title for slug, strategy in STRATEGIES.items()}
    ran = StrategyConfig.objects.order_by("strategy").values_list("strategy", flat=True).distinct()
    return {slug: known.get(slug, slug) for slug in {**known, **dict.fromkeys(ran)}}


def asked(form: FilterForm, *, today: date) -> Asked:
    """What `form` asks for; `today` is the viewer's."""
    typed = tuple((name, form.data[name]) for name in FILTERS if form.data.get(name))
    tab = TABS.get(form.data.get("tab") or EVERYTHING.slug, EVERYTHING)
    if not form.is_valid():
        return Asked(tab=tab, values=typed, is_clear=False)
    given = form.cleaned_data
    first, last = _days(given, today)
    return Asked(
        tab=tab,
        choice=_choice(form.symbols.get(given["symbol"]), given["strategy"], given["q"]),
        since=_midnight(first),
        until=_midnight(last and last + timedelta(days=1)),
        values=typed,
    )


def _days(given: dict[str, Any], today: date) -> tuple[date | None, date | None]:
    """First and last day; dates count where no other period was chosen."""
    if given["period"] in DAYS:
        return today - timedelta(days=DAYS[given["period"]] - 1), None
    return given["since"], given["until"]


def _midnight(day: date | None) -> datetime | None:
    """When `day` begins in the viewer's zone."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _choice(symbol: int | None, strategy: str, search: Sought) -> Q:
    """Each thing asked for narrows; one value is compared, not looked up in a list."""
    wanted = Q()
    for column, values in (
        ("symbol", {symbol} if symbol else set()),
        ("strategy", {strategy} if strategy else set()),
        ("pk", search.numbers),
        ("symbol", search.symbols),
        ("strategy", search.strategies),
        ("action", search.actions),
    ):
        if values:
            wanted &= (
                Q(**{f"{column}__in": sorted(values)})
                if len(values) > 1
                else Q(**{column: next(iter(values))})
            )
    return wanted
