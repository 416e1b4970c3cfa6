"""A thousand minutes drawn at random: what comes out of each now is what was stored then."""

import io
import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from dashboard.why.answers import answer
from dashboard.why.computing import facts_of
from dashboard.why.verdict import differences, facts_stored
from delivery.pauses import pause, resume
from markets.feeds.mock import Mock
from markets.ingest import store_bars
from markets.models import Candle, Symbol
from risk.versions import report_daily_loss
from signals.engine import tick
from signals.models import Run, Signal, Track
from signals.replay import Minute, load
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES
from strategies.versions import save_config
from tests.builders import NOON, make_config, make_symbol

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MONTH = Path(__file__).resolve().parents[3] / "shared" / "data"
BID, ASK = MONTH / "fxcm_gbpusd_m1_bid_2012.csv.gz", MONTH / "fxcm_gbpusd_m1_ask_2012.csv.gz"
TOGETHER = timedelta(hours=2)  # minutes of a track this near are walked to in one replay
MINUTE = timedelta(minutes=1)
Moment = tuple[Track, datetime]  # and the open time of a bar


def test_five_hundred_live_minutes_come_out_as_they_were_stored():
    run = live_history()

    moments = drawn(run, decided=60, any_minute=440)

    assert_same(moments, kinds={"BUY", "SELL", "FLAT", "blocked"})
    for track, opened in moments[:40]:  # as the page asks: one by one
        found = answer(track.config, track, at=opened + MINUTE, now=NOON + timedelta(days=1))
        assert found.record.agrees, (track, opened, found.record)


@pytest.mark.skipif(not BID.exists(), reason=f"no real minutes in {MONTH}")
def test_five_hundred_rehearsed_minutes_come_out_as_they_were_stored():
    run = rehearsed_history()

    moments = drawn(run, decided=150, any_minute=350)

    assert_same(moments, kinds={"BUY", "SELL", "FLAT", "blocked"})


def assert_same(moments: list[Moment], *, kinds: set[str]) -> None:
    """Every moment is computed and equal to its record; all of `kinds` are among them."""
    seen: Counter[str] = Counter()
    for (track, opened), minute in walked(moments):
        signal = Signal.objects.filter(run=track.run, config=track.config, bar_time=opened).first()
        stored = facts_stored(signal) if signal else None
        assert differences(stored, facts_of(minute)) == (), (track, opened)
        made = minute.signalled
        refusals = (
            [{"guard": no.guard, "reason": no.reason} for no in made.refusals] if made else []
        )
        assert refusals == (signal.refusals if signal else []), (track, opened)
        seen["blocked" if refusals else made.action if made else "none"] += 1
    assert seen.total() == len(moments)
    assert kinds <= set(seen)


def walked(moments: list[Moment]) -> list[tuple[Moment, Minute]]:
    """Each moment computed again, near ones in one replay that begins at the first of them."""
    wanted: dict[Track, list[datetime]] = defaultdict(list)
    for track, opened in sorted(moments, key=lambda moment: moment[1]):
        wanted[track].append(opened)
    found = []
    for track, times in wanted.items():
        while times:
            near = [at for at in times if at - times[0] < TOGETHER]
            bars = {each.bar.time: each for each in load(track, near[0], near[-1]).minutes()}
            found += [((track, at), bars[at]) for at in near]
            times = times[len(near) :]
    return found


def drawn(run: Run, *, decided: int, any_minute: int) -> list[Moment]:
    """Bars with a record, and bars of all that were walked over; never one twice."""
    chance = random.Random(6)
    tracks = {
        track.config_id: track for track in run.tracks.select_related("run", "config__symbol")
    }
    recorded = run.signals.order_by("pk").values_list("config_id", "bar_time")
    moments = {(tracks[pk], at) for pk, at in chance.sample(list(recorded), decided)}
    bars = {track: bars_of(track) for track in tracks.values()}
    while len(moments) < decided + any_minute:
        track = chance.choice(list(bars))
        moments.add((track, chance.choice(bars[track])))
    return list(moments)


def bars_of(track: Track) -> list[datetime]:
    walked_over = Candle.objects.filter(
        symbol=track.config.symbol,
        feed=track.feed,
        time__gt=track.starts_after,
        time__lte=track.last_bar,
    )
    return list(walked_over.order_by("time").values_list("time", flat=True))


def live_history() -> Run:
    """A day caught up with, then hours under the kill switch, with new settings and with a loss."""
    symbol = with_every_strategy(make_symbol(feed="mock"))
    store(symbol, after=NOON - timedelta(hours=34), until=NOON)
    tick(now=NOON + timedelta(seconds=3))
    pause(reason="Payrolls", by="sam", now=NOON + timedelta(minutes=1))
    go_on(symbol, hours=4)
    resume(by="sam", now=NOON + timedelta(hours=4, minutes=1))
    config = StrategyConfig.objects.get(strategy="ema_rsi")
    config.parameters = {**config.parameters, "fast": 9}
    save_config(config, by="sam", now=NOON + timedelta(hours=4, minutes=1))
    go_on(symbol, hours=8)
    report_daily_loss(Decimal(5), by="sam", now=NOON + timedelta(hours=8, minutes=1))
    go_on(symbol, hours=10)
    return Run.objects.get(kind="live")


def go_on(symbol: Symbol, *, hours: int) -> None:
    """Store what came since and look at the clock `hours` after noon."""
    newest = Candle.objects.filter(symbol=symbol).latest("time").time
    store(symbol, after=newest, until=NOON + timedelta(hours=hours))
    tick(now=NOON + timedelta(hours=hours, seconds=3))


def store(symbol: Symbol, *, after: datetime, until: datetime) -> None:
    now = until + timedelta(seconds=3)
    bars = Mock.from_settings(settings).closed_bars(symbol.for_feed(), after=after, now=now)
    store_bars(symbol, "mock", bars, now=now)


def rehearsed_history() -> Run:
    symbol = with_every_strategy(make_symbol("GBPUSD", feed="mock", typical_spread_pips=0.8))
    call_command("import_candles", "GBPUSD", str(BID), ask=str(ASK), tz="UTC", stdout=io.StringIO())
    period = ("--symbol", symbol.code, "--from", "2012-02-01", "--to", "2012-02-03")
    call_command("rehearse", *period, "--json", stdout=io.StringIO(), stderr=io.StringIO())
    return Run.objects.get(kind="rehearsal")


def with_every_strategy(symbol: Symbol) -> Symbol:
    for slug in STRATEGIES:
        make_config(symbol, slug)
    return symbol
