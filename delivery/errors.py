"""How a post can go wrong, told apart by the one question that matters: was it accepted?"""

from enum import StrEnum


class Remedy(StrEnum):
    """What to do with a delivery the provider refused; it was provably not accepted."""

    RETRY = "retry"  # the provider is busy or broken: wait 4^X s
    RETRY_RECIPIENT = "retry_recipient"  # only this recipient must wait: 4^X s
    SLOW_DOWN = "slow_down"  # the whole account is too fast: all of it waits 4^X s
    TEMPLATE = "template"  # free text is closed: once more, as the approved template
    UNQUOTE = "unquote"  # refused as a reply: once more, as a message of its own
    MOVED = "moved"  # the recipient has another address: once more, to that
    PAUSE_CHANNEL = "pause_channel"  # every post would be refused: one tries every 5 minutes
    STOP_CHANNEL = "stop_channel"  # the account is in trouble: until a person resumes it
    FAIL = "fail"  # trying again cannot help
    FAIL_RECIPIENT = "fail_recipient"  # this recipient cannot be reached: three in a row are told
    DISABLE_RECIPIENT = "disable_recipient"  # they blocked us or are gone: never again


class DeliveryError(Exception):
    """A post without an acceptance; `code` is short and stable, `detail` is for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        code, detail = _storable(code), _storable(detail)
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def _storable(text: str) -> str:
    """`text` without what a database may refuse: a provider's words come with everything."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


class NeverLeft(DeliveryError):
    """Nothing of the request left this machine (no name, no connection, no TLS)."""


class MaybeLeft(DeliveryError):
    """The request may have been taken: a lost, late or unreadable answer."""


class Refused(DeliveryError):
    """The provider, or our own rule, said no in so many words."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        remedy: Remedy = Remedy.FAIL,
        wait_seconds: float | None = None,
        new_address: str = "",
    ) -> None:
        super().__init__(code, detail)
        self.remedy = remedy
        self.wait_seconds = wait_seconds  # asked for by the provider; None: our own back-off
        self.new_address = new_address  # with Remedy.MOVED
