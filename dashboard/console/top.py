"""Which strategies did best and worst, on which symbol, and how many results that rests on."""

from argparse import ArgumentParser

from dashboard.console.answer import Answer, Asked, Table, signed
from dashboard.console.listing import up_to_200
from signals.api.stats import group_json
from signals.results import Group, groups, judged

COLUMNS = ("Strategy", "Symbol", "n", "Wins", "Win %", "Sum R", "Mean R", "Pips", "")
NOTE = "n is the number of results behind each figure: few of them say little."


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=up_to_200, default=5, help="of each, else 5")


def top(asked: Asked) -> Answer:
    """By the sum of R; nothing stands in both lists."""
    found = [group for group in groups(judged(), "config") if group.results.n]
    ranked = sorted(found, key=lambda group: group.results.r_sum or 0.0, reverse=True)
    limit = asked.options["limit"]
    best, rest = ranked[:limit], ranked[limit:]
    worst = rest[::-1][:limit]
    body = {"best": [group_json(g) for g in best], "worst": [group_json(g) for g in worst]}
    empty = "No signal that was found in time has ended with a known result yet."
    parts = [_table("Best", best, empty), *([_table("Worst", worst, empty)] if worst else [])]
    return Answer(body, (*parts, *([NOTE] if best else [])))


def _table(title: str, listed: list[Group], empty: str) -> Table:
    rows = [_cells(group) for group in listed]
    return Table(COLUMNS, rows, title=title, numbers=COLUMNS[2:-1], empty=empty)


def _cells(group: Group) -> tuple[str, ...]:
    found = group.results
    return (
        group.strategy or "",
        group.symbol or "",
        str(found.n),
        str(found.wins),
        f"{100 * (found.win_rate or 0.0):.0f}",
        signed(found.r_sum, 2),
        signed(found.r_mean, 2),
        signed(found.pips_sum, 1),
        "DEMO" if found.is_demo else "",
    )
