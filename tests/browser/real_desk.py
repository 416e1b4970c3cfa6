"""A desk of real processes to look at: web, worker and beat, beside a provider that takes posts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from forexsignals import processes
from forexsignals.supervisor import end
from tests.builders import PASSWORD
from tests.delivery.graph_server import GraphServer, graph_server
from tests.forexsignals.production import production_desk, start
from tests.processes import free_port, run_manage, wait_for

PEOPLE = f"""
from django.contrib.auth.models import User
from access.roles import set_role
from markets.models import Symbol
Symbol.objects.exclude(code="EURUSD").update(is_enabled=False)
for name, role in (("vera", "viewer"), ("sam", "staff")):
    set_role(User.objects.create_user(name, password="{PASSWORD}"), role)
"""
SIGNAL = """
from datetime import timedelta
from django.utils import timezone
from strategies.models import StrategyConfig
from tests.builders import make_candles, make_config, make_symbol
from tests.signals.desk import FIRST_DECISION, wave
symbol = make_symbol("{code}", feed="mock")
make_config(symbol)
closed = timezone.now().replace(second=0, microsecond=0)
minutes = FIRST_DECISION + 1
make_candles(symbol, start=closed - timedelta(minutes=minutes), closes=wave(minutes))
"""


@dataclass(frozen=True)
class RealDesk:
    """Where it is, and the provider it posts to."""

    url: str
    graph: GraphServer
    environment: dict[str, str]

    def decide(self, code: str) -> None:
        """Store bars after which the engine sells `code` at its next look."""
        self.run(SIGNAL.format(code=code))

    def run(self, script: str) -> None:
        result = run_manage("shell", "-v0", "-c", script, **self.environment)
        assert result.returncode == 0, result.stderr


@contextmanager
def real_desk(var_dir: Path, *, redis_db: int) -> Iterator[RealDesk]:
    """Started, with vera who reads it and sam who runs it; ended again."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with graph_server() as graph, ExitStack() as stack:
        settings = {
            "PUBLIC_BASE_URL": url,
            "WHATSAPP_TO": "+447911100001",
            "WHATSAPP_TOKEN": "token",
            "WHATSAPP_PHONE_ID": "1063",
            "WHATSAPP_API_BASE": graph.url,
            "OUTBOUND_ALLOW_HOSTS": "127.0.0.1",
        }
        desk = production_desk(var_dir, redis_db=redis_db, **settings)
        found = RealDesk(url, graph, stack.enter_context(desk))
        collected = run_manage("collectstatic", "--noinput", **found.environment)
        assert collected.returncode == 0, collected.stderr
        found.run(PEOPLE)
        web = processes.web(host="127.0.0.1", port=port)
        for child in (web, processes.worker(), processes.beat()):
            stack.callback(end, start(child.command, found.environment), grace=20)
        wait_for(lambda: answers(url), seconds=120, what="first page")
        yield found


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/login/", timeout=10).ok
    except requests.RequestException:
        return False
