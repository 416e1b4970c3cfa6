"""The words that mean stop, start and the like, in the languages of recipients (pure)."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Command(StrEnum):
    """What somebody asks the desk for."""

    STOP = "stop"
    START = "start"
    LAST = "last"
    STATUS = "status"
    RESULTS_ON = "results_on"
    RESULTS_OFF = "results_off"


@dataclass(frozen=True)
class Asked:
    """A command and the language it was written in."""

    command: Command
    language: str


STOP_WORDS = {  # comma-separated; a word that several languages share stands with the first
    "en": "stop, stop all, stopall, unsubscribe, cancel, end, quit, opt out, optout",
    "de": "stopp, abmelden, abmeldung, abbestellen, austragen, beenden",
    "fr": "arrêt, arrêter, désabonner, me désabonner, désinscription, désinscrire",
    "es": "baja, darse de baja, dar de baja, alto, cancelar, detener, parar",
    "pt": "sair, descadastrar, cancelar inscrição, remover",
    "it": "ferma, fermare, basta, disiscrivi, disiscrivimi, cancellami, annulla",
    "nl": "afmelden, stoppen, uitschrijven",
    "pl": "zatrzymaj, wypisz, anuluj, rezygnuję, koniec",
    "tr": "dur, durdur, iptal, çık, çik",  # noqa: RUF001  Turkish
    "ru": "стоп, отписаться, отписка, отмена, хватит",
    "ar": "توقف, قف, إيقاف, إلغاء, إلغاء الاشتراك",
    "sv": "avsluta, avregistrera, avanmäl",
    "id": "berhenti",
    "hi": "रोकें, बंद, बंद करें",
    "zh": "停止, 退订, 取消",
    "ja": "ストップ, 配信停止, 解除",
}
START_WORDS = {
    "en": "start, unstop, subscribe, opt in, optin",
    "de": "anmelden, starten",
    "fr": "démarrer, commencer, abonner, reprendre",
    "es": "alta, iniciar, empezar, comenzar",
    "pt": "começar, voltar, inscrever",
    "it": "inizia, avvia, iscrivimi",
    "nl": "aanmelden, begin",
    "pl": "wznów, zapisz",
    "tr": "başla, başlat",
    "ru": "старт, начать, подписаться",
    "ar": "ابدأ, اشترك",
    "sv": "starta",
    "id": "mulai",
    "hi": "शुरू, शुरू करें",
    "zh": "开始, 订阅",
    "ja": "スタート, 開始",
}


RESULTS_WORDS = {Command.RESULTS_ON: "results on", Command.RESULTS_OFF: "results off"}


def asked_for(text: str) -> Asked | None:
    """The command that `text` is, as a whole: "Stop!" is one, "don't stop" is none.

    Case, accents and punctuation do not count. /start, /stop, /last and /status are commands also
    as /stop@bot, and with words behind them; /results is one with on or off behind it.
    """
    first, *rest = text.split(maxsplit=1) or [""]
    if not first.startswith("/"):
        return WORDS.get(plain(text))
    name = first[1:].partition("@")[0].casefold()
    if name == "results":
        return WORDS.get(plain(" ".join((name, *rest))))
    return Asked(Command(name), "") if name in set(Command) else None


def plain(text: str) -> str:
    """`text` in lower case without accents; runs of anything but letters are one space."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = (" " if _separates(c) else c for c in apart if not _decorates(c))
    return " ".join("".join(letters).split())


def _decorates(character: str) -> bool:
    """Accents, and the invisible marks of writing direction."""
    return bool(unicodedata.combining(character)) or unicodedata.category(character) == "Cf"


def _separates(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZC"


def _table() -> dict[str, Asked]:
    """Each word as `plain` writes it, the first language that has it."""
    table: dict[str, Asked] = {}
    for command, words in ((Command.STOP, STOP_WORDS), (Command.START, START_WORDS)):
        for language, listed in words.items():
            for word in listed.split(","):
                table.setdefault(plain(word), Asked(command, language))
    return table | {words: Asked(command, "en") for command, words in RESULTS_WORDS.items()}


WORDS = _table()
