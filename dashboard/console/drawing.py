"""Answers as text: drawn for a terminal, plain and uncut for a pipe."""

import shutil
from io import StringIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from dashboard.console.answer import Answer, Table

UNCUT = 10_000  # columns: nothing that is piped on is folded
USUAL = 80  # columns of a terminal nobody has widened


def drawn(answer: Answer, *, is_terminal: bool) -> str:
    """The parts of `answer` one under the other."""
    width = shutil.get_terminal_size().columns if is_terminal else UNCUT
    text = StringIO()
    page = Console(file=text, width=width, force_terminal=is_terminal, highlight=False)
    for number, part in enumerate(answer.parts):
        if number and (isinstance(part, Table) or isinstance(answer.parts[number - 1], Table)):
            page.print()
        page.print(*_shown(part), sep="\n", soft_wrap=isinstance(part, str))
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _shown(part: str | Table) -> list[Text | RichTable]:
    if isinstance(part, str):
        return [Text(part)]
    title = [Text(part.title, style="bold")] if part.title else []
    return [*title, _table(part) if part.rows else Text(part.empty)]


def _table(table: Table) -> RichTable:
    """Cells are text, never markup; what is too long for the screen goes on in the next line."""
    beside = (0, _gap(table) - 1, 0, 0)  # the box draws one blank itself
    drawing = RichTable(box=box.SIMPLE_HEAD, padding=beside, pad_edge=False, show_edge=False)
    for name in table.columns:
        is_number = name in table.numbers
        drawing.add_column(Text(name), justify="right" if is_number else "left", overflow="fold")
    for row in table.rows:
        drawing.add_row(*map(Text, row))
    return drawing


def _gap(table: Table) -> int:
    """Blanks between two columns: two, or one where the table would not fit a usual terminal."""
    columns = zip(table.columns, *table.rows, strict=True)
    widths = [max(cell_len(cell) for cell in column) for column in columns]
    return 2 if sum(widths) + 2 * (len(widths) - 1) <= USUAL else 1
