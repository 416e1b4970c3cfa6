from datetime import UTC, datetime
from hashlib import sha256

import pytest

from audit.log import log_event
from audit.models import Seal
from audit.proof import proof_of
from audit.receipts import ALPHABET, grouped, receipt_of, tidied
from audit.sealing import canonical, seal_pending
from audit.triggers import remove_triggers

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_a_receipt_is_the_first_sixty_bits_of_the_hash_in_base_32():
    event = log_event("test.event", at=AT, text="it happened")

    bits = f"{int(sha256(canonical(event)).hexdigest(), 16):0256b}"
    by_hand = "".join(ALPHABET[int(bits[n : n + 5], 2)] for n in range(0, 60, 5))

    assert receipt_of(event) == by_hand
    assert len(by_hand) == 12
    assert receipt_of(log_event("test.event", at=AT, text="it happened")) != by_hand


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0123-4567-89AB", "0123456789AB"),
        (" 0123 4567 89ab ", "0123456789AB"),
        ("oil3456789AB", "011" + "3456789AB"),
        ("0123-4567-89A", ""),
        ("0123-4567-89ABC", ""),
        ("0123-4567-89AU", ""),
        ("", ""),
        ("x" * 10_000, ""),
        ("\uff10" * 12, ""),
    ],
)
def test_what_people_type_is_read_kindly(typed, code):
    assert tidied(typed) == code


def test_a_code_is_shown_in_groups():
    assert grouped("0123456789AB") == "0123-4567-89AB"


@pytest.fixture
def events(transactional_db):
    made = [log_event("test.event", at=AT, text=f"event {n}") for n in range(3)]
    seal_pending()
    remove_triggers()
    return made


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_sealed_event_fits_the_seals_beside_it(events, place):
    assert proof_of(events[place]).is_intact
    assert proof_of(events[place]).seal.seq == place + 1


def test_an_event_not_sealed_yet_is_neither_right_nor_wrong(events):
    proof = proof_of(log_event("test.event", at=AT, text="new"))

    assert (proof.seal, proof.is_intact) == (None, True)


@pytest.mark.parametrize(
    "change",
    [
        {"hash": "a" * 64},
        {"prev_hash": "b" * 64},
        {"sealed_at": AT},
    ],
)
@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_seal_that_was_changed_does_not_fit(events, seq, change):
    Seal.objects.filter(seq=seq).update(**change)

    assert not proof_of(events[seq - 1]).is_intact


def test_an_event_does_not_fit_once_a_seal_beside_it_is_gone_or_another(events):
    Seal.objects.filter(seq=1).update(hash="c" * 64)

    assert not proof_of(events[1]).is_intact
