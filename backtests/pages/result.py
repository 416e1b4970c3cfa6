"""What the page of one finished backtest shows, as frozen values."""

from dataclasses import dataclass

from django.http import QueryDict

from backtests.models import Backtest
from backtests.pages.trade_table import TradePage, trade_page
from backtests.readings import digits_of
from backtests.report.asked import Line, asked_lines
from backtests.report.groups import CUTS
from backtests.report.histogram import Histogram
from backtests.report.notice import HYPOTHETICAL
from backtests.report.reading import Reading
from backtests.report.warnings import Warned
from risk.deciding_code import running_code
from risk.guards.registry import guard_title
from risk.telling.chart import Drawn, drawn
from risk.telling.drawing import Curve, Whisker, axis, curve
from risk.telling.rows import GuardRow, Row, guard_rows, row_of
from risk.telling.terms import Term
from risk.telling.tiles import Headline, Tile, headline, tiles
from risk.telling.words import money_text, percent_text, r_text, tone_of
from strategies.registry import STRATEGIES

UNITS = {"r": "In R", "money": "In account currency"}
NET = Term(
    "Net",
    "What the account gained, in percent of its capital: each trade wins or loses its R times the "
    "share that is risked of what is there at its closing. With its deepest fall below its best.",
)


COSTS = Term(
    "Costs",
    "What slippage and commission took of the sum. The spread is paid as well: entries and exits "
    "are on the side that could be traded.",
)
OWN = {"net": NET, "costs": COSTS}


@dataclass(frozen=True)
class OwnTile:
    """What only a backtest has, beside the tiles every track record has."""

    term: str
    value: str
    note: str
    tone: str = ""

    @property
    def label(self) -> str:
        return OWN[self.term].label

    @property
    def meaning(self) -> str:
        return OWN[self.term].meaning


@dataclass(frozen=True)
class Glance:
    headline: Headline
    tiles: tuple[Tile | OwnTile, ...]
    whisker: Whisker | None


@dataclass(frozen=True)
class Link:
    slug: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class Table:
    """The results cut by one thing, and the ways to cut them otherwise."""

    label: str
    rows: tuple[Row, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Equities:
    chart: Drawn
    curve: Curve | None
    unit: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Guards:
    """What each guard did; `left_out` could not be asked about the past."""

    rows: tuple[GuardRow, ...]
    left_out: str
    is_asked: bool


@dataclass(frozen=True)
class Shown:
    """The page."""

    glance: Glance
    warnings: tuple[Warned, ...]
    asked: tuple[Line, ...]
    code: str
    is_live_code: bool
    equity: Equities
    table: Table
    histogram: Histogram | None
    guards: Guards
    trades: TradePage
    notice: str
    n: int


def shown(run: Backtest, reading: Reading, query: QueryDict) -> Shown:
    """Everything the page tells of a run that is done, as `query` asks for it."""
    unit = query.get("unit") if query.get("unit") in UNITS else "r"
    cut = query.get("cut") if query.get("cut") in reading.cuts else "month"
    return Shown(
        glance=glance(reading),
        warnings=reading.warnings,
        asked=asked_lines(reading.plan),
        code=run.code,
        is_live_code=is_live_code(run),
        equity=equities(reading, str(unit)),
        table=table(reading, str(cut)),
        histogram=reading.histogram,
        guards=guards(reading),
        trades=trade_page(reading, query, digits=digits_of(reading.plan.symbols)),
        notice=HYPOTHETICAL,
        n=reading.figures.n,
    )


def glance(reading: Reading) -> Glance:
    """The leading figure and the tiles beside it."""
    told = reading.figures
    return Glance(
        headline=headline(told),
        tiles=(net_tile(reading), *tiles(told, others=reading.others), costs_tile(reading)),
        whisker=axis([told]).whisker(told),
    )


def net_tile(reading: Reading) -> OwnTile:
    """What the account gained."""
    account = reading.account
    if account.net_pct is None:
        return OwnTile("net", "-", "no result")
    gained = money_text(float(account.balance[-1]) - reading.plan.capital)
    fall = percent_text(float(account.drawdown_pct.min()))
    note = f"{gained} account currency; drawdown {fall}"
    return OwnTile("net", percent_text(account.net_pct), note, tone_of(account.net_pct))


def costs_tile(reading: Reading) -> OwnTile:
    """What slippage and commission took of the sum."""
    trades, costs = reading.trades, reading.plan.costs
    taken_r = float(trades.cost_r[trades.is_taken].sum())
    if not costs.slippage_pips and not costs.commission_pips:
        return OwnTile("costs", "none", "but the spread, which is in the prices")
    return OwnTile(
        "costs", r_text(-taken_r), "slippage and commission; the spread is in the prices"
    )


def equities(reading: Reading, unit: str) -> Equities:
    """The chart in one of UNITS."""
    links = tuple(Link(slug, label, slug == unit) for slug, label in UNITS.items())
    chart = equity_chart(reading, unit)
    return Equities(chart, curve(chart.points), unit, links)


def equity_chart(reading: Reading, unit: str) -> Drawn:
    if unit == "money":
        return drawn(reading.gained, unit="account currency", told=money_text)
    return drawn(reading.equity)


def table(reading: Reading, cut: str) -> Table:
    links = tuple(
        Link(slug, CUTS[slug].label.partition(" it ")[0], slug == cut) for slug in reading.cuts
    )
    return Table(CUTS[cut].label, rows(reading, cut), links)


def rows(reading: Reading, cut: str) -> tuple[Row, ...]:
    """One line for each group, their intervals on one axis."""
    found = reading.groups(cut)
    shared = axis([group.figures for group in found])
    return tuple(
        row_of(each.figures, key=each.key, label=each.label, whisker=shared.whisker(each.figures))
        for each in found
    )


def guards(reading: Reading) -> Guards:
    return Guards(
        rows=guard_rows(reading.effects),
        left_out=", ".join(map(guard_title, reading.left_out)),
        is_asked=reading.plan.guards is not None,
    )


def is_live_code(run: Backtest) -> bool:
    """Whether the code that decided is the one the desk decides with now."""
    slug = run.plan["strategy"]
    return slug in STRATEGIES and run.code == running_code(slug)
