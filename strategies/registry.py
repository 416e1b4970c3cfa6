"""The strategies the desk knows. Adding one: its file, a line here, a row in docs/strategies.md."""

import hashlib
import inspect
import sys
from functools import cache

from strategies import base, by_row, indicators, supertrend
from strategies.base import Strategy
from strategies.donchian_atr import DonchianAtr
from strategies.ema_rsi import EmaRsi
from strategies.meanrev_bb import MeanRevBb

STRATEGIES: dict[str, type[Strategy]] = {cls.slug: cls for cls in (EmaRsi, DonchianAtr, MeanRevBb)}


def strategy_choices() -> list[tuple[str, str]]:
    """(slug, title) of every strategy, for forms."""
    return [(slug, cls.title) for slug, cls in STRATEGIES.items()]


@cache
def code_hash(slug: str) -> str:
    """Twelve hex digits that change when the code deciding for strategy `slug` changes."""
    deciding = (base, by_row, indicators, supertrend, sys.modules[STRATEGIES[slug].__module__])
    source = "\n".join(inspect.getsource(module) for module in deciding)
    return hashlib.sha256(source.encode()).hexdigest()[:12]
