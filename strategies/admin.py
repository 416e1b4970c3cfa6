"""Where staff choose what runs on which symbol; every save is a version."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from audit.admin import ReadOnlyAdmin, ReadOnlyInline
from audit.lists import DeskAdmin
from audit.shown import list_of, listed, side_by_side
from strategies.admin_widgets import ADMIN_WIDGETS
from strategies.forms import PREFIX, AddConfigForm, StrategyConfigForm, setting_fields
from strategies.models import ConfigVersion, StrategyConfig
from strategies.parameters import describe
from strategies.registry import STRATEGIES
from strategies.versions import new_config, restore_version, save_config, set_enabled

WHAT = ["symbol", "strategy", "timeframe", "mode"]


class ConfigVersionInline(ReadOnlyInline):
    """What each save changed, newest first."""

    model = ConfigVersion
    fields = readonly_fields = ["label", "changes", "created_at", "created_by", "code_hash"]
    ordering = ["-number"]
    per_page = 10
    verbose_name_plural = "versions"


@admin.register(StrategyConfig)
class StrategyConfigAdmin(DeskAdmin):
    """Add in two steps: what runs where, then its settings, a field for each."""

    list_display = ["symbol", "strategy", "timeframe", "mode", "is_enabled", "updated_at"]
    list_display_links = ["symbol", "strategy"]
    list_filter = ["is_enabled", "strategy", "symbol", "timeframe", "mode"]
    list_select_related = ["symbol"]
    search_fields = ["symbol__code", "strategy"]
    search_help_text = "A symbol or a strategy"
    inlines = [ConfigVersionInline]
    actions = ["enable", "disable"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = ["symbol", "strategy", "updated_at", "settings_in_words", "others"]
        return own if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": WHAT})]
        settings = [PREFIX + item.name for item in describe(STRATEGIES[obj.strategy])]
        if not self.has_change_permission(request, obj):
            settings = ["settings_in_words"]
        return [
            (None, {"fields": [*WHAT, "is_enabled", "updated_at"]}),
            ("Settings of the strategy", {"fields": settings}),
            ("Stop and target", {"fields": ["sl_mode", "sl_value", "tp_mode", "tp_value"]}),
            ("Signal", {"fields": ["min_confidence", "expiry_bars", "lots_hint"]}),
            ("See also", {"fields": ["others"]}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            return super().get_form(request, obj, change, form=AddConfigForm, **kwargs)
        fields = setting_fields(
            STRATEGIES[obj.strategy], values=obj.parameters, widgets=ADMIN_WIDGETS
        )
        form = type("SettingsForm", (StrategyConfigForm,), fields)
        return super().get_form(request, obj, change, form=form, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its versions and signals stay; switch it off instead

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> StrategyConfig:
        config: StrategyConfig = super().save_form(request, form, change)
        return config if change else new_config(**form.cleaned_data, is_enabled=False)

    def save_model(
        self, request: HttpRequest, obj: StrategyConfig, form: Any, change: bool
    ) -> None:
        save_config(obj, by=request.user.get_username(), now=timezone.now())

    def response_add(
        self, request: HttpRequest, obj: StrategyConfig, post_url_continue: str | None = None
    ) -> HttpResponse:
        text = f"{obj} was added, switched off. Check its settings, then enable it."
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(
            reverse("admin:strategies_strategyconfig_change", args=[obj.pk])
        )

    def view_on_site(self, obj: StrategyConfig) -> str:
        return reverse("strategy", args=[obj.pk])

    @admin.display(description="in Admin")
    def others(self, obj: StrategyConfig) -> SafeString:
        return side_by_side(
            list_of("signals_signal", "Signals", config__id__exact=obj.pk),
            list_of("strategies_configversion", "Versions", config__id__exact=obj.pk),
            list_of("signals_track", "How far it got", config__id__exact=obj.pk),
        )

    @admin.display(description="Settings")
    def settings_in_words(self, obj: StrategyConfig) -> str:
        names = [item.name for item in describe(STRATEGIES[obj.strategy])]
        return ", ".join(f"{name} {obj.parameters[name]}" for name in names)

    @admin.action(description="Enable", permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[StrategyConfig]) -> None:
        self._switch(request, queryset, True)

    @admin.action(description="Disable", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[StrategyConfig]) -> None:
        self._switch(request, queryset, False)

    def _switch(
        self, request: HttpRequest, queryset: QuerySet[StrategyConfig], is_enabled: bool
    ) -> None:
        now, by = timezone.now(), request.user.get_username()
        for config in queryset:
            set_enabled(config, is_enabled, by=by, now=now)
        word = "enabled" if is_enabled else "disabled"
        self.message_user(request, f"{len(queryset)} {word}.", messages.SUCCESS)


@admin.register(ConfigVersion)
class ConfigVersionAdmin(ReadOnlyAdmin):
    """Every version of every config, to read and to go back to."""

    list_display = ["config", "label", "changes", "created_by", "created_at"]
    list_filter = ["config__strategy", "config__symbol", "created_by"]
    list_select_related = ["config__symbol"]
    ordering = ["-created_at", "-pk"]
    actions = ["restore"]
    fieldsets = [
        (None, {"fields": ["config", "label", "changes", "created_by", "created_at"]}),
        ("What it said", {"fields": ["settings", "code_hash", "others"]}),
    ]

    @admin.display(description="settings")
    def settings(self, version: ConfigVersion) -> SafeString:
        return listed(version.snapshot)

    @admin.display(description="see also")
    def others(self, version: ConfigVersion) -> SafeString:
        made = {"config_version__id__exact": version.pk}
        return list_of("signals_signal", f"Signals made by {version.label}", **made)

    def has_restore_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("strategies.change_strategyconfig")

    @admin.action(description="Go back to this version", permissions=["restore"])
    def restore(self, request: HttpRequest, queryset: QuerySet[ConfigVersion]) -> None:
        if len(queryset) != 1:
            self.message_user(request, "Choose exactly one version.", messages.ERROR)
            return
        version = restore_version(
            queryset.get(), by=request.user.get_username(), now=timezone.now()
        )
        self.message_user(request, f"{version} is current.", messages.SUCCESS)
