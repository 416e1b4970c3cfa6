"""What scripts send about strategies: settings by their names, with the words of the forms."""

from typing import Any, ClassVar

from rest_framework import serializers

from access.sent import PageQuery, Sent
from access.values import ByName, Choice, Flag, SentModel, Whole
from markets.models import Symbol
from strategies.models import Mode, StrategyConfig
from strategies.registry import STRATEGIES
from strategies.wording import SETTING_WORDS

EXPECTED = "The version number this change was made from; 409 when a newer one is there by then."


def optional(words: dict[str, str]) -> dict[str, Any]:
    """How a setting is read: left out it stays, and null is as good as an empty field."""
    missing = {"null": words["required"]} if "required" in words else {}
    return {"required": False, "error_messages": words | missing}


class Expected(Sent):
    expected = Whole(required=False, min_value=0, max_value=2**31 - 1, help_text=EXPECTED)


class ConfigSettings(SentModel):
    """Every setting of a config that may change."""

    parameters = serializers.DictField(
        required=False,
        help_text="The strategy's own settings, as /api/strategies/kinds describes them.",
    )

    class Meta:
        model = StrategyConfig
        fields = [
            "timeframe",
            "mode",
            "is_enabled",
            "parameters",
            "sl_mode",
            "sl_value",
            "tp_mode",
            "tp_value",
            "lots_hint",
            "min_confidence",
            "expiry_bars",
        ]
        extra_kwargs: ClassVar[dict[str, Any]] = {
            name: optional(words) for name, words in SETTING_WORDS.items()
        }


class ConfigChange(ConfigSettings):
    """What is left out stays; of `parameters` as well."""

    expected = Whole(required=False, min_value=0, max_value=2**31 - 1, help_text=EXPECTED)

    class Meta(ConfigSettings.Meta):
        fields = [*ConfigSettings.Meta.fields, "expected"]


class NewConfig(ConfigSettings):
    """What is left out has its default: switched on, live, M1."""

    symbol = ByName(
        slug_field="code",
        queryset=Symbol.objects.all(),
        error_messages={"does_not_exist": "There is no symbol {value}: add it first."},
    )

    class Meta(ConfigSettings.Meta):
        fields = ["symbol", "strategy", *ConfigSettings.Meta.fields]
        validators: ClassVar[list[Any]] = []  # the model says it in the house's words


class ConfigsQuery(PageQuery):
    symbol = serializers.CharField(required=False, max_length=12)
    strategy = Choice(list(STRATEGIES), required=False)
    mode = Choice(Mode.values, required=False)
    enabled = Flag(required=False)
