"""What is wrong on the desk, each with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from dashboard.overview.attention import MOST, NONE, Attention, PausedChannel
from dashboard.overview.cards import Cards
from dashboard.overview.message_counts import Messages, deliveries_url


@dataclass(frozen=True)
class Act:
    """What staff can do about it: a button."""

    label: str
    url: str
    is_dialog: bool = False


@dataclass(frozen=True)
class Notice:
    """One banner; the worst come first."""

    tone: str
    title: str
    advice: str
    act: Act | None = None  # for staff


def notices(cards: Cards, attention: Attention = NONE) -> tuple[Notice, ...]:
    """The banners for these cards, and for what waits for a person; none when all is well."""
    found = [
        *_scheduler(cards),
        *_feeds(cards),
        *map(_channel, attention.channels),
        *_pause(cards),
        *_alarms(attention),
        *_undecided(attention),
        *_messages(cards.messages),
    ]
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
        why = f" {feed.detail[0].upper()}{feed.detail[1:].rstrip('.')}." if feed.detail else ""
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


def _channel(channel: PausedChannel) -> Notice:
    if channel.probe_at is None:
        then = "Nothing goes out on it until staff resume it: put right what it complains about."
    else:
        then = f"One message tries again at {channel.probe_at:%H:%M} UTC."
    return Notice(
        "tone-bad",
        f"{channel.label} is paused since {channel.since:%H:%M} UTC: {channel.reason}",
        f"Its messages wait and are sent later, or expire unsent. {then}",
        Act("Resume", reverse("resume-channel", args=[channel.slug]), is_dialog=True),
    )


def _alarms(attention: Attention) -> Iterator[Notice]:
    for alarm in attention.alarms:
        since = f"Alarm since {alarm.since:%H:%M} UTC; staff who get alerts are told once."
        act = (
            Act("Look", f"{reverse('track-record')}#differences") if alarm.key == "parity" else None
        )
        yield Notice("tone-bad", alarm.text, since, act)


def _undecided(attention: Attention) -> Iterator[Notice]:
    count = len(attention.undecided)
    advice = "Held, not sent twice. Ask the recipient, then say what became of it."
    if count == 1:
        act = Act("Decide", reverse("resolve", args=attention.undecided))
        yield Notice("tone-warn", "1 message may or may not have arrived.", advice, act)
    elif count:
        many = f"more than {MOST}" if count > MOST else str(count)
        title = f"{many.capitalize()} messages may or may not have arrived."
        yield Notice("tone-warn", title, advice, Act("Decide", reverse("undecided")))


def _messages(messages: Messages) -> Iterator[Notice]:
    counts = [(name, messages.count(name)) for name in ("failed", "expired")]
    there = [(name, count) for name, count in counts if count]
    if there:
        parts = " and ".join(f"{count} {name}" for name, count in there)
        yield Notice(
            "tone-warn",
            f"Not sent today: {parts}.",
            "The reason stands beside each in the admin, Deliveries.",
            Act("Look", deliveries_url([name for name, _ in there], messages.since)),
        )
