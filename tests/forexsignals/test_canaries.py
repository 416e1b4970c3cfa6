"""Planted secrets are found nowhere: a whole desk runs, fails in many ways, and is searched.

A provider answers every call with an error that repeats the whole request, its token included.
"""

import http.server
import json
import re
import secrets
import signal
import threading
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
import redis

from tests.processes import Desk, children, run_manage, wait_for

pytestmark = pytest.mark.processes
PLANTED = (
    *("SECRET_KEY", "JWT_SECRET", "FIELD_ENCRYPTION_KEY", "METRICS_TOKEN", "ADMIN_PASSWORD"),
    *("WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "TELEGRAM_BOT_TOKEN"),
    *("TELEGRAM_WEBHOOK_SECRET", "ALPHAVANTAGE_KEY", "TWELVEDATA_KEY"),
)
MAIL_PASSWORD = "mail" + secrets.token_hex(16)
ROWS = """
import json
from django.utils import timezone
from access.keys import create_key
from access.models import Scope
from delivery.signing import shown_secret
from markets.models import Symbol
from tests.builders import make_recipient, make_user
now = timezone.now()
hook = make_recipient("hook", channel="webhook", address="{provider}/hook")
make_recipient("mail", channel="email", address="reader@example.org")
make_user("canary-viewer").set_password("x")
user = make_user("canary-staff", "staff"); user.set_password("{password}"); user.save()
key = create_key(name="k", scopes=list(Scope.values), expires_at=None, by="test", now=now)[1]
for code, feed in (("USDCAD", "twelvedata"), ("USDCHF", "alphavantage")):
    Symbol.objects.update_or_create(code=code, defaults=dict(feed=feed, is_enabled=True, digits=5,
        pip_size="0.0001", typical_spread_pips=1))
print(json.dumps({{"key": key, "signing": shown_secret(hook)}}))
"""
TROUBLE = """
import logging, structlog
from django.conf import settings
from django.db import connection
from forexsignals.celery import app
app.send_task("delivery.tasks.send_delivery", args=["no-such-delivery"])
log = structlog.get_logger("canary")
for name in {names}:
    value = getattr(settings, name)
    log.error("it broke", detail=f"provider said {{value}}", url=f"https://x/bot{{value}}/send")
    logging.getLogger("canary").warning("plain %s", value)
try:
    connection.cursor().execute("SELECT * FROM nowhere WHERE token = %s", [settings.SECRET_KEY])
except Exception:
    log.exception("database")
"""
LINK = re.compile(r'(?:href|hx-get|data-live-url)="(/[^"#]*)')


class Echo(http.server.BaseHTTPRequestHandler):
    """400 to everything, with the request and its headers in the answer."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = {"code": 190, "message": f"bad token in {self.path} {dict(self.headers)}"}
        body = json.dumps({"error": told, "description": told["message"], **told}).encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def provider():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def canaries():
    """A secret of its own for each setting."""
    planted = {name: secrets.token_urlsafe(36) for name in PLANTED}
    return planted | {"TELEGRAM_BOT_TOKEN": f"123456789:{secrets.token_urlsafe(26)[:35]}"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory, provider, canaries):
    """A desk whose every provider refuses, in a folder that keeps all it writes."""
    mail = f"smtp://desk:{MAIL_PASSWORD}@127.0.0.1:9"
    settings = {
        **canaries,
        **{"WHATSAPP_API_BASE": provider, "TELEGRAM_API_BASE": provider, "EMAIL_URL": mail},
        **{"ALPHAVANTAGE_API_BASE": provider, "TWELVEDATA_API_BASE": provider},
        **{"WHATSAPP_PHONE_ID": "1063", "WHATSAPP_TO": "+447911100001", "TELEGRAM_CHAT_ID": "7"},
        **{"OUTBOUND_ALLOW_HOSTS": "127.0.0.1", "LOG_STDOUT": "true"},
        "EVALUATION_INTERVAL_SECONDS": "5",
    }
    desk = Desk(tmp_path_factory.mktemp("canaries"), settings=settings)
    desk.start()
    yield desk
    desk.end(signal.SIGTERM)


class Browser:
    """Somebody on the desk's pages, or a script with `headers`."""

    def __init__(self, desk, **headers):
        self.root, self.headers = f"http://127.0.0.1:{desk.port}", headers
        self.door = build_opener(HTTPCookieProcessor())

    def ask(self, path, sent=None, **headers):
        body = sent if sent is None or isinstance(sent, bytes) else urlencode(sent).encode()
        request = Request(self.root + path, body, {**self.headers, **headers})  # noqa: S310
        try:
            with self.door.open(request, timeout=30) as answer:
                return f"{answer.headers}{answer.read().decode(errors='replace')}"
        except HTTPError as error:
            return f"{error.headers}{error.read().decode(errors='replace')}"

    def sign_in(self, name, password):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)', self.ask("/login/"))
        form = {"username": name, "password": password, "csrfmiddlewaretoken": token[1]}
        return self.ask("/login/", form, Referer=self.root)

    def crawl(self, *starts):
        """The answers of the pages that links lead to, one of each kind."""
        found, kinds, waiting = {}, set(), list(starts)
        while waiting:
            path = waiting.pop(0).replace("&amp;", "&")
            kind = re.sub(r"\d+", "0", path.partition("?")[0])
            if kind not in kinds and not path.startswith("/static/"):
                kinds.add(kind)
                found[path] = self.ask(path)
                waiting += LINK.findall(found[path])
        return found


@pytest.fixture(scope="module")
def told(desk, canaries, provider):
    """What every door of the desk said, by door; and the secrets its rows were given."""
    manage = {**desk.settings, "VAR_DIR": str(desk.var_dir)}
    password = secrets.token_urlsafe(24)
    prepared = run_manage(
        "shell", "-v0", "-c", ROWS.format(provider=provider, password=password), **manage
    )
    rows = json.loads(prepared.stdout.splitlines()[-1]) | {"password": password}
    admin = Browser(desk)
    admin.sign_in("admin", canaries["ADMIN_PASSWORD"])
    login = json.dumps({"username": "canary-staff", "password": password}).encode()
    script = Browser(desk, **{"Content-Type": "application/json"})
    tokens = json.loads(script.ask("/api/auth/token", login).partition("\n\n")[2])
    keyed = Browser(desk, **{"X-Api-Key": rows["key"], "Content-Type": "application/json"})

    said = {f"command {name}": console(run_manage(*name.split(), **manage)) for name in COMMANDS}
    said["command trouble"] = console(
        run_manage("shell", "-v0", "-c", TROUBLE.format(names=PLANTED), **manage)
    )
    said |= failures(desk, canaries, rows)
    said |= {path: keyed.ask(path) for path in API} | admin.crawl("/", "/admin/", "/docs/")
    said["api test message"] = keyed.ask("/api/admin/test-message", b"{}")
    wait_for(lambda: "it broke" in logs(desk), seconds=30, what="the log of the trouble")
    return said, rows | tokens


COMMANDS = (*("send_test_message", "evaluate", "export_state --json", "no_such_command"),)
API = (
    *("/api/schema", "/api/health", "/api/deliveries", "/api/recipients", "/api/events"),
    *("/api/symbols", "/api/strategies", "/api/admin/risk", "/api/stats", "/metrics"),
    *("/api/signals/recent", "/api/signals/recent?cursor=x", "/signals/export.csv"),
)


def console(finished):
    return finished.stdout + finished.stderr


def logs(desk):
    return "".join(path.read_text(errors="replace") for path in desk.var_dir.rglob("*.log*"))


def failures(desk, canaries, rows):
    """Secrets shown in the wrong place: as a name, a key, a token, an address, a body."""
    found = {}
    stranger = Browser(desk)
    for value in (canaries["ADMIN_PASSWORD"], rows["password"]):
        stranger.sign_in(value, "no")  # who typed it sees it again; nobody else may
    for number, value in enumerate([*canaries.values(), rows["key"], rows["password"]]):
        found[f"key {number}"] = stranger.ask("/api/stats", Authorization=f"Api-Key {value}x")
        found[f"bearer {number}"] = stranger.ask("/metrics", Authorization=f"Bearer {value}x")
        found[f"hook {number}"] = stranger.ask(
            "/webhooks/telegram", b"{", **{"X-Telegram-Bot-Api-Secret-Token": f"{value}x"}
        )
    return found


def whole(values):
    """Name and value of what must not be found; the settings' and the rows'."""
    return [(name, value) for name, value in values.items() if len(str(value)) > 15]


def test_no_door_log_or_process_shows_a_planted_secret(desk, canaries, told):
    said, rows = told
    said["console"], said["logs"] = desk.console, logs(desk)
    said["processes"] = "".join(map(command_line, children(desk.pid).values()))

    planted = whole(canaries) + whole(rows) + [("EMAIL_URL", MAIL_PASSWORD)]
    found = {(name, where) for name, value in planted for where in said if value in said[where]}

    assert len(planted) >= 16
    assert len(said) > 60
    assert '"results"' in said["/api/recipients"] and "/admin/auth/user/" in said
    assert "bad token in" in "".join(said.values())  # the provider's echo was kept, scrubbed
    assert not found


def command_line(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


def test_no_file_row_or_broker_holds_a_secret_that_could_be_used(desk, canaries, told):
    own = {"secrets.json"}  # generated secrets, readable by the desk alone
    planted = whole(canaries) + whole(told[1]) + [("EMAIL_URL", MAIL_PASSWORD)]
    files = {
        str(path.relative_to(desk.var_dir)): path.read_bytes()
        for path in desk.var_dir.rglob("*")
        if path.is_file() and path.name not in own
    }
    kept = files | {"broker": b"".join(broker_holds(desk))}

    found = {
        (name, where) for name, value in planted for where in kept if value.encode() in kept[where]
    }

    assert {"desk.sqlite3"} <= set(files)
    assert not found


def broker_holds(desk):
    """Each key and value in the broker's and the cache's database."""
    script = "from django.conf import settings; print(settings.BROKER_SOCKET)"
    manage = {**desk.settings, "VAR_DIR": str(desk.var_dir)}
    socket = run_manage("shell", "-v0", "-c", script, **manage).stdout.strip().splitlines()[-1]
    for database in (0, 1):
        server = redis.Redis(unix_socket_path=socket, db=database)
        for key in server.scan_iter():
            yield key + server.dump(key) + repr(read(server, key)).encode()


def read(server, key):
    readers = {b"string": server.get, b"set": server.smembers, b"hash": server.hgetall}
    kind = server.type(key)
    return server.lrange(key, 0, -1) if kind == b"list" else readers.get(kind, lambda _: "")(key)
