import pytest

from delivery.wording import reason_text


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("", ""),
        ("kill_switch", "pushes were paused"),
        ("no_answer: the connection ended", "the connection ended"),
        ("too late to be of use; timeout: no answer", "too late to be of use; no answer"),
        ("131026: message undeliverable", "131026: message undeliverable"),
        ("key:vYwOlfSq says it arrived", "key:vYwOlfSq says it arrived"),
    ],
)
def test_our_own_codes_are_left_out_and_a_providers_stay(stored, said):
    assert reason_text(stored) == said
