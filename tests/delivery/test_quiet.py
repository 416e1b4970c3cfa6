from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.quiet import end_of_quiet

LONDON = ZoneInfo("Europe/London")
NIGHT = {"starts": time(22), "ends": time(7), "zone": LONDON}


def utc(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "over"),
    [
        (utc(18, 21, 59), None),
        (utc(18, 22), utc(19, 7)),
        (utc(19, 6, 59), utc(19, 7)),
        (utc(19, 7), None),
        (utc(1, 22, month=7), utc(2, 6, month=7)),  # summer time: 23:00 to 07:00 in London
    ],
)
def test_a_night_is_quiet_from_its_first_minute_to_before_its_last(at, over):
    assert end_of_quiet(at, **NIGHT) == over


def test_quiet_hours_within_one_day_do_not_cover_the_night():
    noon = {"starts": time(12), "ends": time(14), "zone": ZoneInfo("Asia/Tokyo")}

    assert end_of_quiet(utc(18, 4), **noon) == utc(18, 5)
    assert end_of_quiet(utc(18, 12), **noon) is None


def test_the_night_the_clocks_go_forward_is_an_hour_shorter():
    assert end_of_quiet(utc(28, 22, 30, month=3), **NIGHT) == utc(29, 6, month=3)


def test_the_night_the_clocks_go_back_is_an_hour_longer():
    assert end_of_quiet(utc(24, 21, 30, month=10), **NIGHT) == utc(25, 7, month=10)


def test_a_time_the_clocks_repeat_ends_the_quiet_hours_the_second_time():
    early = {"starts": time(22), "ends": time(1, 30), "zone": LONDON}

    assert end_of_quiet(utc(25, 0, 45, month=10), **early) == utc(25, 1, 30, month=10)


def test_a_time_the_clocks_skip_disturbs_nobody_early():
    early = {"starts": time(22), "ends": time(1, 30), "zone": LONDON}  # 01:00 becomes 02:00

    assert end_of_quiet(utc(29, 0, 30, month=3), **early) == utc(29, 1, 30, month=3)


@pytest.mark.parametrize(("starts", "ends"), [(None, None), (time(7), time(7))])
def test_without_two_different_times_nothing_is_quiet(starts, ends):
    assert end_of_quiet(utc(18, 7), starts=starts, ends=ends, zone=LONDON) is None


ZONES = ["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    starts=st.times(),
    ends=st.times(),
    zone=st.sampled_from(ZONES),
)
def test_the_end_lies_ahead_within_a_day_and_is_quiet_no_more(at, starts, ends, zone):
    hours = {"starts": starts, "ends": ends, "zone": ZoneInfo(zone)}

    over = end_of_quiet(at, **hours)

    if over is not None:
        assert timedelta(0) < over - at <= timedelta(hours=26)
        assert end_of_quiet(over, **hours) is None
