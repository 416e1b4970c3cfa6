from signals.uptime import read_uptime


def test_uptime_grows_within_one_boot():
    first, second = read_uptime(), read_uptime()

    assert first.boot == second.boot
    assert 0 < first.seconds <= second.seconds
