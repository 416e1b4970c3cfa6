"""The messages of the newest signals as rows: a copy for each of three people, and how it went."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from tests.bench.history import LIFE, Decided
from tests.bench.rows import Row, moment

PEOPLE = 50
COPIES = 3
STATES = ("read", "delivered", "sent", "read", "delivered", "failed", "read", "expired")

MESSAGE_COLUMNS = "id key kind title text fields tags deliver_by valid_until replies_to created_at"
POST_COLUMNS = "id channel provider_id sender body_hmac created_at"
DELIVERY_COLUMNS = (
    "id public_id message_id recipient_id state reason deliver_by due_at claimed_until sending_at"
    " attempts_made as_template is_unquoted is_held post_id sent_at delivered_at read_at"
    " has_new_times created_at"
)
ATTEMPT_COLUMNS = "id delivery_id post_id channel at outcome code detail"


def message_row(made: Decided, *, after: int) -> Row:
    symbol, at = made.past.symbol.code, made.closed_at + timedelta(seconds=3)
    text = f"{symbol} {made.action} @ {made.close:.5f} | SL - | TP - | conf 0.72 | ema_rsi"
    title, by = f"{symbol} {made.action}", moment(made.closed_at + timedelta(minutes=5))
    until = moment(made.closed_at + LIFE)
    key = f"signal:{made.pk}"
    return (after + made.pk, key, "signal", title, text, "{}", "{}", by, until, "", moment(at))


def copies(made: Decided) -> Iterator[tuple[int, str]]:
    """(number, state) of each copy; a number is that of its post and attempt as well."""
    for place in range(COPIES):
        number = made.pk * COPIES + place
        yield number, STATES[number % len(STATES)]


def is_posted(state: str) -> bool:
    return state != "expired"


def post_rows(made: Decided, *, after: int) -> Iterator[Row]:
    at = moment(made.closed_at + timedelta(seconds=4))
    for number, state in copies(made):
        if is_posted(state):
            yield (after + number, "whatsapp", f"wamid.{number}", "", "0" * 64, at)


def delivery_rows(made: Decided, *, after: int, first_person: int) -> Iterator[Row]:
    at = moment(made.closed_at + timedelta(seconds=4))
    by = moment(made.closed_at + timedelta(minutes=5))
    for number, state in copies(made):
        sent = at if is_posted(state) else None
        heard = at if state in ("delivered", "read") else None
        person = first_person + number % PEOPLE
        yield (
            *(after + number, _public_id(number), after + made.pk, person, state, ""),
            *(by, at, None, sent, 1 if sent else 0, False, False, False),
            *(sent and after + number, sent, heard, heard if state == "read" else None, False, at),
        )


def attempt_rows(made: Decided, *, after: int) -> Iterator[Row]:
    at = moment(made.closed_at + timedelta(seconds=4))
    for number, state in copies(made):
        code = "131026" if state == "failed" else ""
        outcome = "refused" if code else "accepted"
        if is_posted(state):
            where = (after + number, after + number, after + number)
            yield (*where, "whatsapp", at, outcome, code, "")


def _public_id(number: int) -> str:
    return UUID(int=number, version=4).hex
