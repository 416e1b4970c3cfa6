"""How a post can go wrong, told apart by the one question that matters: was it accepted?"""

from enum import StrEnum


class Remedy(StrEnum):
    """What to do with a delivery the provider refused; it was provably not accepted."""

    RETRY = "retry"  # the provider is busy or broken: wait 4^X s
    RETRY_RECIPIENT = "retry_recipient"  # only this recipient must wait: 4^X s
    TEMPLATE = "template"  # free text is closed: once more, as the approved template
    HOLD_CHANNEL = "hold_channel"  # every post would be refused: look again in 5 minutes
    FAIL = "fail"  # trying again cannot help


class DeliveryError(Exception):
    """A post without an acceptance; `code` is short and stable, `detail` is for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class NeverLeft(DeliveryError):
    """Nothing of the request left this machine (no name, no connection, no TLS)."""


class MaybeLeft(DeliveryError):
    """The request may have been taken: a lost, late or unreadable answer."""


class Refused(DeliveryError):
    """The provider, or our own rule, said no in so many words."""

    def __init__(self, code: str, detail: str = "", *, remedy: Remedy = Remedy.FAIL) -> None:
        super().__init__(code, detail)
        self.remedy = remedy
