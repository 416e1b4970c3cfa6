"""A desk that has run for months, in a database of its own: made once, kept for later runs."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice

from django.core.management import call_command
from django.utils import timezone

from audit.models import Event, Seal
from audit.sealing import seal_pending
from dashboard.seed import seed_desk
from delivery.models import Attempt, Delivery, Message, Post, Recipient
from markets.catalog import PAIRS, ensure_symbol
from markets.models import Candle, Symbol
from risk.versions import ensure_settings
from signals.models import Position, Run, Signal, Tick, Track
from strategies.registry import STRATEGIES
from strategies.versions import ensure_config
from tests.bench import history, post
from tests.bench.history import Decided, Past
from tests.bench.rows import Row, moment, pour, settle
from tests.builders import make_user

CROSSES = ("EURCAD", "EURNZD", "GBPAUD", "GBPCAD", "GBPCHF", "GBPNZD", "AUDCAD", "AUDCHF")
CODES = (*PAIRS, *CROSSES, "AUDNZD", "CADCHF", "NZDCAD", "NZDCHF", "NZDJPY")
CHUNK = 50_000  # signals
FAR = 10_000_000  # ids of the poured messages begin after this


@dataclass(frozen=True)
class Size:
    signals: int = 1_000_000
    candles: int = 5_000_000
    messages: int = 20_000  # of the newest signals, three copies each


def fill(size: Size, *, say: Callable[[str], None]) -> None:
    """Make the tables and the rows, unless they are there."""
    call_command("migrate", verbosity=0)
    if Signal.objects.exists():
        return
    now = timezone.now()
    say("symbols and candles")
    pasts = _pasts(size, now=now)
    say("signals, events")
    _pour_signals(pasts, size, now=now)
    say("ticks, indexes")
    _pour_ticks(now)
    Track.objects.update(last_bar=now.replace(second=0, microsecond=0) - 3 * history.MINUTE)
    settle(Signal, Position, Event, Seal, Message, Delivery, Post, Attempt, Tick, Candle)


def _pasts(size: Size, *, now: datetime) -> list[Past]:
    """A past for each of three strategies on 28 symbols, with the candles of all of them."""
    begin = now - timedelta(days=365)
    seed_desk(now=begin)
    run, _ = Run.objects.get_or_create(kind="live", defaults={"started_at": begin})
    pasts = []
    for code in CODES:
        symbol = ensure_symbol(code)
        closes = history.store_candles(symbol, size.candles // len(CODES), now=now)
        pasts += [_past(symbol, slug, run, closes, begin) for slug in STRATEGIES]
    for role in ("viewer", "staff", "admin"):
        make_user(f"bench-{role}", role)
    seal_pending()
    return pasts


def _past(symbol: Symbol, slug: str, run: Run, closes: dict[int, float], begin: datetime) -> Past:
    config = ensure_config(symbol, slug, by="bench", now=begin)
    facts = {"config": config, "feed": "mock", "starts_after": begin}
    track = Track.objects.create(run=run, **facts)
    seen = {name: 1.0851 for name in ("close", "ema_fast", "ema_slow", "rsi", "atr", "zscore")}
    bars = {"first": moment(begin), "last": moment(begin), "count": 261, "sha256": "0" * 64}
    guards = {"spread_pips": 0.6, "stop_to_spread": 12.0, "atr_pct": 0.02}
    guards |= {"hole_minutes": 0, "minutes_since_hole": None}
    book = {"pause_reason": None, "daily_loss": 0.0, "loss_unit": "R"}
    evidence = {"confidence": 0.7, "indicators": seen, "before": seen, "bars": bars}
    return Past(
        track,
        config.current_version,
        ensure_settings(by="bench", now=begin),
        closes,
        json.dumps({**evidence, "code": "0" * 12, "book": book, "guards": guards}),
    )


def _pour_signals(pasts: list[Past], size: Size, *, now: datetime) -> None:
    logged = Event.objects.latest("pk").pk
    everybody = history.decisions(pasts, size.signals, now=now)
    event = partial(history.event_row, after=logged)
    seal = partial(history.seal_row, after=Seal.objects.count(), logged=logged)
    people = _people()
    for _ in range(-(-size.signals // CHUNK)):
        made = list(islice(everybody, CHUNK))
        entries = [each for each in made if each.action != "FLAT"]
        pour(Signal, history.SIGNAL_COLUMNS, map(history.signal_row, made))
        pour(Position, history.POSITION_COLUMNS, map(history.position_row, entries))
        pour(Event, history.EVENT_COLUMNS, map(event, made))
        pour(Seal, history.SEAL_COLUMNS, map(seal, made))
        is_new = range(size.signals - size.messages, size.signals + 1)
        told = [each for each in made if each.pk in is_new and each.status != "blocked"]
        _pour_messages(told, first_person=people)


def _pour_messages(told: list[Decided], *, first_person: int) -> None:
    def each(make: Callable[..., Iterable[Row]], **terms: int) -> Iterable[Row]:
        return chain.from_iterable(make(one, after=FAR, **terms) for one in told)

    messages = (post.message_row(one, after=FAR) for one in told)
    pour(Message, post.MESSAGE_COLUMNS, messages)
    pour(Post, post.POST_COLUMNS, each(post.post_rows))
    rows = each(post.delivery_rows, first_person=first_person)
    pour(Delivery, post.DELIVERY_COLUMNS, rows)
    pour(Attempt, post.ATTEMPT_COLUMNS, each(post.attempt_rows))


def _people() -> int:
    """The id of the first of fifty recipients in a row."""
    made = [
        Recipient.objects.create(name=f"Person {n}", channel="whatsapp", address=f"+447920{n:06d}")
        for n in range(post.PEOPLE)
    ]
    return made[0].pk


def _pour_ticks(now: datetime) -> None:
    newest = now.replace(second=0, microsecond=0) - timedelta(minutes=1)
    slots = (newest - back * history.MINUTE for back in range(120_000, 0, -1))
    columns = "slot at finished_at bars signals lag_seconds boot errors shards_left"
    rows = ((moment(s), moment(s), moment(s), 84, 5, 3.4, "", "[]", 0) for s in slots)
    pour(Tick, columns, rows)
