"""What was evaluated is written down bar by bar, with what it was evaluated with."""

from datetime import timedelta

import pytest

from markets.frames import Timeframe
from markets.history import bars_after
from risk.deciding_code import deciding_modules, running_code, source_hash
from risk.tape import tape
from signals.engine import tick
from signals.journal import digest_of
from signals.models import Journal
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES
from strategies.versions import save_config
from tests.signals.desk import START, make_desk, pushed, tick_each_minute

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_each_hour_has_a_row_with_the_digest_of_its_bars():
    symbol = make_desk()
    tick(now=pushed(symbol, 400))

    rows = list(Journal.objects.order_by("first_bar"))

    bars = bars_after(symbol, feed="push", timeframe=Timeframe.M1, after=None, warmup=0, limit=1000)
    decisions = StrategyConfig.objects.get().current_version.build().decisions(bars)
    seen = [bar for bar, _ in tape(bars, decisions, bar_length=MINUTE, start=0)]
    assert [row.bars for row in rows] == [60] * 6 + [40]
    assert [row.digest for row in rows] == [digest_of(seen[n : n + 60]) for n in range(0, 400, 60)]


@pytest.mark.django_db
def test_minute_by_minute_writes_what_one_stretch_writes():
    symbol, other = make_desk(), make_desk("GBPUSD")
    tick_each_minute(symbol, 1, 70)
    tick(now=pushed(other, 70))

    kept = [
        list(Journal.objects.filter(track__config__symbol=each).values_list("bars", "digest"))
        for each in (symbol, other)
    ]

    assert kept[0] == kept[1]


@pytest.mark.django_db
def test_a_change_of_settings_begins_a_row_of_its_own():
    symbol = make_desk()
    tick(now=pushed(symbol, 330))
    config = StrategyConfig.objects.get()
    config.min_confidence = 0.5
    save_config(config, by="sam", now=START)
    tick(now=pushed(symbol, 340))

    first, second = Journal.objects.order_by("first_bar")[5:]

    assert (first.config_version.number, second.config_version.number) == (1, 2)
    assert (first.bars, second.bars) == (30, 10)
    assert first.settings_hash != second.settings_hash


def test_the_hash_of_code_tells_what_it_does_and_not_how_it_is_worded():
    code = 'def double(x):\n    """Twice x."""\n    return 2 * x\n'
    other_words = "def double(x):\n    # an old trick\n    return 2*x\n"

    assert source_hash([code]) == source_hash([other_words])
    assert source_hash([code]) != source_hash([code.replace("2 *", "3 *")])


@pytest.mark.parametrize("slug", STRATEGIES)
def test_each_strategy_is_hashed_with_its_own_file_and_all_guards(slug):
    names = {module.__name__ for module in deciding_modules(slug)}

    assert {f"strategies.{slug}", "risk.positions", "risk.guards.spread"} <= names
    assert len(running_code(slug)) == 12
