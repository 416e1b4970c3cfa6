"""STOP and START as people write them."""

import pytest

from delivery.callbacks.keywords import START_WORDS, STOP_WORDS, Command, asked_for
from delivery.consent_texts import AGREED, WITHDRAWN


@pytest.mark.parametrize(
    "text",
    [
        *(
            "STOP",
            "stop",
            " Stop. ",
            "STOP!!!",
            "«stop»",
            "🛑 STOP",
            "Stop\n",
            "\uff33\uff34\uff2f\uff30",
            "/stop",
        ),
        *("Unsubscribe", "opt-out", "Opt out", "STOP ALL", "/stop@desk_bot", "/STOP please"),
        *("Stopp", "Abmelden", "ARRÊT", "arret", "Désabonner", "BAJA", "darse de baja", "Sair"),
        *("basta", "afmelden", "Rezygnuję", "İPTAL", "DURDUR", "ÇIK", "стоп", "ОТПИСАТЬСЯ"),
        *("توقف", "إيقاف", "الغاء", "\u200fتوقف", "退订", "ストップ", "बंद करें"),
    ],
)
def test_a_stop_is_a_stop(text):
    assert asked_for(text).command == Command.STOP


@pytest.mark.parametrize(
    "text", ["START", "start.", "/start", "/start@desk_bot payload", "Anmelden", "ALTA", "старт"]
)
def test_a_start_is_a_start(text):
    assert asked_for(text).command == Command.START


@pytest.mark.parametrize(
    "text",
    ["", " ", "!!!", "don't stop", "stop loss?", "when does it start", "/stopwatch", "/", "/ stop"],
)
def test_words_around_it_make_it_something_else(text):
    assert asked_for(text) is None


def test_last_and_status_are_commands_with_a_slash_only():
    assert asked_for("/last").command == Command.LAST
    assert asked_for("/status@desk_bot").command == Command.STATUS
    assert asked_for("status") is None


def test_no_word_means_both():
    def commands(table):
        listed = [word for words in table.values() for word in words.split(",")]
        return {asked_for(word.strip()).command for word in listed}

    assert commands(STOP_WORDS) == {Command.STOP}
    assert commands(START_WORDS) == {Command.START}


def test_whoever_has_words_in_a_language_is_answered_in_it_or_in_english():
    assert set(WITHDRAWN) == set(AGREED) <= set(STOP_WORDS)
