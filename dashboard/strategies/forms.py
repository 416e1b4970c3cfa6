"""The form staff edit a config with: a control for each setting, in groups."""

from collections.abc import Iterator
from typing import Any

from django import forms

from dashboard.forms import Group
from strategies.forms import PREFIX, StrategyConfigForm, setting_fields
from strategies.models import StrategyConfig
from strategies.parameters import describe
from strategies.registry import STRATEGIES


class ConfigForm(StrategyConfigForm):
    """The fields every config has; `config_form` adds those of its strategy."""

    class Meta(StrategyConfigForm.Meta):
        labels = {
            "is_enabled": "Switched on",
            "sl_mode": "Stop measured in",
            "sl_value": "Stop distance",
            "tp_mode": "Target measured in",
            "tp_value": "Target distance",
            "lots_hint": "Size shown (lots)",
            "min_confidence": "Least confidence (0 to 1)",
            "expiry_bars": "Idea expires after (bars)",
        }
        help_texts = {
            "timeframe": "Length of the bars it decides on.",
            "sl_mode": "ATR 14 is the average range of the last 14 bars.",
            "tp_mode": "As for the stop.",
        }
        widgets = {
            "sl_value": forms.NumberInput(attrs={"min": "0.01", "step": "0.01"}),
            "tp_value": forms.NumberInput(attrs={"min": "0.01", "step": "0.01"}),
            "lots_hint": forms.NumberInput(attrs={"min": "0.01", "step": "0.01"}),
            "min_confidence": forms.NumberInput(attrs={"min": "0", "max": "1", "step": "0.01"}),
            "expiry_bars": forms.NumberInput(attrs={"min": "1", "max": "100000", "step": "1"}),
        }

    def groups(self) -> Iterator[Group]:
        """The fields as the page shows them, the strategy's own first."""
        strategy = STRATEGIES[self.instance.strategy]
        own = [PREFIX + item.name for item in describe(strategy)]
        trailing = (
            "The stop is where it starts; this strategy then trails it and needs no target."
            if strategy.trails
            else ""
        )
        yield self._group("Rules", (strategy.__doc__ or "").splitlines()[0], own)
        stops = ["sl_mode", "sl_value", "tp_mode", "tp_value"]
        yield self._group("Stop and target", trailing, stops)
        yield self._group("Signal", "", ["min_confidence", "expiry_bars", "lots_hint"])
        yield self._group("Running", "", ["timeframe", "mode", "is_enabled"])

    def _group(self, title: str, note: str, names: list[str]) -> Group:
        return Group(title, note, tuple(self[name] for name in names))


def config_form(config: StrategyConfig, typed: Any = None) -> ConfigForm:
    """The form of `config`, holding what it says now or what was `typed`."""
    fields = setting_fields(STRATEGIES[config.strategy], values=config.parameters)
    form: type[ConfigForm] = type("SettingsForm", (ConfigForm,), fields)
    return form(typed, instance=config, initial=_plain(config))


def _plain(config: StrategyConfig) -> dict[str, str]:
    """Numbers without the zeros of their columns: 3, not 3.00."""
    values = {name: getattr(config, name) for name in ("sl_value", "tp_value", "min_confidence")}
    return {name: f"{float(value):.10g}" for name, value in values.items() if value is not None}
