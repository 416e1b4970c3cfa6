"""What every channel is: settings in fields, an envelope out, a receipt or a DeliveryError back."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self

from delivery.errors import Refused, Remedy


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """The message that is replied to, as this recipient has it."""

    provider_id: str  # of the post that carried it
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What goes to one recipient in one post; all a channel ever learns."""

    delivery_id: str  # public id of the (first) delivery; providers echo it in their callbacks
    address: str
    text: str  # the exact line, or several joined by newlines
    now: datetime  # when it is composed
    title: str = ""
    kind: str = "signal"
    fields: Mapping[str, Any] = field(default_factory=dict)  # the same, for programs
    created_at: datetime | None = None  # of the message
    language: str = ""
    window_open: bool = False  # the recipient wrote within the last 24 hours
    as_template: bool = False  # the free text was refused before
    quoted: Quoted | None = None  # what it replies to; None too where several lines share a post
    signing_keys: tuple[bytes, ...] = field(default=(), repr=False)  # newest first


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One post, ready: what is hashed and stored before it leaves is `body`."""

    body: bytes
    url: str = field(default="", repr=False)  # may hold a token
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The provider's acceptance."""

    provider_id: str
    is_delivered: bool = False  # True where accepting is arriving
    provider_address: str = ""  # how the provider writes the address, if it says


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer: status code, headers in lower case, at most 64 kB of body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One e-mail as the mail door takes it."""

    to: str
    subject: str
    text: str
    message_id: str
    in_reply_to: str = ""  # message id of the mail it answers


PostJson = Callable[[str, bytes, Mapping[str, str]], Answer]
"""(url, body, headers) -> answer; raises NeverLeft, MaybeLeft or Refused."""
SendMail = Callable[[Mail], None]
"""Returns once the mail server has taken it; raises NeverLeft, MaybeLeft or Refused."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The only ways out of the desk, handed to a channel for one post."""

    post_json: PostJson
    send_mail: SendMail


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast a provider lets one account post, and one recipient be posted to."""

    per_second: float
    burst: int  # posts at once after a rest
    recipient_seconds: float = 0.0  # each post to a recipient uses up this much of their time
    recipient_burst: int = 1  # posts at once to a rested recipient, paid for afterwards


@dataclass(frozen=True, kw_only=True)
class Channel(ABC):
    """One way to reach people.

    `compose` comes first, so that a hash of the body is stored before the body leaves.
    """

    slug: ClassVar[str]
    label: ClassVar[str]
    address_help: ClassVar[str]  # what its addresses look like, for the form
    is_demo: ClassVar[bool] = False
    is_repeatable: ClassVar[bool] = False  # the receiver drops a repeat by its id
    needs_opt_in: ClassVar[bool] = False  # the provider demands consent that can be shown
    posts_to_address: ClassVar[bool] = False  # an address is the URL itself
    has_reports: ClassVar[bool] = False  # callbacks say later whether it arrived
    settings: ClassVar[tuple[str, ...]] = ()  # names of the settings `configured` reads
    pace: ClassVar[Pace | None] = None  # None: as fast as it goes
    longest: ClassVar[int] = 4096  # characters of one text

    @classmethod
    def configured(cls, settings: Mapping[str, Any]) -> Self:
        """The channel with the desk's settings; raises Refused naming what is not set."""
        return cls()

    @staticmethod
    def clean_address(address: str) -> str:
        """`address` as this channel stores it; raises ValueError in plain words."""
        return address.strip()

    def joins(self, outgoing: Outgoing) -> bool:
        """Whether the lines of several messages to this recipient may share a post now."""
        return False

    def remedy_of_report(self, code: str) -> Remedy:
        """What to do about a post that was accepted and then reported as failed."""
        return Remedy.FAIL

    @abstractmethod
    def compose(self, outgoing: Outgoing) -> Envelope:
        """The exact post."""

    @abstractmethod
    def post(self, envelope: Envelope, doors: Doors) -> Receipt:
        """The receipt for `envelope`; raises DeliveryError."""


def required(settings: Mapping[str, Any], *names: str) -> None:
    """Raise Refused when one of `names` is empty."""
    missing = [name for name in names if not settings.get(name)]
    if missing:
        raise Refused("not_configured", f"Set {' and '.join(missing)} in the environment.")
