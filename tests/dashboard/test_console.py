"""`manage.py desk`: what it shows, as tables and as JSON."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rich.text import Text

from dashboard.console.answer import Answer, Table
from dashboard.console.drawing import drawn
from dashboard.console.questions import QUESTIONS
from delivery.alarms import raise_alarm
from delivery.channel_states import pause_channel
from delivery.pauses import pause
from markets.models import FeedHealth
from tests.builders import NOON, make_delivery, make_signal, make_symbol, make_tick
from tests.dashboard.console import as_json, asked
from tests.processes import run_manage
from tests.signals.stored_signals import make_position

TERMINAL = 80  # columns


@pytest.fixture
def broker_away(settings, tmp_path, transactional_db):
    """Rows that the threads of health see too, and no broker."""
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/no-broker.sock"


def test_status_says_what_health_says_and_what_waits(broker_away, client):
    now = timezone.now()
    make_tick(at=now)
    pause(reason="Payrolls", by="sam", now=now)
    make_delivery(state="uncertain")
    make_delivery()
    pause_channel("email", code="x", reason="refused", probe_after=None, now=now)

    body = as_json("status")

    health = client.get("/api/health").json()
    assert body["status"] == health["status"] == "degraded"
    assert body["components"].keys() == health["components"].keys()
    assert (body["tick"]["state"], body["kill_switch"]["reason"]) == ("ok", "Payrolls")
    assert body["deliveries"] == {"waiting": 1, "uncertain": 1}
    assert [c["channel"] for c in body["channels"] if c["is_paused"]] == ["email"]


def test_status_is_readable(broker_away):
    make_symbol()
    raise_alarm("overdue", title="Messages wait", text="5 messages wait.", now=timezone.now())

    text = asked("status")

    assert "The desk is degraded." in text
    assert "broker     down" in text
    assert "EURUSD   unknown" in text
    assert "5 messages wait." in text


@pytest.mark.django_db
def test_signals_are_those_of_the_api_in_its_shape(client):
    make_signal(minutes_ago=3)
    make_position(make_signal(minutes_ago=2, status="closed"))
    make_signal(minutes_ago=1, status="blocked")

    body = as_json("signals")

    recent = client.get("/api/signals/recent").json()
    assert body == {"signals": recent["signals"], "count": 2}


@pytest.mark.django_db
def test_a_line_of_signals_holds_the_levels_and_what_came_of_it():
    signal = make_signal(make_symbol("USDJPY", digits=3), status="closed")
    make_position(signal, r_multiple=-1.0)

    line = asked("signals").splitlines()[-1]

    assert line.split()[0] == str(signal.pk)
    assert line.split()[3:] == [
        *("USDJPY", "BUY", "1.085", "1.083", "1.087"),
        "ema_rsi",
        "-1.00",
        "R",
    ]


@pytest.mark.django_db
def test_signals_are_narrowed_by_what_is_asked_for():
    make_signal(minutes_ago=2)
    blocked = make_signal(minutes_ago=1, status="blocked")

    def numbers(*words):
        return [each["id"] for each in as_json("signals", *words)["signals"]]

    assert numbers("--status", "blocked") == [blocked.pk]
    assert numbers("--symbol", "eurusd", "--strategy", "ema_rsi", "--action", "sell") == []
    assert len(numbers("--limit", "1")) == 1
    assert asked("signals", "--action", "SELL") == "No such signal.\n"


@pytest.mark.django_db
def test_an_unknown_symbol_is_answered_with_those_there_are():
    make_symbol()

    with pytest.raises(CommandError, match=r"no symbol EURUSB\. Known: EURUSD\."):
        asked("signals", "--symbol", "EURUSB")


@pytest.mark.django_db
def test_top_ranks_by_r_with_the_sample_and_lists_nothing_twice():
    pound = make_symbol("GBPUSD")
    for minutes, (slug, r) in enumerate(
        [("ema_rsi", 2.0), ("donchian_atr", -1.0), ("meanrev_bb", 0.5)]
    ):
        signal = make_signal(pound, strategy=slug, minutes_ago=minutes, status="closed")
        make_position(signal, r_multiple=r)

    body = as_json("top", "--limit", "2")

    assert [(g["strategy"], g["n"], g["r_sum"]) for g in body["best"]] == [
        ("ema_rsi", 1, 2.0),
        ("meanrev_bb", 1, 0.5),
    ]
    assert [g["strategy"] for g in body["worst"]] == ["donchian_atr"]
    assert "DEMO" in asked("top")


@pytest.mark.django_db
def test_top_without_results_shows_no_figures():
    make_signal()

    assert "No signal that was found in time has ended with a known result yet." in asked("top")
    assert as_json("top") == {"best": [], "worst": []}


@pytest.mark.django_db
def test_symbols_show_feed_newest_bar_last_signal_and_what_runs():
    signal = make_signal()
    facts = {"last_bar_time": NOON, "checked_at": NOON, "watched_since": NOON, "feed": "mock"}
    FeedHealth.objects.create(symbol=signal.symbol, state="healthy", **facts)
    make_symbol("GBPUSD", is_enabled=False)

    euro, pound = as_json("symbols")["symbols"]

    assert (euro["state"], euro["newest_bar"]) == ("healthy", "2026-11-18T12:00:00Z")
    assert euro["is_demo"] is True
    assert euro["last_signal"]["id"] == signal.pk
    assert euro["strategies"] == {"live": 1, "shadow": 0, "off": 0}
    assert (pound["state"], pound["last_signal"]) == ("off", None)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_symbols(django_assert_num_queries):
    for code in ("EURUSD", "GBPUSD", "USDJPY"):
        make_signal(make_symbol(code))

    with django_assert_num_queries(3):
        asked("symbols")


@pytest.mark.django_db
def test_metrics_are_those_of_the_exposition():
    make_tick(at=timezone.now())

    samples = {each["name"]: each["value"] for each in as_json("metrics")["metrics"]}

    assert samples["kill_switch"] == 0
    assert "# TYPE kill_switch gauge" in asked("metrics", "--raw")
    assert any(line.split() == ["kill_switch", "0"] for line in asked("metrics").splitlines())


def test_what_is_piped_has_no_colours_and_nothing_is_cut():
    table = Table(("ID", "Why"), [("123456789012", "because " * 40)], title="Long")

    text = drawn(Answer({}, (table,)), is_terminal=False)

    assert "\x1b" not in text
    assert ("because " * 40).strip() in text


def test_on_a_narrow_terminal_long_cells_go_on_in_the_next_line(monkeypatch):
    monkeypatch.setenv("COLUMNS", str(TERMINAL))
    table = Table(("ID", "Why"), [("123456789012", "x" * 200)])

    text = drawn(Answer({}, (table,)), is_terminal=True)

    lines = Text.from_ansi(text).plain.splitlines()
    assert max(map(len, lines)) <= TERMINAL
    assert "".join(lines).count("x") == 200


@pytest.mark.django_db
def test_every_table_of_usual_values_fits_eighty_columns():
    make_position(make_signal(pk=1_234_567, strategy="donchian_atr", status="closed"))

    for name in ("signals", "top", "symbols", "metrics"):
        assert max(map(len, asked(name).splitlines())) <= TERMINAL


@pytest.mark.parametrize("what", QUESTIONS)
def test_every_question_explains_itself(what, capsys):
    with pytest.raises(SystemExit) as left:
        asked(what, "--help")

    assert left.value.code == 0
    assert QUESTIONS[what].help in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["signals"], 1, "no tables yet"),
        (["status"], 1, ""),
        (["signals", "--limit", "0"], 2, "a number from 1 to 200"),
        (["kill"], 2, "--reason"),
    ],
)
def test_a_shell_is_told_by_the_exit_code(tmp_path, words, code, said):
    run = run_manage("desk", *words, VAR_DIR=str(tmp_path))

    assert run.returncode == code
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_without_a_word_it_names_those_there_are():
    with pytest.raises(CommandError, match="Say what: status, signals, top") as refused:
        call_command("desk")

    assert refused.value.returncode == 2
