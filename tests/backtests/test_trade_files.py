"""A backtest taken along is the same file from page, API and command."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from backtests.models import Backtest
from backtests.trade_files import COLUMNS
from signals.track_record.export import COLUMNS as RECORD
from tests.backtests.finished import make_done
from tests.backtests.stored import store_minutes

pytestmark = pytest.mark.django_db
ASKED = ("--symbol", "EURUSD", "--strategy", "ema_rsi", "--feed", "push", "--param", "fast=5")


@pytest.fixture(autouse=True)
def minutes():
    store_minutes()


def sent(client, url, **query):
    return b"".join(client.get(url, query)).decode()


def kept(text):
    """A JSON file without the moment it was made at."""
    told = json.loads(text)
    assert told.pop("made_at").endswith("Z")
    return told


@pytest.fixture
def run():
    return make_done(guards="desk", costs={"slippage_pips": 0.25})


def test_page_and_api_send_the_same_files(viewer, run):
    of_api = reverse("api-backtest-trades", args=[run.pk])
    csv, whole = (reverse(f"backtest-{kind}", args=[run.pk]) for kind in ("csv", "json"))

    assert sent(viewer, csv) == sent(viewer, of_api, file="csv")
    assert kept(sent(viewer, whole)) == kept(sent(viewer, of_api))


def test_the_command_writes_what_the_api_sends_of_the_run_it_kept(viewer, tmp_path):
    file, out = tmp_path / "trades.csv", StringIO()
    period = ("--from", "2026-03-02", "--to", "2026-03-04")
    files = ("--keep", "--json", "--csv", str(file))

    call_command("backtest", *ASKED, *period, *files, stdout=out, stderr=StringIO())

    url = reverse("api-backtest-trades", args=[Backtest.objects.get().pk])
    assert file.read_bytes().decode() == sent(viewer, url, file="csv")
    assert kept(out.getvalue()) == kept(sent(viewer, url))


def test_figures_in_a_file_are_those_the_api_tells_of_the_run(viewer, run):
    told = kept(sent(viewer, reverse("backtest-json", args=[run.pk])))

    assert told["figures"].items() >= run.figures.items()


def test_what_a_track_record_has_too_is_called_the_same():
    own = {"number", "decided_at", "entered_at", "refused_by", "cost_r"}

    assert set(COLUMNS) - set(RECORD) == own
