"""The judge sees what was lost, doubled or misreported, whoever says otherwise."""

import pytest

from tests.crash.storm import Killed
from tests.crash.table import table
from tests.crash.verdict import judge_desk, judge_naive

SENT_AT = "2026-11-18T12:00:00Z"
NOON = 1_795_003_200.0  # the same, as the journal writes it


def row(name="d1", *, state="sent", message="m1", recipient=1, attempts=(), **values):
    found = [{"outcome": outcome, "code": code} for outcome, code in attempts]
    facts = {"channel": "whatsapp", "created_at": SENT_AT, "attempts": found, **values}
    return {"id": name, "state": state, "message": message, "recipient": recipient, **facts}


def state_of(*rows):
    messages = [{"key": key, "text": f"text {key}"} for key in ("m1", "m2", "m3")]
    return {"messages": messages, "deliveries": list(rows)}


def accepted(reference="d1", *keys, at=NOON + 1, **values):
    texts = [f"text {key}" for key in keys or ("m1",)]
    facts = {"id": f"wamid.{at}", "to": "4479", "lines": texts, "scene": "good", **values}
    return {"what": "accepted", "at": at, "reference": reference, **facts}


def refused(code, at=NOON + 1):
    facts = {"to": "4479", "lines": ["text m1"], "reference": "d1", "code": code}
    return {"what": "refused", "at": at, **facts}


def judged(journal, state, killed=()):
    return judge_desk("desk", journal, state, list(killed), seconds=60)


def test_one_acceptance_of_a_sent_row_is_the_promise_kept():
    verdict = judged([accepted()], state_of(row()))

    assert verdict.is_kept
    assert (verdict.accepted, verdict.lost, verdict.doubled) == (1, 0, 0)


def test_lines_that_share_a_post_count_one_by_one():
    rows = [row(), row("d2", message="m2"), row("d3", message="m3")]

    verdict = judged([accepted("d1", "m1", "m2", "m3")], state_of(*rows))

    assert verdict.is_kept
    assert verdict.accepted == 3


def test_a_second_acceptance_is_a_double():
    verdict = judged([accepted(), accepted(at=NOON + 9)], state_of(row()))

    assert verdict.doubled == 1
    assert not verdict.is_kept


@pytest.mark.parametrize("state", ["sent", "pending", "expired", "uncertain"])
def test_what_was_never_accepted_is_lost_whatever_its_row_says(state):
    verdict = judged([], state_of(row(state=state)))

    assert verdict.lost == 1
    assert not verdict.is_kept


def test_what_the_provider_refused_for_good_is_not_lost():
    failed = row(state="failed", attempts=[("refused", "131000")])

    assert judged([refused(131000)], state_of(failed)).is_kept
    assert judged([], state_of(failed)).lost == 1  # it never said so


def test_an_arrival_that_the_desk_denies_is_misreported():
    assert judged([accepted()], state_of(row(state="failed"))).misreported == 1


def test_doubt_needs_a_fault_of_the_provider_or_a_killed_sender():
    doubted = row(state="delivered", attempts=[("unknown", "no_answer")])
    killed = [Killed(NOON + 2, "worker")]

    assert judged([accepted()], state_of(doubted)).unexplained == 1
    assert judged([accepted(scene="drop")], state_of(doubted)).unexplained == 0
    assert judged([accepted()], state_of(doubted), killed).unexplained == 0


def test_what_was_stored_before_the_kill_was_not_in_flight():
    stored = row()
    stored["attempts"] = [
        {"outcome": "accepted", "code": "", "provider_id": "wamid.1", "at": "2026-11-18T12:00:02Z"}
    ]
    journal = [accepted(id="wamid.1")]

    assert judged(journal, state_of(stored), [Killed(NOON + 1.5, "child")]).in_flight == 1
    assert judged(journal, state_of(stored), [Killed(NOON + 3, "child")]).in_flight == 0


def test_the_naive_sender_is_judged_by_the_journal_alone():
    journal = [accepted(to="44791"), accepted(to="44791", at=NOON + 5)]
    planned = [("+44791", "text m1"), ("+44792", "text m1")]

    verdict = judge_naive("naive", journal, planned, [Killed(NOON + 2, "worker")], seconds=9)

    assert (verdict.accepted, verdict.lost, verdict.doubled) == (2, 1, 1)
    assert verdict.recovery == [3.0]
    assert "| lost | 1 |" in table([verdict])
