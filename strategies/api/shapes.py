"""Configs, their versions and the strategies there are, as scripts read them."""

from typing import Any

from rest_framework import serializers

from strategies.base import Strategy
from strategies.models import ConfigVersion
from strategies.parameters import Parameter, describe
from strategies.wording import units_of

TYPES = {int: "integer", bool: "boolean", str: "text"}  # else a number


class SettingsOut(serializers.Serializer[Any]):
    """All that decides."""

    symbol = serializers.CharField()
    strategy = serializers.CharField()
    timeframe = serializers.CharField()
    mode = serializers.CharField(help_text="live, or shadow: recorded, never pushed nor public.")
    is_enabled = serializers.BooleanField()
    parameters = serializers.DictField(help_text="The strategy's own settings, every one.")
    sl_mode = serializers.CharField(help_text="pips, or atrx: a multiple of ATR 14.")
    sl_value = serializers.FloatField()
    tp_mode = serializers.CharField(help_text="As sl_mode.")
    tp_value = serializers.FloatField(allow_null=True, help_text="null: no target.")
    lots_hint = serializers.FloatField()
    min_confidence = serializers.FloatField()
    expiry_bars = serializers.IntegerField()


class VersionOut(serializers.ModelSerializer[ConfigVersion]):
    """One save."""

    label = serializers.CharField(  # type: ignore[assignment]  # a column, not a form's label
        help_text="As signals name it: v3."
    )
    changes = serializers.SerializerMethodField(help_text="What it changed, in words.")

    class Meta:
        model = ConfigVersion
        fields = ["number", "label", "changes", "created_at", "created_by", "code_hash"]
        read_only_fields = fields

    def get_changes(self, version: ConfigVersion) -> list[str]:
        return version.changes.split("; ")


class WholeVersionOut(VersionOut):
    """One save with all it says."""

    settings = SettingsOut(source="snapshot")

    class Meta(VersionOut.Meta):
        fields = [*VersionOut.Meta.fields, "settings"]
        read_only_fields = fields


class ConfigOut(SettingsOut):
    """A strategy on a symbol, as its newest version says."""

    id = serializers.IntegerField()
    is_demo = serializers.BooleanField(help_text="The symbol's prices are made up.")
    version = VersionOut(help_text="`number` is what a change names as `expected`.")
    units = serializers.DictField(child=serializers.CharField())

    def to_representation(self, version: Any) -> dict[str, Any]:
        return dict(super().to_representation(config_facts(version)))


class ChangedOut(ConfigOut):
    """The config after a change, and what that changed."""

    changed = serializers.ListField(
        child=serializers.CharField(), help_text="In words; empty when nothing was different."
    )

    def to_representation(self, saved: Any) -> dict[str, Any]:
        facts = {**config_facts(saved.version), "changed": saved.changed}
        return dict(SettingsOut.to_representation(self, facts))


def config_facts(version: ConfigVersion) -> dict[str, Any]:
    """What is told of the config whose newest version this is."""
    symbol = version.config.symbol
    return {
        **version.snapshot,
        "symbol": symbol.code,
        "id": version.config_id,
        "is_demo": symbol.is_demo,
        "version": version,
        "units": units_of(version.snapshot),
    }


class SettingOut(serializers.Serializer[Any]):
    """One setting of a strategy."""

    name = serializers.CharField()
    title = serializers.CharField()
    type = serializers.ChoiceField(["integer", "number", "boolean", "text"])
    default = serializers.JSONField()
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    help = serializers.CharField()


class KindOut(serializers.Serializer[Any]):
    """A strategy that can run on a symbol."""

    slug = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField(help_text="Its rule, and how its confidence is computed.")
    trails = serializers.BooleanField(help_text="Its stop is moved bar by bar; no target needed.")
    settings = SettingOut(many=True)


def kind_json(strategy: type[Strategy]) -> dict[str, Any]:
    """What a strategy is and what can be set."""
    return {
        "slug": strategy.slug,
        "title": strategy.title,
        "about": " ".join((strategy.__doc__ or "").split()),
        "trails": strategy.trails,
        "settings": [setting_json(item) for item in describe(strategy)],
    }


def setting_json(item: Parameter) -> dict[str, Any]:
    """One setting with its limits and words."""
    names = ("name", "title", "default", "minimum", "maximum", "unit", "help")
    return {"type": TYPES.get(item.type, "number")} | {name: getattr(item, name) for name in names}
