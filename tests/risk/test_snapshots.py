from risk.snapshots import changes


def snapshot(loss_unit="R", **guards):
    return {"loss_unit": loss_unit, "guards": guards}


def test_a_changed_limit_is_named_with_its_guard_and_unit():
    before, after = snapshot(), snapshot(volatility={"enabled": True, "max_atr_pct": 0.1})

    assert changes(before, after) == ["Volatility: max ATR (% of price) 0.04 -> 0.1"]


def test_a_default_that_is_written_out_is_no_change():
    assert changes(snapshot(), snapshot(volatility={"max_atr_pct": 0.04})) == []


def test_a_guard_switched_off_and_the_unit_of_the_loss_are_said():
    after = snapshot("account currency", spread={"enabled": False})

    assert changes(snapshot(), after) == [
        "loss unit R -> account currency",
        "Stop to spread on -> off",
    ]


def test_a_guard_that_is_no_longer_in_the_code_is_still_said():
    before = snapshot(old_guard={"limit": 2})

    assert changes(before, snapshot()) == ["old_guard: limit 2 -> none"]


def test_the_first_version_was_created():
    assert changes(None, snapshot()) == ["created"]
