"""A new live signal reaches each phone once, through real workers and beats, two of each.

A local server plays the Graph API. The candles end at the last whole minute, so that the decision
is fresh; it is the first one of the wave that `tests.signals.desk` draws. Its feed is the one
whose market never closes, so that this holds on a Saturday too.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from forexsignals import processes
from forexsignals.supervisor import end
from tests.delivery.graph_server import GraphServer, graph_server
from tests.forexsignals.production import production_desk, query, start
from tests.processes import run_manage, wait_for

pytestmark = pytest.mark.services

Environment = dict[str, str]
SENT = (
    "SELECT count(*) FROM delivery_delivery d JOIN delivery_message m ON m.id = d.message_id "
    "WHERE m.kind = 'signal' AND d.state IN ('sent', 'delivered', 'read')"
)
FIRST_TEXT = "SELECT text FROM delivery_message WHERE kind = 'signal' ORDER BY id LIMIT 1"
PHONES = "+447911100001,+447911100002"
PREPARE = """
from datetime import timedelta
from django.utils import timezone
from markets.models import Symbol
from strategies.models import StrategyConfig
from tests.builders import make_candles, make_config, make_symbol
from tests.signals.desk import FIRST_DECISION, wave
Symbol.objects.update(is_enabled=False)
symbol = make_symbol("{code}", feed="mock")
make_config(symbol)
closed = timezone.now().replace(second=0, microsecond=0)
minutes = FIRST_DECISION + 1 + {late_by}
make_candles(symbol, start=closed - timedelta(minutes=minutes), closes=wave(minutes))
"""


@pytest.fixture(scope="module")
def graph() -> Iterator[GraphServer]:
    with graph_server() as server:
        yield server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, graph: GraphServer) -> Iterator[Environment]:
    """A seeded desk with two recipients on WhatsApp, and two of each process."""
    whatsapp = {
        "WHATSAPP_TO": PHONES,
        "WHATSAPP_TOKEN": "token",
        "WHATSAPP_PHONE_ID": "1063",
        "WHATSAPP_API_BASE": graph.url,
        "OUTBOUND_ALLOW_HOSTS": "127.0.0.1",
    }
    folder = tmp_path_factory.mktemp("var")
    with production_desk(folder, redis_db=8, **whatsapp) as environment, ExitStack() as stack:
        for child in (processes.worker(), processes.beat()) * 2:
            stack.callback(end, start(child.command, environment), grace=20)
        yield environment


def push(desk: Environment, code: str, *, late_by: int = 0) -> None:
    """Store a wave whose first decision falls on the bar that closed `late_by` minutes ago."""
    script = PREPARE.format(code=code, late_by=late_by)
    result = run_manage("shell", "-v0", "-c", script, **desk)
    assert result.returncode == 0, result.stderr


def decided(desk: Environment, code: str) -> list[tuple]:
    """(status, late) of what was recorded for the symbol."""
    rows = query(
        desk,
        "SELECT m.code, s.status, s.late FROM signals_signal s "
        "JOIN markets_symbol m ON m.id = s.symbol_id",
    )
    return [row[1:] for row in rows if row[0] == code]


def test_each_recipient_gets_one_post_with_the_exact_text(
    desk: Environment, graph: GraphServer
) -> None:
    push(desk, "EURCHF")

    wait_for(lambda: len(graph.journal) >= 2, seconds=60, what="two posts")
    wait_for(lambda: query(desk, SENT)[0][0] >= 2, seconds=30, what="both recorded as sent")

    ((text,),) = query(desk, FIRST_TEXT)
    assert text.startswith("EURCHF SELL @ 1.10044 | SL ") and text.endswith(" | ema_rsi")
    assert graph.texts[:2] == [text, text]
    assert {body["to"] for body in graph.journal[:2]} == {"447911100001", "447911100002"}
    assert set(graph.acceptances.values()) == {1}


def test_a_signal_found_too_late_is_stored_and_not_posted(
    desk: Environment, graph: GraphServer
) -> None:
    push(desk, "EURCAD", late_by=30)

    wait_for(lambda: decided(desk, "EURCAD"), seconds=60, what="a late signal")
    assert all(late for _, late in decided(desk, "EURCAD"))
    assert not [text for text in graph.texts if text.startswith("EURCAD")]


def test_nothing_is_posted_while_the_kill_switch_is_on(
    desk: Environment, graph: GraphServer
) -> None:
    stop = "from django.utils import timezone; from delivery.pauses import pause; "
    stop += "pause(reason='test', by='test', now=timezone.now())"
    assert run_manage("shell", "-v0", "-c", stop, **desk).returncode == 0

    push(desk, "EURAUD")

    wait_for(lambda: decided(desk, "EURAUD"), seconds=60, what="a blocked signal")
    assert decided(desk, "EURAUD")[0] == ("blocked", False)
    assert not [text for text in graph.texts if text.startswith("EURAUD")]


def test_no_row_was_doubled_by_the_second_beat_and_worker(desk: Environment) -> None:
    decisions = query(desk, "SELECT run_id, config_id, bar_time FROM signals_signal")
    keys = query(desk, "SELECT key FROM delivery_message")

    assert len(decisions) == len(set(decisions)) >= 3
    assert len(keys) == len(set(keys)) >= 1
