"""The question in the URL of the track record: read, and what is wrong with it said in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict

from signals.pages.filters import is_sensible
from signals.track_record.asked import BASES, RANGES, SOURCES, Asked, between, over
from strategies.models import ConfigVersion, Mode

CHOICES = {"range": "range", "symbol": "symbol", "strategy": "strategy"}


class RecordForm(forms.Form):
    """Range, symbol, strategy, basis and source; offers only what ever ran live."""

    range = forms.ChoiceField(choices=list(RANGES.items()), required=False)
    since = forms.DateField(required=False, label="From")
    until = forms.DateField(required=False, label="To")
    symbol = forms.ChoiceField(required=False)
    strategy = forms.ChoiceField(required=False)
    basis = forms.ChoiceField(choices=list(BASES.items()), required=False)
    source = forms.ChoiceField(choices=list(SOURCES.items()), required=False)

    def __init__(self, sent: QueryDict) -> None:
        super().__init__(sent, auto_id="record-%s")
        ran = ran_live()
        self._offer("symbol", "All symbols", (symbol for symbol, _ in ran))
        self._offer("strategy", "All strategies", (strategy for _, strategy in ran))
        for name in ("range", "symbol", "strategy", "basis", "source"):
            words = f"There is no {name} “%(value)s”; choose one of the list."
            self.fields[name].error_messages["invalid_choice"] = words
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = "Write the day as 2026-11-21."
            self.fields[name].validators = [is_sensible]
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day lies before the first one.")
        return self.cleaned_data

    def _offer(self, name: str, nothing: str, values: Iterable[str]) -> None:
        chosen = cast(forms.ChoiceField, self.fields[name])
        chosen.choices = [("", nothing), *((each, each) for each in sorted(set(values)))]


def ran_live() -> list[tuple[str, str]]:
    """Symbol and strategy of every config that ever ran live; what only ran in shadow is hidden."""
    live = ConfigVersion.objects.filter(snapshot__mode=Mode.LIVE.value)
    return list(live.order_by().values_list("config__symbol__code", "config__strategy").distinct())


def asked_of(form: RecordForm, *, today: date) -> Asked | None:
    """What `form` asks for, in UTC days up to `today`; None when it cannot be understood.

    Dates count without a range too: `?since=2026-11-01` says enough.
    """
    if not form.is_valid():
        return None
    given = form.cleaned_data
    chosen = Asked(
        symbol=given["symbol"],
        strategy=given["strategy"],
        basis=given["basis"] or "live",
        source=given["source"],
    )
    first, last = given["since"], given["until"]
    if given["range"] == "custom" or (not given["range"] and (first or last)):
        return between(chosen, first, last)
    return over(chosen, given["range"] or "all", today=today)
