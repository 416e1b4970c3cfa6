"""Every kind of event the desk logs: its group, its words, its colour and its shape.

A kind that is logged and missing here fails tests/dashboard/test_log_kinds.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """How one kind of event reads."""

    slug: str
    words: str
    tone: str = "tone-calm"
    icon: str = "info"


@dataclass(frozen=True)
class Group:
    """Kinds a reader looks for together."""

    title: str
    kinds: tuple[Kind, ...]


GOOD, BAD, WARN, ACCENT, CALM = (
    f"tone-{name}" for name in ("good", "bad", "warn", "accent", "calm")
)

GROUPS: dict[str, Group] = {
    "signals": Group(
        "Signals",
        (
            Kind("signal.generated", "Signal", ACCENT, "signals"),
            Kind("signal.blocked", "Signal blocked", WARN, "risk"),
            Kind("signal.closed", "Signal ended", CALM, "check"),
            Kind("signal.pushed", "Sent by hand", ACCENT, "send"),
            Kind("rehearsal.begun", "Rehearsal", CALM, "play"),
            Kind("record.exported", "Track record exported", CALM, "download"),
            Kind("engine.failed", "Evaluation failed", BAD, "alert"),
        ),
    ),
    "messages": Group(
        "Messages",
        (
            Kind("delivery.sent", "Message sent", CALM, "send"),
            Kind("delivery.delivered", "Message delivered", GOOD, "check"),
            Kind("delivery.read", "Message read", GOOD, "check"),
            Kind("delivery.failed", "Message failed", BAD, "close"),
            Kind("delivery.expired", "Message too late", WARN, "clock"),
            Kind("delivery.uncertain", "Message uncertain", WARN, "alert"),
            Kind("delivery.contradicted", "Reports disagree", WARN, "alert"),
            Kind("delivery.came_twice", "Message came twice", WARN, "alert"),
            Kind("delivery.switched", "Sent as template", CALM, "send"),
            Kind("delivery.arrived", "Settled: arrived", GOOD, "check"),
            Kind("delivery.sent_again", "Settled: sent again", CALM, "send"),
            Kind("delivery.resent", "Sent once more", ACCENT, "send"),
            Kind("delivery.test", "Test message", CALM, "phone"),
        ),
    ),
    "risk": Group(
        "Risk",
        (
            Kind("kill_switch.on", "Pushes paused", WARN, "pause"),
            Kind("kill_switch.off", "Pushes resumed", GOOD, "play"),
            Kind("risk.changed", "Risk settings", ACCENT, "risk"),
            Kind("risk.daily_loss", "Daily loss", ACCENT, "risk"),
        ),
    ),
    "strategies": Group(
        "Strategies", (Kind("config.changed", "Strategy settings", ACCENT, "strategies"),)
    ),
    "backtests": Group(
        "Backtests",
        (
            Kind("backtest.queued", "Backtest asked for", CALM, "play"),
            Kind("backtest.done", "Backtest done", GOOD, "check"),
            Kind("backtest.failed", "Backtest failed", BAD, "alert"),
            Kind("backtest.cancelled", "Backtest cancelled", WARN, "close"),
            Kind("backtest.deleted", "Backtest deleted", WARN, "close"),
            Kind("backtest.exported", "Backtest exported", CALM, "download"),
            Kind("sweep.queued", "Sweep asked for", CALM, "play"),
            Kind("sweep.done", "Sweep done", GOOD, "check"),
            Kind("sweep.failed", "Sweep without a verdict", BAD, "alert"),
            Kind("sweep.shadowed", "Choice runs in shadow", ACCENT, "strategies"),
            Kind("sweep.cancelled", "Sweep cancelled", WARN, "close"),
            Kind("sweep.deleted", "Sweep deleted", WARN, "close"),
        ),
    ),
    "recipients": Group(
        "Recipients",
        (
            Kind("recipient.added", "Recipient added", ACCENT, "user"),
            Kind("recipient.changed", "Recipient changed", ACCENT, "edit"),
            Kind("recipient.opted_in", "Opted in", GOOD, "check"),
            Kind("recipient.opted_out", "Opted out", WARN, "close"),
            Kind("recipient.failing", "Cannot be reached", WARN, "alert"),
            Kind("recipient.disabled", "Recipient off", BAD, "alert"),
            Kind("recipient.moved", "New address", CALM, "phone"),
            Kind("recipient.paused", "Recipient paused", WARN, "pause"),
            Kind("recipient.resumed", "Recipient resumed", GOOD, "play"),
            Kind("recipient.given_a_new_signing_secret", "New signing secret", WARN, "keys"),
            Kind("recipient.secret_shown", "Secret shown", WARN, "keys"),
            Kind("recipient.imported", "Recipients imported", ACCENT, "user"),
            Kind("recipient.exported", "Recipients exported", WARN, "download"),
            Kind("recipient.deleted", "Recipient deleted", WARN, "close"),
            Kind("recipient.erased", "Person forgotten", WARN, "close"),
        ),
    ),
    "feeds": Group(
        "Feeds",
        (
            Kind("feed.dead", "Feed dead", BAD, "alert"),
            Kind("feed.alive", "Feed back", GOOD, "feed"),
            Kind("bars.rejected", "Bars rejected", WARN, "alert"),
            Kind("bars.revised", "Bars revised", WARN, "history"),
            Kind("candles.imported", "Candles imported", CALM, "download"),
            Kind("symbol.added", "Symbol added", ACCENT, "feed"),
            Kind("symbol.changed", "Symbol changed", ACCENT, "edit"),
            Kind("holiday.added", "Holiday added", ACCENT, "clock"),
            Kind("holiday.changed", "Holiday changed", ACCENT, "edit"),
            Kind("holiday.deleted", "Holiday deleted", WARN, "close"),
        ),
    ),
    "logins": Group(
        "Logins",
        (
            Kind("login.ok", "Signed in", CALM, "user"),
            Kind("login.ended", "Signed out", CALM, "logout"),
            Kind("login.failed", "Login failed", WARN, "alert"),
            Kind("login.locked", "Login locked", BAD, "alert"),
            Kind("login.unlocked", "Login unlocked", CALM, "keys"),
            Kind("mfa.failed", "Second factor wrong", WARN, "alert"),
            Kind("mfa.code_used", "Recovery code used", WARN, "keys"),
            Kind("access.refused", "Refused", WARN, "close"),
        ),
    ),
    "accounts": Group(
        "Keys and accounts",
        (
            Kind("key.created", "API key created", ACCENT, "keys"),
            Kind("key.changed", "API key changed", ACCENT, "keys"),
            Kind("key.revoked", "API key revoked", WARN, "keys"),
            Kind("user.created", "Account created", ACCENT, "user"),
            Kind("user.deleted", "Account deleted", WARN, "close"),
            Kind("user.changed", "Account changed", ACCENT, "user"),
            Kind("password.changed", "Password changed", ACCENT, "keys"),
            Kind("mfa.added", "Second factor added", ACCENT, "keys"),
            Kind("mfa.renamed", "Passkey renamed", CALM, "keys"),
            Kind("mfa.removed", "Second factor removed", WARN, "keys"),
            Kind("mfa.codes_made", "Recovery codes made", ACCENT, "keys"),
            Kind("token.revoked", "Token revoked", WARN, "keys"),
            Kind("token.reused", "Used token came back", BAD, "alert"),
        ),
    ),
    "channels": Group(
        "Channels and alarms",
        (
            Kind("channel.paused", "Channel paused", BAD, "pause"),
            Kind("channel.resumed", "Channel resumed", GOOD, "play"),
            Kind("alarm.raised", "Alarm", BAD, "alert"),
            Kind("alarm.cleared", "Alarm over", GOOD, "check"),
            Kind("settings.changed", "Environment", ACCENT, "keys"),
            Kind("parity.checked", "Day computed again", GOOD, "check"),
            Kind("parity.differs", "Day came out otherwise", BAD, "alert"),
            Kind("audit.head_kept", "Log's head kept", CALM, "keys"),
            Kind("callback.refused", "Callback refused", WARN, "close"),
            Kind("callback.failed", "Callback failed", BAD, "alert"),
        ),
    ),
}
KINDS: dict[str, Kind] = {kind.slug: kind for group in GROUPS.values() for kind in group.kinds}


def kind_of(slug: str) -> Kind:
    """The kind; one that only older code logged reads as its own name in words."""
    return KINDS.get(slug) or Kind(slug, slug.replace(".", " ").replace("_", " ").capitalize())
