"""What the desk answers to STOP and START, in the language of the recipient (pure)."""

WITHDRAWN = {
    "en": "You get no more messages from us. Write START to get them again.",
    "de": "Sie bekommen keine Nachrichten mehr von uns. Schreiben Sie START, um sie wieder zu "
    "bekommen.",
    "fr": "Vous ne recevrez plus de messages de notre part. Écrivez START pour les recevoir à "
    "nouveau.",
    "es": "Ya no recibirá más mensajes nuestros. Escriba START para volver a recibirlos.",
    "pt": "Você não receberá mais mensagens nossas. Escreva START para voltar a recebê-las.",
    "it": "Non riceverà più nostri messaggi. Scriva START per riceverli di nuovo.",
    "nl": "U krijgt geen berichten meer van ons. Schrijf START om ze weer te krijgen.",
    "pl": "Nie będziesz już otrzymywać naszych wiadomości. Napisz START, aby je znów otrzymywać.",
    "tr": "Artık bizden mesaj almayacaksınız. Yeniden almak için START yazın.",  # noqa: RUF001  Turkish
    "ru": "Вы больше не будете получать наши сообщения. Напишите START, чтобы получать их снова.",
    "ar": "لن تصلك رسائل منا بعد الآن. اكتب START لتصلك من جديد.",
}
AGREED = {
    "en": "You get our messages from now on. Write STOP to end them.",
    "de": "Sie bekommen ab jetzt unsere Nachrichten. Schreiben Sie STOP, um sie zu beenden.",
    "fr": "Vous recevrez désormais nos messages. Écrivez STOP pour y mettre fin.",
    "es": "A partir de ahora recibirá nuestros mensajes. Escriba STOP para dejar de recibirlos.",
    "pt": "A partir de agora você receberá nossas mensagens. Escreva STOP para parar.",
    "it": "Da ora riceverà i nostri messaggi. Scriva STOP per interromperli.",
    "nl": "U krijgt vanaf nu onze berichten. Schrijf STOP om ze te beëindigen.",
    "pl": "Od teraz będziesz otrzymywać nasze wiadomości. Napisz STOP, aby je zakończyć.",
    "tr": "Bundan sonra mesajlarımızı alacaksınız. Bitirmek için STOP yazın.",  # noqa: RUF001  Turkish
    "ru": "Теперь вы будете получать наши сообщения. Напишите STOP, чтобы прекратить.",
    "ar": "ستصلك رسائلنا من الآن. اكتب STOP لإيقافها.",
}
NOT_YET = "Thank you. The desk has to let you in first; nothing is sent until then."


def withdrawn_text(language: str) -> str:
    """The one answer to an opt-out."""
    return _in(language, WITHDRAWN)


def agreed_text(language: str, *, is_active: bool) -> str:
    """The one answer to an opt-in; somebody the desk has paused is told that it must act first."""
    return _in(language, AGREED) if is_active else NOT_YET


def _in(language: str, texts: dict[str, str]) -> str:
    """By the first two letters of a language code such as pt_BR; English when not known."""
    return texts.get(language[:2].casefold(), texts["en"])
