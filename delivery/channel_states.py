"""A channel's pace, its run of errors and its pauses; every write to ChannelState is here."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from audit.log import log_event
from delivery.alarms import clear_alarm, raise_alarm
from delivery.channels.base import Pace
from delivery.channels.registry import channel_called
from delivery.models import ChannelState
from delivery.pacing import paid_for, posts_now
from delivery.waking import wake

PROBE_EVERY = timedelta(minutes=5)  # a paused channel lets one message try
BREAK_AFTER = 10  # errors of the provider in a row open the circuit
BREAK_FOR = timedelta(seconds=30)
CIRCUIT = "circuit"  # the code of a pause for errors in a row


def locked_state(channel: str) -> ChannelState:
    """The channel's row, locked against other senders until the transaction ends."""
    ChannelState.objects.get_or_create(channel=channel)
    return ChannelState.objects.select_for_update().get(channel=channel)


def allowance(state: ChannelState, pace: Pace | None, *, now: datetime, most: int) -> int:
    """How many posts the channel may make now: one while it probes, none while it is paused."""
    if state.paused_at is not None:
        return 1 if state.probe_at is not None and state.probe_at <= now else 0
    return most if pace is None else min(most, posts_now(pace, state.free_at, now=now))


def use(state: ChannelState, pace: Pace | None, posts: int, *, now: datetime) -> None:
    """Charge `posts` to the locked `state`; a probe puts the next one off."""
    if not posts:
        return
    if pace is not None:
        state.free_at = paid_for(state.free_at, now=now, seconds=posts / pace.per_second)
    if state.probe_at is not None:
        state.probe_at = now + _patience(state)
    state.save(update_fields=["free_at", "probe_at"])


def note_acceptance(channel: str, *, posted_at: datetime, now: datetime) -> None:
    """The provider took a post: its errors are over, and so is a pause that probed.

    A post that left before the pause proves nothing about what the pause is for.
    """
    row = ChannelState.objects.filter(channel=channel)
    row.filter(errors_in_row__gt=0).update(errors_in_row=0)
    if row.filter(probe_at__isnull=False, paused_at__lte=posted_at).exists():
        resume_channel(channel, by="desk", now=now)


def note_error(channel: str, reason: str, *, now: datetime) -> None:
    """The provider itself is broken; after ten in a row it gets half a minute's rest."""
    row = ChannelState.objects.filter(channel=channel)
    row.update(errors_in_row=F("errors_in_row") + 1)
    if row.filter(errors_in_row__gte=BREAK_AFTER, paused_at=None).exists():
        text = f"{BREAK_AFTER} errors in a row, last {reason}"
        pause_channel(channel, code=CIRCUIT, reason=text, probe_after=BREAK_FOR, now=now)


def slow_down(channel: str, wait: timedelta, *, now: datetime) -> None:
    """Nobody posts on the channel for `wait`: the provider says the account is too fast."""
    pace = channel_called(channel).pace
    if pace is not None:
        free_at = now + timedelta(seconds=pace.burst / pace.per_second) + wait
        row = ChannelState.objects.filter(channel=channel)
        row.filter(Q(free_at=None) | Q(free_at__lt=free_at)).update(free_at=free_at)


@transaction.atomic
def pause_channel(
    channel: str,
    *,
    code: str,
    reason: str,
    probe_after: timedelta | None,
    now: datetime,
    by: str = "desk",
) -> bool:
    """True if the channel was open; `probe_after` None: only a person resumes it.

    Its rows stay pending. Staff hear of it on another channel. A graver reason takes the place of
    the one before, a lighter one does not.
    """
    facts = {"code": code[:40], "reason": reason[:300]}
    probe_at = None if probe_after is None else now + probe_after
    ChannelState.objects.get_or_create(channel=channel)
    row = ChannelState.objects.filter(channel=channel)
    is_new = row.filter(paused_at=None).update(paused_at=now, probe_at=probe_at, **facts)
    lighter = row.filter(Q(code=CIRCUIT) if probe_at else Q(), probe_at__isnull=False)
    if not is_new and (code == CIRCUIT or not lighter.update(probe_at=probe_at, **facts)):
        return False
    text = paused_text(row.get())
    subject = f"channel:{channel}"
    log_event("channel.paused", at=now, actor=by, subject=subject, text=text, payload=facts)
    title = f"{channel_called(channel).label} paused"
    raise_alarm(f"channel:{channel}", title=title, text=text, now=now)
    return bool(is_new)


@transaction.atomic
def resume_channel(channel: str, *, by: str, now: datetime) -> bool:
    """True if the channel was paused and now posts again."""
    row = ChannelState.objects.filter(channel=channel).exclude(paused_at=None)
    if not row.update(paused_at=None, probe_at=None, code="", reason="", errors_in_row=0):
        return False
    text = f"{channel_called(channel).label} sends again"
    log_event("channel.resumed", at=now, actor=by, subject=f"channel:{channel}", text=text)
    clear_alarm(f"channel:{channel}", text=text, now=now)
    transaction.on_commit(wake)  # for what waited
    return True


def paused_channels() -> QuerySet[ChannelState]:
    """Those that are paused now."""
    return ChannelState.objects.exclude(paused_at=None)


def paused_text(state: ChannelState) -> str:
    """Why the channel is paused and how it ends, for staff."""
    end = (
        "Resume it on the Overview once that is mended."
        if state.probe_at is None
        else f"One message tries again every {_words(_patience(state))} and ends the pause."
    )
    reason = state.reason.rstrip(".")
    return f"{channel_called(state.channel).label} is paused: {reason}. Messages wait. {end}"


def _patience(state: ChannelState) -> timedelta:
    return BREAK_FOR if state.code == CIRCUIT else PROBE_EVERY


def _words(wait: timedelta) -> str:
    seconds = round(wait.total_seconds())
    return f"{seconds // 60} minutes" if seconds >= 120 else f"{seconds} seconds"
