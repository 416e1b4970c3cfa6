"""What is wrong on the desk, each with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.cards import Cards


@dataclass(frozen=True)
class Notice:
    """One banner; the worst come first."""

    tone: str
    title: str
    advice: str


def notices(cards: Cards) -> tuple[Notice, ...]:
    """The banners for these cards; none when all is well."""
    found = [*_scheduler(cards), *_feeds(cards), *_pause(cards), *_messages(cards)]
    return tuple(sorted(found, key=lambda notice: notice.tone != "tone-bad"))


def _scheduler(cards: Cards) -> Iterator[Notice]:
    if cards.scheduler.state == "never":
        yield Notice(
            "tone-bad",
            "The scheduler has not ticked yet.",
            "Right after the start this takes a minute. If it stays, see that worker and beat run.",
        )
    elif cards.scheduler.state == "late":
        yield Notice(
            "tone-bad",
            "The scheduler has stopped ticking: no new signals.",
            "See that worker and beat run (make run starts both) and read their logs. "
            "Missed minutes are evaluated when it is back.",
        )
    elif cards.scheduler.errors:
        yield Notice(
            "tone-warn",
            f"The last tick had a problem: {cards.scheduler.errors[0]}",
            "It is tried again with the next tick; the log has the details.",
        )


def _feeds(cards: Cards) -> Iterator[Notice]:
    bad = [feed for feed in cards.feeds if feed.state in ("dead", "late", "off")]
    for feed in bad:
        tone = "tone-warn" if feed.state == "late" else "tone-bad"
        why = f" {feed.detail}" if feed.detail else ""
        yield Notice(
            tone,
            f"{feed.code}: the feed is {feed.state}.{why}",
            "Entries for it are refused until candles arrive. Check the source's key and quota, "
            "or choose another feed for the symbol in the admin.",
        )
    if not cards.feeds:
        yield Notice("tone-warn", "No symbol is enabled.", "Enable one in the admin, Symbols.")


def _pause(cards: Cards) -> Iterator[Notice]:
    if cards.pushes.is_paused:
        yield Notice(
            "tone-warn",
            f"Pushes are paused by {cards.pushes.by}: {cards.pushes.reason}",
            "Signals are still computed and stored as blocked. Staff can resume at any time; "
            "what was blocked is not sent later.",
        )


def _messages(cards: Cards) -> Iterator[Notice]:
    uncertain, failed = cards.messages.count("uncertain"), cards.messages.count("failed")
    if uncertain:
        yield Notice(
            "tone-warn",
            f"{uncertain} of today's messages may or may not have arrived.",
            "They are held, not sent twice. Ask the recipient, then settle each in the admin, "
            "Deliveries.",
        )
    if failed:
        yield Notice(
            "tone-warn",
            f"{failed} of today's messages failed.",
            "The reason stands beside each in the admin, Deliveries.",
        )
