import re
from dataclasses import replace
from datetime import timedelta

import pytest

from backtests.models import Backtest, Sweep
from backtests.sweeps.closing import close_if_done
from backtests.sweeps.pages.progress import progress
from strategies.models import StrategyConfig
from tests.backtests.stored import store_minutes
from tests.backtests.sweeps.rows import PLAN, judged_sweep, make_sweep, make_trial
from tests.builders import NOON, make_config, make_user

pytestmark = pytest.mark.django_db
FORM = {
    "start": "2026-03-02",
    "end": "2026-03-03",
    "kind": "grid",
    "trials": "100",
    "seed": "1",
    "criterion": "expectancy",
    "windows": "4",
    "least_results": "30",
    "space_fast": "5, 10",
    "space_slow": "10, 20",
}


@pytest.fixture
def base():
    """Where a form starts from: a config with two days of candles."""
    return f"/backtests/sweeps/new/?config={make_config(store_minutes()).pk}"


def page(client, sweep, query=""):
    return client.get(f"/backtests/sweeps/{sweep.pk}/{query}").content.decode()


def test_a_sweep_starts_from_what_runs_or_from_a_former_backtest(staff, base):
    run = make_trial(make_sweep(), 1, {})
    Backtest.objects.filter(pk=run.pk).update(sweep=None, number=None)

    html = staff.get("/backtests/sweeps/new/").content.decode()

    assert f'href="{base}"' in html
    assert f'href="/backtests/sweeps/new/?backtest={run.pk}"' in html


def test_a_sweep_says_what_was_tried_and_what_stayed_in_the_words_of_a_backtest(client):
    client.force_login(make_user("vera", "viewer"))
    sweep = make_sweep(space={"fast": "5:20:5", "sl_value": "1, 2"})

    html = page(client, sweep)

    assert "EMA cross with RSI gate on EURUSD" in html
    told = {"Fast": "tried 5 to 20 in steps of 5", "Stop": "tried 1, 2", "Slow": "26 bars"}
    for name, value in told.items():
        assert re.search(rf'<dt>{name}</dt><dd class="num[^"]*">{value}</dd>', html)


def test_the_list_of_sweeps_tells_the_verdict(client):
    client.force_login(make_user("vera", "viewer"))
    make_sweep()
    judged = judged_sweep()
    Sweep.objects.filter(pk=judged.pk).update(verdict={"opinion": "luck"})

    shown = client.get("/backtests/").context["sweeps"]

    assert [each.state for each in shown] == ["Likely luck", "Running"]
    assert shown[0].varied and shown[0].period.startswith("M1, ")


def test_the_form_says_how_many_trials_before_any_is_started(staff, base):
    html = staff.post(base, {**FORM, "step": "count"}).content.decode()

    assert "<b>3 trials</b>; 1 combination left out" in html
    assert "Start 3 trials" in html
    assert not Sweep.objects.exists()


def test_starting_queues_the_trials_and_opens_the_sweep(staff, base):
    answer = staff.post(base, {**FORM, "step": "start"})

    sweep = Sweep.objects.get()
    assert answer.url == f"/backtests/sweeps/{sweep.pk}/"
    assert (sweep.runs.count(), sweep.created_by) == (3, "sam")
    assert sweep.runs.first().asked().guards  # the desk's own


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"space_fast": "1"}, "must be at least 2 bars"),
        ({"space_fast": "", "space_slow": ""}, "Write values for at least one setting"),
        ({"start": "2031-01-01", "end": "2031-02-01"}, "has no candles"),
        ({"end": "tomorrow"}, "is no time such as"),
        ({"windows": "99"}, "less than or equal to 24"),
        ({"least_results": "5"}, "greater than or equal to 30"),
    ],
)
def test_what_is_wrong_with_the_form_is_said(staff, base, typed, why):
    html = staff.post(base, {**FORM, **typed, "step": "start"}).content.decode()

    assert why in html
    assert not Sweep.objects.exists()


def test_a_sweep_on_its_way_shows_how_far_it_is_and_asks_again(staff):
    sweep = make_sweep(trials=4)
    make_trial(sweep, 1, {"fast": 5})
    make_trial(sweep, 2, {"fast": 6}, state="running")

    html = page(staff, sweep)

    assert "1 of 4 trials have ended, 1 running" in html
    part = html.split('id="sweep-progress" hx-get="')[1].split('"')[0]
    assert staff.get(part).status_code == 204


def test_a_sweep_says_that_its_worker_does_not_answer_and_tells_no_time_left():
    sweep = make_sweep(trials=3)
    for number, state in enumerate(("done", "running", "running"), 1):
        make_trial(sweep, number, {"fast": 4 + number}, state=state)
    sweep.runs.update(started_at=NOON)
    sweep.runs.filter(number=2).update(beat_at=NOON)
    sweep.runs.filter(number=3).update(beat_at=NOON + timedelta(seconds=20))

    well, silent = (progress(sweep, now=NOON + timedelta(seconds=each)) for each in (25, 35))

    assert (well.silent, well.left) == ("", "less than a minute")
    assert "another takes over within 40 s" in silent.silent and not silent.left


@pytest.mark.parametrize(
    ("opinion", "button"),
    [("few", "quiet"), ("loses", "quiet"), ("luck", "quiet"), ("holds", "primary")],
)
def test_running_the_choice_is_the_main_button_only_where_it_may_be_worth_it(
    staff, opinion, button
):
    sweep = Sweep.objects.get(pk=judged_sweep().pk)
    sweep.verdict["opinion"] = opinion
    sweep.save()

    link = f'class="btn btn-sm btn-{button}" href="/backtests/sweeps/{sweep.pk}/shadow/"'

    assert link in page(staff, sweep)


def test_the_whole_page_comes_anew_once_the_sweep_has_ended(client):
    client.force_login(make_user())

    answer = client.get(f"/backtests/sweeps/{judged_sweep().pk}/progress/")

    assert answer.headers["HX-Refresh"] == "true"


def test_the_verdict_comes_first_with_the_number_of_trials(client):
    client.force_login(make_user())
    sweep = judged_sweep()

    html = page(client, sweep)

    assert f"{Sweep.objects.get().verdict['text']}" in html
    assert "Best of 6 trials: " in html
    assert html.index("Verdict") < html.index("The chosen settings") < html.index("All 6 trials")
    assert "DEMO" in html and "nobody traded them" in html


def test_the_heat_map_holds_a_number_and_a_shade_in_every_cell(client):
    client.force_login(make_user())

    html = page(client, judged_sweep(), "?x=sl_value&y=fast")

    table = html.split('<table class="heat num">')[1].split("</table>")[0]
    assert table.count("<td") == 6 and table.count('class="heat-') == 6
    assert "heat-chosen" in table and "heat-4" in table


def test_a_map_of_one_setting_is_not_drawn(client):
    client.force_login(make_user())

    assert "A map needs two different settings" in page(client, judged_sweep(), "?x=fast&y=fast")


@pytest.mark.parametrize("query", ["?x=nope&measure=none&sort=bad&page=999", "?page=-1"])
def test_what_nobody_understands_in_the_address_is_the_usual(client, query):
    client.force_login(make_user())

    assert "All 6 trials" in page(client, judged_sweep(), query)


def test_trials_are_sorted_by_what_they_did_out_of_sample(client):
    client.force_login(make_user())
    sweep = judged_sweep()
    rows = Sweep.objects.get().verdict["rows"]
    best = max(rows, key=lambda row: row[6])[0]

    table = page(client, sweep).split('id="trials"')[1]

    first = table.split("<tbody>")[1].split("</tr>")[0]
    assert f">{best}<" in first


def test_a_sweep_is_cancelled_after_a_question(staff):
    sweep = make_sweep(trials=2)
    make_trial(sweep, 1, {"fast": 5}, state="queued")

    assert "Cancel Sweep" in staff.get(f"/backtests/sweeps/{sweep.pk}/cancel/").content.decode()
    html = staff.post(f"/backtests/sweeps/{sweep.pk}/cancel/", follow=True).content.decode()

    assert "is cancelled: 1 trials were not tested" in html
    assert Sweep.objects.get().state == "cancelled"


def test_a_page_of_a_thousand_trials_takes_few_queries(client, django_assert_max_num_queries):
    client.force_login(make_user())
    sweep = judged_sweep()
    kept = Sweep.objects.get().verdict
    rows = [[n, *kept["rows"][n % 6][1:]] for n in range(1, 1001)]
    Sweep.objects.update(verdict={**kept, "rows": rows})

    with django_assert_max_num_queries(14):
        page(client, sweep)


def test_counts_of_a_sweep_have_thousands_separators(client):
    client.force_login(make_user())
    sweep = Sweep.objects.get(pk=judged_sweep().pk)
    verdict = sweep.verdict
    verdict["rows"][0][verdict["columns"].index("n_in")] = 3231
    verdict["steps"][0]["outside"]["n"] = 1
    sweep.trials = verdict["trials"] = 2862
    sweep.save()

    html = page(client, sweep)

    assert "3,231 results" in html and ">1 result<" in html
    assert "All 2,862 trials" in html and "best of 2,862" in html
    assert "2862" not in html and "3231" not in html


def test_settings_of_a_sweep_have_their_titles_and_units(client):
    client.force_login(make_user())

    html = page(client, judged_sweep(plan=replace(PLAN, sl_mode="pips")))

    assert re.search(r"<dt>Fast</dt><dd[^>]*>\d+ bars</dd>", html)
    assert re.search(r"<dt>Stop distance</dt><dd[^>]*>[23] pips</dd>", html)
    assert ">Fast (bars)</th>" in html and ">Stop distance (pips)</th>" in html
    assert re.search(r"Fast \d+ bars, Stop distance \d pips", html)
    assert "sl_value \\ " not in html and "by fast" not in html


def test_a_choice_at_the_edge_is_named_as_the_form_names_it():
    sweep = make_sweep({"sl_value": "1, 2, 3"}, plan=replace(PLAN, sl_mode="pips"))
    for number in (1, 2, 3):
        make_trial(sweep, number, {"sl_value": float(number)}, edge=0.5 * (number == 1))

    close_if_done(sweep.pk, now=NOON)

    remarks = " ".join(Sweep.objects.get().verdict["remarks"])
    assert "Stop distance 1 pips is the lowest that was tried" in remarks


def test_form_and_picker_say_titles_and_units(staff, base):
    StrategyConfig.objects.update(sl_mode="pips")

    form = staff.get(base).content.decode()
    picker = staff.get("/backtests/sweeps/new/").content.decode()

    assert "Stop distance (pips)" in form and "Target distance (x ATR 14)" in form
    assert "EMA cross with RSI gate on EURUSD, M1" in picker and "ema_rsi" not in picker
