from strategies.snapshots import Difference, compare


def test_what_differs_comes_in_words_in_the_order_of_what_it_is_now():
    before, after = {"mode": "live", "fast": 12, "slow": 26}, {"fast": 9, "slow": 26, "mode": None}

    assert compare(before, after) == (
        Difference("fast", "12", "9"),
        Difference("mode", "live", "none"),
    )


def test_a_setting_that_is_only_in_one_of_both_differs_and_the_old_ones_come_last():
    found = compare({"gate": 50.0}, {"trail": True})

    assert [difference.text for difference in found] == ["trail none -> on", "gate 50.0 -> none"]


def test_the_words_for_a_value_may_be_given():
    found = compare({"fast": 12}, {}, shown=lambda value: "-" if value is None else f"{value} bars")

    assert found == (Difference("fast", "12 bars", "-"),)
