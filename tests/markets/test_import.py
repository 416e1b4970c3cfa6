import gzip
import tracemalloc
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from markets.files import FileFormatError, detect, read_lines
from markets.gaps import coverage
from markets.importing import import_file
from markets.models import Candle, RejectedBar
from markets.sessions import ForexWeek
from tests.builders import make_symbol

REAL = Path(settings.BASE_DIR).parent / "shared" / "data"
needs_real_minutes = pytest.mark.skipif(
    not (REAL / "README.md").exists(), reason="the real minutes are not beside the project"
)
OHLC = "1.10000,1.10020,1.09990,1.10010"


def run(*args, **options) -> str:
    out = StringIO()
    call_command("import_candles", *args, stdout=out, stderr=StringIO(), **options)
    return " ".join(out.getvalue().split())


def first_time(line: str, zone: str = "UTC", **asked) -> datetime:
    layout = detect(line, **asked)
    batch, broken = read_lines([line], first=1, layout=layout, zone=zone)
    assert not broken
    return datetime.fromtimestamp(batch.times[0], UTC)


@pytest.mark.parametrize(
    "line",
    [
        "20170102 020000;1.05155;1.05197;1.05155;1.05190;0",
        "2017.01.02,02:00,1.05155,1.05197,1.05155,1.05190,17",
        "2017.01.02\t02:00:00\t1.05155\t1.05197\t1.05155\t1.05190\t17\t0\t3",
        "2017-01-02 02:00:00,1.05155,1.05197,1.05155,1.05190",
        "2017-01-02T02:00:00Z;1.05155;1.05197;1.05155;1.05190;3",
        "2017.01.02 02:00:00,1.05155,1.05197,1.05155,1.05190",
        "2017-01-02 04:00:00+02:00,1.05155,1.05197,1.05155,1.05190",
        "2017-01-02 02:00:00.000,1.05155,1.05197,1.05155,1.05190",
    ],
)
def test_formats_are_told_apart_by_their_first_line(line):
    assert first_time(line) == datetime(2017, 1, 2, 2, 0, tzinfo=UTC)


def test_new_york_stamps_follow_the_clocks_there():
    winter = first_time("20170302 170000;1;1;1;1;0", zone="America/New_York")
    summer = first_time("20170402 170000;1;1;1;1;0", zone="America/New_York")

    assert (winter.hour, summer.hour) == (22, 21)


def test_headers_may_name_columns_in_their_own_way():
    mt5 = detect("<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n")
    own = detect("id,Timestamp,Open,High,Low,Close,Volume\r\n")

    assert (mt5.format, mt5.has_header, mt5.open) == ("mt4", True, 2)
    assert (own.format, own.time, own.open, own.volume) == ("generic", 1, 2, 6)
    with pytest.raises(FileFormatError, match="needs a column timestamp"):
        detect("when,open,high,low,close\n")


def test_unreadable_lines_are_named_by_number_and_do_not_stop_the_rest():
    lines = [
        f"2017-01-02 02:00:00,{OHLC}\n",
        "2017-01-02 02:01:00,1.1,x,1.0,1.1\n",
        "2017-13-02 02:02:00," + OHLC + "\n",
        "2017-01-02 02:03:00,1.1\n",
        "\n",
        "2017-01-02 02:04:00 oops," + OHLC + "\n",
        f"2017-01-02 02:05:00,{OHLC},7\n",
        f"2017-01-02 02:06:00+99:99,{OHLC}\n",
    ]

    batch, broken = read_lines(lines, first=1, layout=detect(lines[0]), zone="UTC")

    assert batch.lines.tolist() == [1, 7]
    assert sorted((b.line, b.reason) for b in broken) == [
        (2, "its prices are not numbers"),
        (3, "its time cannot be read"),
        (4, "needs 5 columns"),
        (6, "its time cannot be read"),
        (8, "its time cannot be read"),
    ]


numbers = st.one_of(
    st.floats(0, 200).map(repr),
    st.decimals(0, 200, places=5).map(str),
    st.text("0123456789.eE+-_ ", max_size=9),
    st.sampled_from(["", "x", "nan", "-inf", "1e400", ".5", "5.", "1_0", " 1\t", "\x001", "1\x00"]),
    st.sampled_from(["\u0661", '"1"', "1.1\ufffd", "NA", "0x10", "1e", "1.1.1", "0" * 40 + "1.5"]),
)


@given(st.lists(st.lists(numbers, min_size=3, max_size=7), max_size=6))
def test_every_line_is_read_as_plain_python_would_read_it_alone(rows):
    lines = [",".join(["2017-01-02 02:00", *row]) + "\n" for row in rows]
    layout = detect(f"2017-01-02 02:00,{OHLC},0")

    batch, broken = read_lines(lines, first=1, layout=layout, zone="UTC")

    faults = {reject.line: reject.reason for reject in broken}
    found = zip(batch.lines.tolist(), batch.bid.tolist(), batch.volume.tolist(), strict=True)
    good = {line: (repr(prices), volume) for line, prices, volume in found}
    for number, row in enumerate(rows, 1):
        if len(row) < 4:
            assert faults.pop(number) == "needs 5 columns"
        elif any(plain(cell) is None for cell in row[:4]):
            assert faults.pop(number) == "its prices are not numbers"
        else:
            volume = float(np.nan_to_num((plain(row[4]) if row[4:] else 0) or 0))
            assert good.pop(number) == (repr([plain(cell) for cell in row[:4]]), volume)
    assert not faults and not good


def plain(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def test_an_hour_that_a_clock_skips_cannot_be_read():
    line = f"2017-03-12 02:30:00,{OHLC}"

    _, broken = read_lines([line], first=1, layout=detect(line), zone="America/New_York")

    assert broken[0].reason == "its time cannot be read"


def test_gaps_inside_the_week_are_told_from_weekends():
    friday = datetime(2026, 11, 20, 21, 50, tzinfo=UTC)
    sunday = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    moments = [friday, friday + timedelta(minutes=3), sunday, sunday + timedelta(minutes=1)]

    found = coverage(np.array([int(m.timestamp()) for m in moments]), ForexWeek())

    assert (found.gaps, found.missing, found.weekends) == (1, 2, 1)
    assert (found.opened_right, found.outside, found.zone_looks_wrong) == (1, 0, False)


@pytest.mark.django_db
def test_bid_and_ask_files_are_joined_by_minute_and_a_second_run_adds_nothing(tmp_path):
    symbol = make_symbol()
    bid, ask = tmp_path / "bid.csv", tmp_path / "ask.csv.gz"
    header = "timestamp,open,high,low,close\n"
    bid.write_text(header + "".join(f"2024-11-20 10:0{n}:00,{OHLC}\n" for n in range(4)))
    asks = ["1.10010,1.10030,1.10000,1.10020"] * 2 + ["1.09000,1.10030,1.09000,1.10020"]
    text = header + "".join(f"2024-11-20 10:0{n}:00,{row}\n" for n, row in enumerate(asks))
    ask.write_bytes(gzip.compress(text.encode()))

    first = run("eurusd", bid, ask=str(ask))
    second = run("EURUSD", bid, ask=str(ask))

    assert "stored 4" in first and "asks 1 minutes without one" in first
    assert "stored 0 duplicates 4" in second
    sources = Candle.objects.order_by("time").values_list("ask_source", flat=True)
    assert list(sources) == ["feed", "feed", "crossed", "typical"]
    assert set(symbol.candles.values_list("feed", flat=True)) == {"stored"}
    assert Event.objects.filter(kind="candles.imported").count() == 2


@pytest.mark.django_db
def test_repeated_and_backward_stamps_survive(tmp_path):
    file = tmp_path / "eurusd.csv"
    clock = ["10:00", "10:01", "10:02", "10:00", "10:01", "10:02", "09:59"]
    file.write_text("".join(f"2024-11-20 {c}:00,{OHLC}\n" for c in clock))

    report = import_file(make_symbol(), file, zone="UTC", now=timezone.now())

    assert (report.rows, report.stored, report.duplicates, report.rejected) == (7, 4, 3, 0)


@pytest.mark.django_db
def test_rejects_are_reported_with_their_line_and_kept_aside(tmp_path):
    file = tmp_path / "eurusd.csv"
    file.write_text(f"2024-11-20 10:00:00,{OHLC}\n2024-11-20 10:01:00,1.1,1.0,1.2,1.1\nrubbish\n")
    make_symbol()

    told = run("EURUSD", file)
    again = run("EURUSD", file)

    assert "rejected 2" in told and "rejected 2" in again
    assert "line 2: low and high do not enclose open and close" in told
    assert "line 3: needs 5 columns" in told
    assert RejectedBar.objects.count() == 2


@pytest.mark.django_db
def test_a_small_file_that_unpacks_to_one_huge_line_is_given_up_at_once(tmp_path):
    bomb = tmp_path / "bomb.csv.gz"
    with gzip.open(bomb, "wt", compresslevel=1) as file:
        file.write(f"2017.01.02,02:00,{OHLC},1\n")
        for _ in range(50):
            file.write("1" * 1_000_000)
    symbol = make_symbol()

    tracemalloc.start()
    with pytest.raises(FileFormatError, match="line 2 is longer than 10,000 characters"):
        import_file(symbol, bomb, zone="UTC", now=timezone.now())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 10_000_000


@pytest.mark.django_db
def test_what_cannot_be_imported_is_said_plainly(tmp_path):
    make_symbol()
    damaged, empty = tmp_path / "cut.csv.gz", tmp_path / "empty.csv"
    other = tmp_path / "letter.txt"
    other.write_text("Dear trader,\nno candles today.\n")
    damaged.write_bytes(gzip.compress(f"2024-11-20 10:00:00,{OHLC}\n".encode() * 999)[:-12])
    empty.write_text("")

    for args, message in (
        (("XXXYYY", empty), "There is no symbol XXXYYY"),
        (("EURUSD", tmp_path / "none.csv"), "There is no file"),
        (("EURUSD", damaged), "cannot be read to its end"),
        (("EURUSD", empty), "is empty"),
        (("EURUSD", other), "is a candle"),
    ):
        with pytest.raises(CommandError, match=message):
            run(*args)
    with pytest.raises(CommandError, match="is no time zone"):
        run("EURUSD", empty, tz="Mars/Olympus")


@needs_real_minutes
@pytest.mark.django_db
def test_a_real_month_with_its_asks_is_stored_whole():
    make_symbol("GBPUSD")
    bid, ask = (REAL / f"fxcm_gbpusd_m1_{side}_2012.csv.gz" for side in ("bid", "ask"))

    told = run("GBPUSD", bid, ask=str(ask), tz="UTC")

    assert "stored 30117 duplicates 0 revised 0" in told
    assert "in-week gaps 107 (120 minutes) weekends 4" in told
    assert "4 of 4 weeks open at 17:00 New York" in told
    assert Candle.objects.count() == 30_117


@needs_real_minutes
@pytest.mark.django_db
def test_histdata_read_by_a_fixed_clock_is_warned_about():
    make_symbol()
    april = REAL / "histdata_eurusd_m1_201704.csv.gz"

    wrong = run("EURUSD", april, tz="Etc/GMT+5")
    right = run("EURUSD", april, tz="America/New_York")

    assert "WARNING: weeks should open at 17:00 New York, but these open 4 at 18:00" in wrong
    assert "WARNING" not in right
