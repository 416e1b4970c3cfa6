"""What every channel is: settings in fields, bytes out, a receipt or a DeliveryError back."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from delivery.errors import Refused


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message on its way to one recipient; all a channel ever learns."""

    delivery_id: str  # public id; providers echo it in their callbacks
    address: str
    text: str
    title: str = ""
    language: str = "en"
    window_open: bool = False  # the recipient wrote within the last 24 hours
    as_template: bool = False  # the free text was refused before


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The provider's acceptance."""

    provider_id: str
    is_delivered: bool = False  # True where accepting is arriving


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer: status code and at most 64 kB of body."""

    status: int
    body: bytes


PostJson = Callable[[str, bytes, Mapping[str, str]], Answer]
"""(url, body, headers) -> answer; raises NeverLeft, MaybeLeft or Refused."""


@dataclass(frozen=True, kw_only=True)
class Channel(ABC):
    """One way to reach people.

    `compose` comes first, so that a hash of the body is stored before the body leaves.
    """

    slug: ClassVar[str]
    label: ClassVar[str]
    is_demo: ClassVar[bool] = False
    settings: ClassVar[tuple[str, ...]] = ()  # names of the settings `configured` reads

    @classmethod
    def configured(cls, settings: Mapping[str, Any], post_json: PostJson) -> Self:
        """The channel with the desk's settings; raises Refused naming what is not set."""
        return cls()

    @staticmethod
    def clean_address(address: str) -> str:
        """`address` as this channel stores it; raises ValueError in plain words."""
        return address.strip()

    @abstractmethod
    def compose(self, outgoing: Outgoing) -> bytes:
        """The exact body to post."""

    @abstractmethod
    def post(self, body: bytes) -> Receipt:
        """The receipt for `body`; raises DeliveryError."""


def required(settings: Mapping[str, Any], *names: str) -> None:
    """Raise Refused when one of `names` is empty."""
    missing = [name for name in names if not settings.get(name)]
    if missing:
        raise Refused("not_configured", f"Set {' and '.join(missing)} in the environment.")
