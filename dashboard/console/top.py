"""Which strategies did best and worst, on which symbol, and how many results that rests on."""

from argparse import ArgumentParser
from textwrap import fill

from django.utils import timezone

from dashboard.console.answer import Answer, Asked, Table, signed
from dashboard.console.listing import up_to_200
from signals.track_record import Asked as Part
from signals.track_record import Group, TrackRecord, track_record
from signals.track_record.as_json import groups_json

BY = "config"
WIDTH = 79
COLUMNS = ("Strategy", "Symbol", "n", "Wins", "Win %", "Sum R", "Mean R", "Pips", "")
NOTE = "n is the number of results behind each figure; below 30 no rate is told."


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=up_to_200, default=5, help="of each, else 5")


def top(asked: Asked) -> Answer:
    """By the sum of R; nothing stands in both lists."""
    record = track_record(Part(), now=timezone.now(), by=[BY])
    told = zip(record.cuts[BY], groups_json(record, BY), strict=True)
    found = [(group, as_json) for group, as_json in told if group.figures.n]
    ranked = sorted(found, key=lambda each: each[0].figures.r_sum or 0.0, reverse=True)
    limit = asked.options["limit"]
    best, rest = ranked[:limit], ranked[limit:]
    worst = rest[::-1][:limit]
    body = {"best": [as_json for _, as_json in best], "worst": [as_json for _, as_json in worst]}
    parts = [_table("Best", record, [group for group, _ in best])]
    parts += [_table("Worst", record, [group for group, _ in worst])] if worst else []
    return Answer(body, (*parts, *([NOTE, fill(record.notice, WIDTH)] if best else [])))


def _table(title: str, record: TrackRecord, listed: list[Group]) -> Table:
    rows = [_cells(group, "DEMO" if record.is_demo else "") for group in listed]
    empty = "No signal that was found in time has ended with a known result yet."
    return Table(COLUMNS, rows, title=title, numbers=COLUMNS[2:-1], empty=empty)


def _cells(group: Group, tag: str) -> tuple[str, ...]:
    told, of = group.figures, group.version
    return (
        of.strategy if of else "",
        of.symbol if of else "",
        str(told.n),
        str(told.wins),
        "-" if told.win_rate is None else f"{100 * told.win_rate:.0f}",
        signed(told.r_sum, 2),
        signed(told.expectancy_r, 2),
        signed(told.pips_sum, 1),
        tag,
    )
