"""The files of the track record: each signal behind the figures, never without the notice."""

import json
from datetime import timedelta
from io import StringIO

import pandas as pd
import pytest

from audit.models import Event
from signals.track_record import DEMO, FOUND_LATE, HYPOTHETICAL
from signals.track_record.export import COLUMNS
from tests.builders import NOON, make_signal, make_symbol
from tests.signals.stored_signals import make_judged, make_position

pytestmark = pytest.mark.django_db


@pytest.fixture
def real():
    return make_symbol(feed="twelvedata")


def exported(client, kind, **asked):
    return client.get(f"/track-record/export.{kind}", asked).getvalue().decode()


def table(text):
    return pd.read_csv(StringIO(text), comment="#")


def test_the_csv_begins_with_the_notice_and_pandas_reads_past_it(viewer, real):
    make_judged(1.5, position={"duration": timedelta(minutes=7), "mae_pips": -2.0})

    text = exported(viewer, "csv")

    assert text.startswith("# Track record: All time.")
    assert HYPOTHETICAL.replace(",", ";") in text.splitlines()[1]
    assert "," not in "".join(line for line in text.splitlines() if line.startswith("#"))
    (row,) = table(text).to_dict("records")
    assert list(row) == list(COLUMNS)
    assert (row["pips"], row["r_multiple"], row["duration_seconds"]) == (15.0, 1.5, 420)
    assert (row["closed_at"], row["mae_pips"], row["demo"]) == ("2026-11-18T12:00:00Z", -2.0, "no")


def test_the_first_that_ended_comes_first_and_only_what_ended_live_comes(viewer, real):
    late, first = (
        make_judged(1.0, minutes_ago=1, ended=NOON),
        make_judged(-1.0, minutes_ago=2, ended=NOON - timedelta(hours=1)),
    )
    gap = make_judged(None, minutes_ago=3, ended=NOON - timedelta(hours=2))
    make_judged(9.0, minutes_ago=4, status="blocked")
    make_judged(9.0, minutes_ago=5, late=True)
    make_position(make_signal(minutes_ago=6), state="open", closed_at=None, r_multiple=None)

    rows = table(exported(viewer, "csv"))

    assert rows["id"].tolist() == [gap.pk, first.pk, late.pk]
    assert rows["r_multiple"].isna().tolist() == [True, False, False]


def test_the_json_holds_the_figures_whole_and_cut_and_the_same_signals(viewer, real):
    at_once = {"duration": timedelta(0)}
    made = [make_judged(r, minutes_ago=n, position=at_once) for n, r in enumerate((1.5, -1.0))]

    file = json.loads(exported(viewer, "json"))

    assert file["notice"] == HYPOTHETICAL
    assert (file["total"]["n"], file["total"]["r_sum"]) == (2, 0.5)
    assert [group["label"] for group in file["cuts"]["symbol"]] == ["EURUSD"]
    assert [signal["id"] for signal in file["signals"]] == sorted(signal.pk for signal in made)
    assert file["signals"][0]["price"] == 1.08523
    assert (file["signals"][0]["duration_seconds"], file["signals"][0]["receipt"]) == (0.0, None)
    assert file["total"]["drawdown_seconds"] == 0


def test_a_file_of_made_up_or_late_signals_says_so(viewer):
    make_judged(1.0, late=True)

    text = exported(viewer, "csv", basis="catch_up")

    assert FOUND_LATE.replace(",", ";") in text
    assert DEMO.replace(",", ";") in text
    assert table(text)["demo"].tolist() == ["yes"]


def test_an_empty_record_is_a_file_with_its_head_and_its_notice(viewer):
    assert list(table(exported(viewer, "csv")).columns) == list(COLUMNS)
    assert json.loads(exported(viewer, "json"))["signals"] == []


def test_the_filters_of_the_page_narrow_the_file(viewer, real):
    make_judged(1.0, minutes_ago=1)
    pound = make_judged(1.0, symbol=make_symbol("GBPUSD", feed="twelvedata"))

    rows = table(exported(viewer, "csv", symbol="GBPUSD", range="custom", since="2026-11-18"))

    assert rows["id"].tolist() == [pound.pk]


def test_a_file_of_a_wrong_filter_is_answered_on_the_page(viewer):
    answer = viewer.get("/track-record/export.csv", {"symbol": "GOLD"})

    assert answer.headers["Location"] == "/track-record/?symbol=GOLD"


def test_who_took_the_record_along_is_logged(viewer, real):
    make_judged(1.0)

    exported(viewer, "json")

    event = Event.objects.get(kind="record.exported")
    assert (event.actor, event.payload) == ("anna", {"asked": "", "signals": 1})
