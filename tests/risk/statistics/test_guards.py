"""What guards saved or cost, worked by hand."""

from risk.statistics import Blocked, guard_effects


def test_each_guard_answers_for_all_it_refused_and_apart_for_what_it_refused_alone():
    spread, volatility = guard_effects(
        [
            Blocked(guards=("spread",), r=-1.0),
            Blocked(guards=("spread", "volatility"), r=-1.0),
            Blocked(guards=("spread",), r=1.5),
            Blocked(guards=("volatility",), r=2.0),
            Blocked(guards=("spread",), r=None),  # still running
        ]
    )

    assert (spread.guard, spread.blocked, spread.judged) == ("spread", 4, 3)
    assert (spread.r_sum, spread.saved_r) == (-0.5, 0.5)
    assert (spread.alone_blocked, spread.alone_judged, spread.alone_saved_r) == (3, 2, -0.5)
    assert (volatility.r_sum, volatility.saved_r, volatility.alone_saved_r) == (1.0, -1.0, -2.0)


def test_a_guard_without_a_judged_signal_has_saved_and_cost_nothing_known():
    (effect,) = guard_effects([Blocked(guards=("session",), r=None)])

    assert (effect.blocked, effect.judged, effect.saved_r, effect.alone_saved_r) == (
        1,
        0,
        None,
        None,
    )


def test_results_that_cancel_out_saved_exactly_zero():
    (effect,) = guard_effects([Blocked(guards=("spread",), r=r) for r in (1.0, -1.0)])

    assert str(effect.saved_r) == "0.0"


def test_without_refusals_there_is_nothing_to_tell():
    assert guard_effects([]) == []
