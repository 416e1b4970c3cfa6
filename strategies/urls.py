from django.urls import path

from strategies.api.configs import AddConfig, Configs, ConfigView, Kinds
from strategies.api.versions import RestoreVersion, Versions, VersionView

CONFIG = "api/admin/strategies/<int:config_id>"
VERSION = f"{CONFIG}/versions/<int:number>"

urlpatterns = [
    path("api/strategies", Configs.as_view(), name="api-configs"),
    path("api/strategies/kinds", Kinds.as_view(), name="api-kinds"),
    path("api/admin/strategies", AddConfig.as_view(), name="api-add-config"),
    path(CONFIG, ConfigView.as_view(), name="api-config"),
    path(f"{CONFIG}/versions", Versions.as_view(), name="api-config-versions"),
    path(VERSION, VersionView.as_view(), name="api-config-version"),
    path(f"{VERSION}/restore", RestoreVersion.as_view(), name="api-config-restore"),
]
