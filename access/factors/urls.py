from django.urls import path

from access.factors import code_views, login_views, views

urlpatterns = [
    path("login/code/", login_views.login_code, name="login-code"),
    path("login/passkey/", login_views.login_passkey, name="login-passkey"),
    path("profile/confirm/", views.confirm_view, name="confirm"),
    path("profile/app/", views.add_app_view, name="app-add"),
    path("profile/passkeys/", views.add_passkey_view, name="passkey-add"),
    path("profile/passkeys/<int:factor_id>/", views.rename_passkey_view, name="passkey-rename"),
    path("profile/factors/<int:factor_id>/", views.remove_factor_view, name="factor-remove"),
    path("profile/recovery-codes/", code_views.recovery_codes_view, name="recovery-codes"),
    path(
        "profile/recovery-codes/file/", code_views.recovery_codes_file, name="recovery-codes-file"
    ),
]
