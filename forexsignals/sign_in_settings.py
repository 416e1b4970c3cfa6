"""How people sign in: by password, then by a second factor; too many tries and the door waits."""

from datetime import timedelta

AUTHENTICATION_BACKENDS = [
    "access.backends.AddressLimit",
    "access.backends.NameLimit",
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "access.names.kept_name"
AXES_CLIENT_IP_CALLABLE = "access.addresses.counted_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on must not lock for ever
AXES_DISABLE_ACCESS_LOG = True  # audit.Event has the logins
AXES_LOCKOUT_CALLABLE = "dashboard.login.locked_out"
AXES_RESET_ON_SUCCESS = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # the desk routes none of allauth's own pages
MFA_ADAPTER = "access.factors.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # so that one passkey is two factors
MFA_RECOVERY_CODE_COUNT = 10
