"""The filters above the log: a group of kinds as a tab, a symbol, words."""

from urllib.parse import urlencode

from django import forms

from dashboard.logs.kinds import GROUPS
from dashboard.logs.queries import Wanted
from markets.models import Symbol

GROUP_CHOICES = [("", "All"), *((slug, group.title) for slug, group in GROUPS.items())]


def symbol_choices() -> list[tuple[str, str]]:
    """Every symbol, enabled or not: the log knows them all."""
    codes = Symbol.objects.order_by("code").values_list("code", flat=True)
    return [("", "All symbols"), *((code, code) for code in codes)]


class LogFilter(forms.Form):
    """What a reader asks for, as it stands in the address."""

    group = forms.ChoiceField(
        required=False,
        choices=GROUP_CHOICES,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "No such group of events: choose one of the tabs."},
    )
    symbol = forms.ChoiceField(
        required=False,
        choices=symbol_choices,
        error_messages={"invalid_choice": "No such symbol here: choose one of the list."},
    )
    q = forms.CharField(
        required=False,
        max_length=100,
        label="Words",
        widget=forms.SearchInput(attrs={"placeholder": "Text or who did it"}),
    )
    before = forms.IntegerField(
        required=False,
        min_value=1,
        widget=forms.HiddenInput,
        error_messages={"invalid": "No such place in the log: begin at the newest event."},
    )

    @property
    def wanted(self) -> Wanted:
        """The events asked for; a filter with an error is left out."""
        asked = self.cleaned_data
        group = GROUPS.get(asked.get("group", ""))
        return Wanted(
            kinds=tuple(kind.slug for kind in group.kinds) if group else (),
            symbol=asked.get("symbol", ""),
            text=asked.get("q", ""),
            before=asked.get("before"),
        )

    def query(self, **changes: object) -> str:
        """These filters with `changes` as a query string; the page begins anew unless named."""
        asked = {name: self.cleaned_data.get(name) for name in ("group", "symbol", "q")} | changes
        kept = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(kept)}" if kept else ""
