import pandas as pd

from markets.frames import BAR_COLUMNS, Timeframe, empty_bars, resample


def minutes(*clock: str) -> pd.DataFrame:
    """M1 bars at these times; bar n opens at n, spans n-0.5 to n+0.5 and closes at n+0.25."""
    index = pd.DatetimeIndex([f"2026-11-18 {t}" for t in clock], tz="UTC", name="time")
    rows = [
        [n, n + 0.5, n - 0.5, n + 0.25, 1.0, n + 0.1, n + 0.6, n - 0.4, n + 0.35]
        for n in map(float, range(len(clock)))
    ]
    return pd.DataFrame(rows, index=index, columns=BAR_COLUMNS)


def test_five_minutes_become_one_bar():
    bars = resample(minutes("10:00", "10:01", "10:02", "10:03", "10:04"), Timeframe.M5)

    assert list(bars.index) == [pd.Timestamp("2026-11-18 10:00", tz="UTC")]
    assert bars.iloc[0].to_list() == [0, 4.5, -0.5, 4.25, 5.0, 0.1, 4.6, -0.4, 4.35]


def test_a_bar_whose_last_minute_is_missing_waits_for_a_later_one():
    waiting = resample(minutes("10:00", "10:03"), Timeframe.M5)
    complete = resample(minutes("10:00", "10:03", "10:05"), Timeframe.M5)

    assert waiting.empty
    assert [t.minute for t in complete.index] == [0]


def test_bars_are_aligned_to_the_clock_and_gaps_make_no_bars():
    bars = resample(minutes("09:58", "09:59", "11:00", "11:59"), Timeframe.H1)

    assert [t.hour for t in bars.index] == [9, 11]


def test_m1_is_itself_and_nothing_stays_nothing():
    one = minutes("10:00")

    assert resample(one, Timeframe.M1) is one
    assert resample(empty_bars(), Timeframe.M15).empty
    assert list(empty_bars().columns) == BAR_COLUMNS
    assert str(empty_bars().index.tz) == "UTC"
