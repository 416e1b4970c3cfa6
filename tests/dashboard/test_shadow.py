"""The choice of a sweep runs in shadow, and is compared with what is live."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from backtests.models import Sweep
from backtests.plan import Plan
from dashboard.shadow.comparing import compared, pair_of
from dashboard.shadow.starting import chosen_plan, run_in_shadow
from signals.models import Position, Track
from strategies.models import StrategyConfig
from tests.backtests.sweeps.rows import judged_sweep
from tests.builders import NOON, make_config, make_signal, make_symbol, make_user

pytestmark = pytest.mark.django_db


def decided(config, day, r, *, action="BUY", hour=0, **values):
    """A signal of `config` some days after noon, closed an hour later with `r`."""
    at = NOON + timedelta(days=day, hours=hour, minutes=5)
    levels = {"BUY": ("1.08323", "1.08723"), "SELL": ("1.08723", "1.08323")}[action]
    signal = make_signal(
        config.symbol,
        config=config,
        is_shadow=config.mode == "shadow",
        action=action,
        sl=Decimal(levels[0]),
        tp=Decimal(levels[1]),
        bar_time=at,
        bar_closed_at=at + timedelta(minutes=1),
        status="closed",
        **values,
    )
    track, _ = Track.objects.get_or_create(
        run=signal.run, config=config, feed="mock", defaults={"starts_after": NOON}
    )
    Position.objects.create(
        signal=signal,
        track=track,
        state="closed",
        closed_at=at + timedelta(hours=1),
        stop=signal.sl,
        r_multiple=r,
        pips=10 * r,
        return_pct=r / 10,
    )
    return signal


def make_pair():
    live = make_config()
    shadow = make_config(live.symbol, mode="shadow", parameters={"fast": 8})
    return live, shadow


def test_one_press_makes_a_shadow_config_of_the_choice(staff):
    make_config(make_symbol())
    sweep = judged_sweep()

    question = staff.get(f"/backtests/sweeps/{sweep.pk}/shadow/").content.decode()
    staff.post(f"/backtests/sweeps/{sweep.pk}/shadow/")

    shadow = StrategyConfig.objects.get(mode="shadow")
    chosen = Sweep.objects.get().verdict["choice"]["settings"]
    assert "a new shadow config of EMA cross with RSI gate, M1" in question
    assert shadow.parameters["fast"] == chosen["fast"]
    assert shadow.parameters["slow"] == 26  # left out of the plan: the default
    assert float(shadow.sl_value) == chosen["sl_value"]
    assert StrategyConfig.objects.get(mode="live").parameters["fast"] == 12
    assert Event.objects.get(kind="sweep.shadowed").actor == "sam"


def test_a_shadow_that_is_there_gets_a_new_version_and_that_is_said_before(staff):
    _, shadow = make_pair()
    sweep = judged_sweep()

    question = staff.get(f"/backtests/sweeps/{sweep.pk}/shadow/").content.decode()
    staff.post(f"/backtests/sweeps/{sweep.pk}/shadow/")

    chosen = Sweep.objects.get().verdict["choice"]["settings"]
    assert f"gets a new version: Fast 8 bars -&gt; {chosen['fast']} bars" in question
    assert shadow.current_version.number == 2
    assert StrategyConfig.objects.count() == 2


def test_a_sweep_of_several_symbols_starts_one_shadow_for_each():
    make_symbol()
    make_symbol("GBPUSD")
    sweep = Sweep.objects.get(pk=judged_sweep().pk)
    plan = Plan.of_json({**chosen_plan(sweep).as_json(), "symbols": ["EURUSD", "GBPUSD"]})

    made = run_in_shadow(sweep, plan, by="sam", now=NOON)

    assert [version.config.symbol.code for version in made] == ["EURUSD", "GBPUSD"]


def test_without_a_choice_nothing_is_run(staff):
    sweep = judged_sweep()
    Sweep.objects.update(verdict=None)

    html = staff.post(f"/backtests/sweeps/{sweep.pk}/shadow/", follow=True).content.decode()

    assert "chose no settings" in html
    assert not StrategyConfig.objects.exists()


def test_signals_of_both_and_of_one_are_told_apart():
    live, shadow = make_pair()
    for config in (live, shadow):
        decided(config, 1, 1.0)
    decided(live, 2, -1.0)
    decided(shadow, 3, 2.0, action="SELL")
    decided(live, 3, 5.0, late=True, hour=1)

    found = compared(*pair_of(shadow))

    assert (found.both, found.only_live, found.only_shadow) == (1, 1, 1)
    assert [(each.is_shadow, each.r) for each in found.alone] == [(True, 2.0), (False, -1.0)]
    assert (found.live_figures.r_sum, found.shadow_figures.r_sum) == (0.0, 3.0)
    assert found.difference_sum == 3.0
    assert [each.text for each in found.differs if each.name == "Fast"] == [
        "Fast 12 bars -> 8 bars"
    ]


def test_days_are_paired_and_told_from_thirty_on():
    live, shadow = make_pair()
    for day in range(45):
        decided(live, day, (-1.0) ** day)
        decided(shadow, day, (-1.0) ** day + 0.5)

    found = compared(*pair_of(live))

    assert found.days >= 30
    assert found.interval.low == pytest.approx(found.interval.high, abs=0.2)  # days cancel out
    assert found.difference == pytest.approx(0.5, abs=0.01)


def test_what_ran_before_the_younger_version_was_saved_does_not_count():
    live, shadow = make_pair()
    decided(live, -1, 9.0)

    assert compared(live, shadow).only_live == 0


def test_the_page_says_that_there_is_too_little_to_tell(client):
    client.force_login(make_user())
    live, shadow = make_pair()
    decided(live, 1, 1.0)

    html = client.get(f"/strategies/{shadow.pk}/shadow/").content.decode()

    assert "Not enough trading days yet: 1 of 30" in html
    assert "Both made 0 signals on the same bar; 1 only live, 0 only shadow" in html


def test_before_any_result_the_page_says_that_nothing_was_decided(client):
    client.force_login(make_user())
    live, shadow = make_pair()
    url = f"/strategies/{shadow.pk}/shadow/"

    before = client.get(url).content.decode()
    decided(live, 1, 1.0)
    after = client.get(url).content.decode()

    assert "Nothing was decided yet" in before and "R in all" not in before
    assert "Nothing was decided yet" not in after and "-1.00 R in all" in after


def test_a_config_without_a_partner_says_how_to_get_one(client):
    client.force_login(make_user())

    html = client.get(f"/strategies/{make_config().pk}/shadow/").content.decode()

    assert "no shadow config runs beside this one" in html
