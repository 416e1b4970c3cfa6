"""Settings: every value from the environment, a working desk when none is set.

What no variable changes is imported whole (`components`, `admin_theme`, `sign_in_settings`); what
one does is called for with it (`api_settings`, `mail_settings`, `logging`, `schedule`).

The embedded default (no `SECRET_KEY`, `DATABASE_URL` or `REDIS_URL`) keeps SQLite, the broker's
socket and generated secrets under `var/`. `manage.py up` makes secrets there for any database; all
other processes only use what they find. Each variable is explained in `.env.example`.
"""

import logging
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from forexsignals.admin_theme import UNFOLD  # noqa: F401  Django reads this and the like
from forexsignals.api_description import description
from forexsignals.api_settings import rest_framework, simple_jwt
from forexsignals.components import INSTALLED_APPS, MIDDLEWARE  # noqa: F401
from forexsignals.embedded import broker_socket, generated_secrets
from forexsignals.environment import Environment
from forexsignals.logging import join_other_loggers, logging_config, process_name
from forexsignals.mail_settings import default_sender, mail_settings
from forexsignals.schedule import beat_schedule
from forexsignals.scrubbing import ScrubbedTraceback, Scrubber
from forexsignals.sign_in_settings import *  # noqa: F403
from forexsignals.strength import HOW, secret_faults

django_stubs_ext.monkeypatch()  # forms and admins name their model as a type argument

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment.load(Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env"))

# Where the desk keeps what it writes
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
OUTGOING_DIR = VAR_DIR / "outgoing"  # what each sender has on its way: delivery.leaving
AUDIT_HEADS = VAR_DIR / "audit-heads.txt"  # the sealed log's head of each day: audit.heads
os.environ.setdefault("NUMBA_CACHE_DIR", str(VAR_DIR / "compiled"))  # backtests.compiled
EMBEDDED = not any(env.str(n, default="") for n in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"))
IS_UP = sys.argv[1:2] == ["up"]  # it owns var/ and starts every process from there
_generated = generated_secrets(VAR_DIR, create=EMBEDDED or IS_UP)


def _secret(name: str) -> str:
    return env.str(name, default="") or _generated.get(name, "")


SECRET_KEY = _secret("SECRET_KEY")
JWT_SECRET = _secret("JWT_SECRET")
FIELD_ENCRYPTION_KEY = _secret("FIELD_ENCRYPTION_KEY")
METRICS_TOKEN = _secret("METRICS_TOKEN")
if faults := secret_faults(
    {
        "SECRET_KEY": SECRET_KEY,
        "JWT_SECRET": JWT_SECRET,
        "FIELD_ENCRYPTION_KEY": FIELD_ENCRYPTION_KEY,
    }
):
    sys.exit(f"The desk does not start: {'; '.join(faults)}. Put into .env what this prints: {HOW}")
DEBUG = env.bool("DEBUG", default=False)

# Addresses
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]  # health checks come from here
_shown_host = "127.0.0.1" if HOST in ("0.0.0.0", "::") else HOST  # noqa: S104  not bound here
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default=f"http://{_shown_host}:{PORT}")
PUBLIC_BASE_URL = PUBLIC_BASE_URL.rstrip("/")
IS_HTTPS = PUBLIC_BASE_URL.startswith("https://")
_own_host = urlsplit(PUBLIC_BASE_URL).hostname or HOST
ALLOWED_HOSTS = sorted({*env.list("ALLOWED_HOSTS", default=[]), _own_host, *LOCAL_HOSTS})
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_BASE_URL])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
NUM_PROXIES = env.int("NUM_PROXIES", default=0)
ADMIN_PATH = env.str("ADMIN_PATH", default="admin/").strip("/") + "/"
OUTBOUND_ALLOW_HOSTS = env.list("OUTBOUND_ALLOW_HOSTS", default=[])

# The first admin
ADMIN_USERNAME = env.str("ADMIN_USERNAME", default="admin")
ADMIN_PASSWORD = env.str("ADMIN_PASSWORD", default="")
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=False)
PUBLIC_API = env.bool("PUBLIC_API", default=True)
PUBLIC_TRACK_RECORD = env.bool("PUBLIC_TRACK_RECORD", default=False)

# The minute
EVALUATION_INTERVAL_SECONDS = env.int("EVALUATION_INTERVAL_SECONDS", default=60)
MAX_SEND_DELAY_SECONDS = env.int("MAX_SEND_DELAY_SECONDS", default=300)

# Feeds
ALPHAVANTAGE_KEY = env.str("ALPHAVANTAGE_KEY", default="")
ALPHAVANTAGE_API_BASE = env.str("ALPHAVANTAGE_API_BASE", default="https://www.alphavantage.co")
TWELVEDATA_KEY = env.str("TWELVEDATA_KEY", default="")
TWELVEDATA_API_BASE = env.str("TWELVEDATA_API_BASE", default="https://api.twelvedata.com")
MOCK_DATA_DIR = BASE_DIR / "data" / "mock"

# Channels
WHATSAPP_TOKEN = env.str("WHATSAPP_TOKEN", default="")
WHATSAPP_PHONE_ID = env.str("WHATSAPP_PHONE_ID", default="")
WHATSAPP_TO = env.list("WHATSAPP_TO", default=[])
WHATSAPP_API_BASE = env.str("WHATSAPP_API_BASE", default="https://graph.facebook.com")
WHATSAPP_API_VERSION = env.str("WHATSAPP_API_VERSION", default="v25.0")
WHATSAPP_TEMPLATE = env.str("WHATSAPP_TEMPLATE", default="")
WHATSAPP_TEMPLATE_LANGUAGE = env.str("WHATSAPP_TEMPLATE_LANGUAGE", default="en")
WHATSAPP_APP_SECRET = env.str("WHATSAPP_APP_SECRET", default="")
WHATSAPP_VERIFY_TOKEN = env.str("WHATSAPP_VERIFY_TOKEN", default="")
MESSAGE_RECEIPTS = env.bool("MESSAGE_RECEIPTS", default=False)
TELEGRAM_BOT_TOKEN = env.str("TELEGRAM_BOT_TOKEN", default="")
TELEGRAM_CHAT_ID = env.list("TELEGRAM_CHAT_ID", default=[])
TELEGRAM_API_BASE = env.str("TELEGRAM_API_BASE", default="https://api.telegram.org")
TELEGRAM_WEBHOOK_SECRET = env.str("TELEGRAM_WEBHOOK_SECRET", default="")
EMAIL_URL = env.str("EMAIL_URL", default="")
try:
    _mail = mail_settings(EMAIL_URL)
    _sender = default_sender(EMAIL_URL, own_host=_own_host)
except ValueError as error:
    sys.exit(f"The desk does not start: {error}.")
globals().update(_mail)
EMAIL_FROM = DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=_sender)
EMAIL_TIMEOUT = 8  # seconds for each step; delivery.mail bounds the whole

ROOT_URLCONF = "forexsignals.urls"
ASGI_APPLICATION = "forexsignals.asgi.application"
WSGI_APPLICATION = "forexsignals.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.frame",
            ],
        },
    }
]

# Database
DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'desk.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA busy_timeout=20000; PRAGMA mmap_size=134217728;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted server costs no request
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache: one server, two databases
REDIS_URL = env.str("REDIS_URL", default="")
BROKER_SOCKET = broker_socket(VAR_DIR)
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{BROKER_SOCKET}?virtual_host=0"
_cache_url = REDIS_URL or f"unix://{BROKER_SOCKET}?db=1"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _cache_url,
        "KEY_PREFIX": "forexsignals",
    }
}

COUNTERS_URL = _cache_url  # limits are counted there; "": in the cache, as tests do

# Celery wakes people up; the rows are the queue, so a lost task costs seconds and no signal
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 110
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_ROUTES = {  # what computes for long has a worker of its own: the minute never waits
    "backtests.tasks.work": {"queue": "backtests"},
    "backtests.tasks.close_sweeps": {"queue": "backtests"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,  # seconds; over CELERY_TASK_TIME_LIMIT
    "socket_timeout": 15,
    "socket_connect_timeout": 5,
    "socket_keepalive": not CELERY_BROKER_URL.startswith("redis+socket"),
    "health_check_interval": 25,
}
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # nothing stored: each start reads the clock
CELERY_BEAT_SCHEDULE = beat_schedule(EVALUATION_INTERVAL_SECONDS)
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = "UTC"

# Who comes in
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "access.error_pages.csrf_failure"
SECURE_SSL_REDIRECT = False  # the proxy redirects; health checks speak plain http to the process
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # which asks for that redirect
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if IS_HTTPS else None  # void over plain http
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NUM_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_HEADERS = [
    *("accept", "authorization", "content-type", "if-modified-since", "if-none-match"),
    *("idempotency-key", "x-api-key"),  # no X-CSRFToken: a session is of no use from elsewhere
]
CORS_EXPOSE_HEADERS = ["ETag", "Idempotent-Replayed", "Last-Modified", "Retry-After"]
CONTENT_SECURITY_POLICY = {  # for Admin see dashboard.content_policy
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

# The API
REST_FRAMEWORK = rest_framework(proxies=NUM_PROXIES)
SIMPLE_JWT = simple_jwt(secret=JWT_SECRET)
SPECTACULAR_SETTINGS = description(base_url=PUBLIC_BASE_URL, version="0.1.0")

# Pages
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
FORMAT_MODULE_PATH = ["forexsignals.formats"]
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Compressing takes a minute, so only the container image does it; the addresses are the same
_static = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if env.bool("COMPRESS_STATIC", default=False)
    else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}

# Logs
PROCESS_NAME = env.str("PROCESS_NAME", default=process_name(sys.argv))
LOG_DIR = env.str("LOG_DIR", default=str(VAR_DIR / "logs"))  # none: no files
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_STDOUT = env.bool("LOG_STDOUT", default=PROCESS_NAME != "manage")
LOGGED_SECRETS = [
    *(SECRET_KEY, JWT_SECRET, FIELD_ENCRYPTION_KEY, METRICS_TOKEN, ADMIN_PASSWORD),
    *(WHATSAPP_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN, TELEGRAM_BOT_TOKEN),
    *(TELEGRAM_WEBHOOK_SECRET, ALPHAVANTAGE_KEY, TWELVEDATA_KEY),
    _mail.get("EMAIL_HOST_PASSWORD", ""),
    *(urlsplit(url).password or "" for url in (DATABASE_URL, REDIS_URL, EMAIL_URL)),
]
sys.excepthook = ScrubbedTraceback(Scrubber(LOGGED_SECRETS))
LOGGING = logging_config(
    PROCESS_NAME,
    log_dir=None if LOG_DIR == "none" else Path(LOG_DIR),
    level=LOG_LEVEL,
    json_stdout=LOG_STDOUT,
    secrets=LOGGED_SECRETS,
)
join_other_loggers()
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # the end of a request says it all
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # it believes any header; access.receivers does not

# Where each setting comes from, for the page Keys: environment, file (.env) or generated (var/);
# any other has its default
SETTING_SOURCES = dict.fromkeys(_generated, "generated") | {
    name: source for name, source in env.SOURCES.items() if name in globals()
}
