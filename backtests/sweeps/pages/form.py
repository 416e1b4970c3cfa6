"""The form a sweep is asked for with: a line for each setting, and how to search and choose."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from backtests.asking import PlanError, parse_plan
from backtests.models import Sweep
from backtests.plan import Plan
from backtests.sweeps.pages.bases import Base
from backtests.sweeps.queueing import MOST_WINDOWS, Search, found_by
from backtests.sweeps.space import MOST_TRIALS, Combinations
from backtests.sweeps.writing import SpaceError, label_of, varied
from risk.statistics import MINIMUM
from strategies.parameters import Parameter

SPACE = "space_"


class SweepForm(forms.Form):
    """Valid only with a plan and at least one combination of settings."""

    start = forms.CharField(label="From (UTC)", max_length=40, help_text="Such as 2026-01-31.")
    end = forms.CharField(label="To (UTC)", max_length=40, help_text="Not included.")
    kind = forms.ChoiceField(label="Search", choices=Sweep.Kind.choices)
    trials = forms.IntegerField(
        label="Trials of a random search",
        min_value=1,
        max_value=MOST_TRIALS,
        help_text=f"A grid has as many as it has combinations. At most {MOST_TRIALS:,}.",
    )
    seed = forms.IntegerField(
        label="Seed",
        min_value=1,
        max_value=2**31 - 1,
        help_text="The same seed draws the same combinations.",
    )
    criterion = forms.ChoiceField(label="The best is best in", choices=Sweep.Criterion.choices)
    windows = forms.IntegerField(
        label="Windows",
        min_value=1,
        max_value=MOST_WINDOWS,
        help_text="Equal parts of the period. The last one only judges what the others chose.",
    )
    least_results = forms.IntegerField(
        label="Least results to be chosen by",
        min_value=MINIMUM,
        max_value=1_000_000,
        help_text=f"In each window it is chosen by; at least {MINIMUM}.",
    )

    def __init__(self, typed: Any, *, base: Base) -> None:
        defaults = Search()
        first = {name: getattr(defaults, name) for name in ("kind", "trials", "seed", "windows")}
        first |= {"criterion": defaults.criterion, "least_results": defaults.least_results}
        span = {name: str(base.values[name])[:16] for name in ("start", "end")}
        super().__init__(typed, initial={**first, **span})
        self.base = base
        self.plan: Plan | None = None
        self.found: Combinations | None = None
        self.settings = varied(base.values)
        for name, item in self.settings.items():
            self.fields[SPACE + name] = _field(item, _now(base, item))

    def space_fields(self) -> Iterator[BoundField]:
        return (self[SPACE + name] for name in self.settings)

    def search_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in ("start", "end", "kind", "trials", "seed"))

    def choosing_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in ("criterion", "windows", "least_results"))

    @property
    def space(self) -> dict[str, str]:
        """What is written for each setting that is to vary."""
        written = {name: self.cleaned_data.get(SPACE + name, "") for name in self.settings}
        return {name: text for name, text in written.items() if text.strip()}

    @property
    def search(self) -> Search:
        names = ("kind", "trials", "seed", "windows", "criterion", "least_results")
        return Search(**{name: self.cleaned_data[name] for name in names})

    def clean(self) -> dict[str, Any]:
        """The plan and its combinations, or what is wrong with them beside its field."""
        if self.errors:
            return self.cleaned_data
        span = {name: self.cleaned_data[name] for name in ("start", "end")}
        try:
            self.plan = parse_plan({**self.base.values, **span})
            self.found = found_by(self.plan, self.space, self.search)
        except PlanError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error))
        except SpaceError as error:
            name = SPACE + error.setting
            self.add_error(name if name in self.fields else None, str(error))
        return self.cleaned_data


def _field(item: Parameter, now: str) -> forms.CharField:
    limits = _limits(item)
    return forms.CharField(
        label=label_of(item),
        required=False,
        max_length=500,
        help_text=f"Now {now}; {limits}." if limits else f"Now {now}.",
        widget=forms.TextInput(attrs={"placeholder": now, "autocomplete": "off"}),
    )


def _limits(item: Parameter) -> str:
    """What may be written, in few words."""
    return "write off, on to try both" if item.type is bool else item.limits


def _now(base: Base, item: Parameter) -> str:
    value = base.values.get("parameters", {}).get(item.name, base.values.get(item.name))
    return item.shown(item.default if value is None and item.name != "tp_value" else value)
