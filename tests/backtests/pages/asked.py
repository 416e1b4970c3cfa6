"""What a page says, where it is, and what its form sends."""

import re
from html import unescape

from django.urls import reverse

LIST = "/backtests/"


def said(answer):
    """What the page says, without its marks."""
    plain = re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(plain))


def page_of(run):
    return reverse("backtest", args=[run.pk])


def typed(**values):
    """The form as somebody sends it who changes nothing else."""
    usual = {"symbols": ["EURUSD"], "feed": "push", "timeframe": "M1", "strategy": "ema_rsi"}
    period = {"start": "2026-03-02T00:00", "end": "2026-03-04T00:00"}
    levels = {"sl_mode": "atrx", "sl_value": "3", "tp_mode": "atrx", "tp_value": "4.5"}
    rest = {"min_confidence": "0", "expiry_bars": "120", "guards": "none", "slippage_pips": "0"}
    money = {"commission_pips": "0", "capital": "10000", "risk_pct": "1"}
    settings = {"fast": "12", "slow": "26", "rsi_period": "14", "gate": "50"}
    own = {f"setting_{name}": value for name, value in settings.items()}
    return {**usual, **period, **levels, **rest, **money, **own, **values}
