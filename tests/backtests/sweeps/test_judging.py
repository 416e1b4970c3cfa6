from datetime import timedelta

import numpy as np
import pytest

from backtests.sweeps.choosing import Rule
from backtests.sweeps.judging import judge, sample
from backtests.sweeps.kept import as_json
from backtests.sweeps.marks import Marks, Windows
from backtests.sweeps.wording import at_edges, remarks, sentence
from backtests.trades import Trades
from tests.backtests.sweeps.trading import MONDAY, trades

RULE = Rule("expectancy", 30)
DAYS = 80
WINDOWS = Windows.of(MONDAY, MONDAY + timedelta(days=DAYS, hours=-3), 4)


def drawn(seed, *, edge, edge_after=None, days=DAYS, trials=30):
    """Trials of four results a day: the third has an edge, another one from some day on."""
    random = np.random.default_rng(seed)
    found = []
    for trial in range(trials):
        results = random.normal(size=(days, 4))
        if trial == 2:
            results += edge
            results[days * 3 // 4 :] += 0.0 if edge_after is None else edge_after - edge
        rows = [(24 * d + h, r) for d, day in enumerate(results) for h, r in enumerate(day)]
        found.append(trades(*rows))
    return found


def judged(tested, *, windows=WINDOWS, rule=RULE):
    marks = Marks(windows, len(tested))
    for number, each in enumerate(tested, start=1):
        marks.add(number, each)
    return judge(marks, rule, read=lambda number: tested[number - 1], seed=1), marks


def test_an_edge_that_lasts_holds_up():
    verdict, _ = judged(drawn(1, edge=0.7))

    assert (verdict.opinion, verdict.choice.number) == ("holds", 3)
    assert sentence(verdict).startswith(
        "Best of 30 trials: +0.57 R a signal (240 results) in sample"
    )
    assert verdict.luck.p < 0.01 and verdict.deflated.probability > 0.99


def test_an_edge_that_was_only_there_where_it_was_chosen_is_likely_luck():
    verdict, _ = judged(drawn(1, edge=0.5, edge_after=-0.3))

    assert verdict.opinion == "luck"
    assert "R a signal (80 results) out of sample. Likely luck" in sentence(verdict)


def test_noise_is_never_told_as_an_edge():
    opinions = [judged(drawn(seed, edge=0.0))[0].opinion for seed in range(12)]

    assert "holds" not in opinions


def said(name, value):
    return f"{name}: {value}"


def test_trials_that_all_lose_are_told_so():
    verdict, _ = judged([trades(*[(24 * n, -1.0) for n in range(DAYS)])] * 2)

    assert verdict.opinion == "loses"


def test_too_few_results_choose_nothing():
    verdict, marks = judged([trades((1, 1.0)), trades()])

    kept = as_json(verdict, marks, {1: {"fast": 5}, 2: {"fast": 6}}, "expectancy", said=said)
    assert kept["opinion"] == "few" and kept["remarks"] == []
    assert kept["text"].startswith("Best of 2 trials: none.")
    assert kept["rows"][0] == [1, 1, None, 1.0, pytest.approx(2.39, abs=0.1), 0, None, 0.0, 5]
    assert kept["rows"][1] == [2, 0, None, 0.0, None, 0, None, 0.0, 6]


def test_in_and_out_of_sample_are_the_results_of_their_own_windows():
    one = trades(*[(24 * n, 1.0) for n in range(60)], *[(24 * n, -2.0) for n in range(60, DAYS)])

    verdict, _ = judged([one], rule=Rule("expectancy", 10))

    assert (verdict.choice.inside.n, verdict.choice.inside.r_sum) == (60, 60.0)
    assert (verdict.choice.outside.n, verdict.choice.outside.r_sum) == (20, -40.0)
    assert [step.outside.r_sum for step in verdict.steps] == [20.0, 20.0, -40.0]
    assert verdict.outside.n == 60 and verdict.outside.r_sum == 0.0


def test_nothing_is_out_of_sample_with_a_single_window():
    windows = Windows.of(MONDAY, MONDAY + timedelta(days=DAYS, hours=-3), 1)

    verdict, marks = judged(drawn(1, edge=0.5), windows=windows)

    settings = {n: {"fast": n} for n in range(1, 31)}
    assert verdict.opinion == "few"
    assert as_json(verdict, marks, settings, "sharpe", said=said)["choice"]["outside_days"] is None


def test_what_speaks_against_the_choice_is_said():
    said = " ".join(remarks(judged(drawn(3, edge=0.0))[0]))

    assert "Permutation test not passed: were there no edge in any of the 30 trials" in said
    assert "Deflated Sharpe not passed" in said
    assert "Walk-forward, the best of each window in the next one" in said


def test_a_choice_at_the_edge_of_what_was_tried_is_pointed_at():
    tried = [{"fast": fast, "slow": 30} for fast in (5, 8, 13)]

    assert list(at_edges({"fast": 5, "slow": 30}, tried, said)) == [
        "fast: 5 is the lowest that was tried: better values may lie beyond it."
    ]
    assert list(at_edges({"fast": 8, "slow": 30}, tried, said)) == []


def test_a_sample_of_several_trials_is_in_order_of_closing():
    assert sample([trades((5, 1.0)), trades((2, 2.0)), Trades.none()]).r.tolist() == [2.0, 1.0]
