"""What staff do by hand, from the console: stop the pushes, let them go, send a signal again."""

from argparse import ArgumentParser, ArgumentTypeError

from dashboard.by_hand.push import ConfirmationNeeded, is_over, over_text, push
from dashboard.console.answer import Answer, Asked, Refused, Table, clock
from delivery.api.kill_switch import kill_switch_json
from delivery.api.shapes import sent_json
from delivery.hand_sends import HandSendRefused, people
from delivery.models import Message
from delivery.pauses import current_pause
from delivery.pauses import pause as stop_pushes
from delivery.pauses import resume as let_go
from signals.messages import signal_text
from signals.models import Signal


def kill_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", type=reason, required=True, help="why, for everybody to read")


def resume_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask")


def resend_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, help="the signal's number")
    parser.add_argument("--yes", action="store_true", help="do not ask, even if it is over")


def kill(asked: Asked) -> Answer:
    """Stop every push at once, without asking back; who stopped them first is kept."""
    already = current_pause()
    stopped = stop_pushes(reason=asked.options["reason"], by=asked.by, now=asked.now)
    since = f"since {clock(stopped.started_at)} UTC, by {stopped.started_by}: {stopped.reason}"
    line = f"Pushes are stopped{' already,' if already else ''} {since}"
    return Answer(kill_switch_json(stopped), (line,))


def resume(asked: Asked) -> Answer:
    """Let pushes go again; what was cancelled meanwhile stays cancelled."""
    stopped = current_pause()
    if stopped is not None:
        asked.require_consent(f"Pushes are stopped: {stopped.reason}\nLet them go again?")
    ended = let_go(by=asked.by, now=asked.now)
    line = "Pushes go out again." if ended else "Pushes were not stopped."
    return Answer(kill_switch_json(current_pause()), (line,))


def resend(asked: Asked) -> Answer:
    """Send a signal's message again, or for the first time when it was found late."""
    signal = Signal.objects.public().for_reading().filter(pk=asked.options["id"]).first()
    if signal is None:
        raise Refused(f"There is no public signal {asked.options['id']}. See: desk signals")
    message = _pushed(signal, asked)
    body = sent_json(message)
    copies = [
        (str(c["id"]), c["recipient"]["name"], c["recipient"]["channel"], c["state"])
        for c in body["deliveries"]
    ]
    line = f"{message.title} is on its way to {people(len(copies))}."
    table = Table(("Delivery", "Recipient", "Channel", "State"), copies, numbers=("Delivery",))
    return Answer(body, (line, table))


def _pushed(signal: Signal, asked: Asked) -> Message:
    over = f" It is over: {over_text(signal)}." if is_over(signal, now=asked.now) else ""
    asked.require_consent(f"{signal_text(signal)}\nSend it once more?{over}")
    is_confirmed = asked.options["yes"] or asked.confirm is not None
    try:
        return push(signal, by=asked.by, now=asked.now, is_confirmed=is_confirmed)
    except ConfirmationNeeded as refusal:
        raise Refused(f"{refusal.code}: {refusal} To do so, add --yes.") from None
    except HandSendRefused as refusal:
        raise Refused(f"{refusal.code}: {refusal}") from None


def reason(text: str) -> str:
    if not text.strip() or len(text) > 200:
        raise ArgumentTypeError("say why the pushes are stopped, in 200 characters at most")
    return text.strip()
