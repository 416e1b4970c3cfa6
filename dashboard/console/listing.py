"""The newest signals, as the API has them."""

from argparse import ArgumentParser, ArgumentTypeError

from dashboard.console.answer import Answer, Asked, Refused, Table, clock
from markets.models import Symbol
from signals.messages import signal_json
from signals.models import Signal
from signals.wording import position_of, r_text
from strategies.registry import STRATEGIES

FILTERS = ("symbol", "strategy", "action", "status")
COLUMN_OF = {"symbol": "symbol__code"}
COLUMNS = ("ID", "Bar closed", "Symbol", "Do", "Price", "SL", "TP", "Strategy", "Result")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--symbol", type=str.upper, help="e.g. EURUSD")
    parser.add_argument("--strategy", choices=list(STRATEGIES))
    parser.add_argument("--action", type=str.upper, choices=Signal.Action.values)
    parser.add_argument(
        "--status", choices=Signal.Status.values, help="blocked ones come only when asked for"
    )
    parser.add_argument("--limit", type=up_to_200, default=20, help="1 to 200, else 20")


def newest(asked: Asked) -> Answer:
    """Live signals, newest first."""
    wanted = {name: asked.options[name] for name in FILTERS if asked.options[name]}
    if "symbol" in wanted:
        require_symbol(wanted["symbol"])
    found = Signal.objects.live() if "status" in wanted else Signal.objects.public()
    columns = {COLUMN_OF.get(name, name): value for name, value in wanted.items()}
    rows = found.filter(**columns).for_reading().defer("evidence", "config_version__snapshot")
    listed = list(rows[: asked.options["limit"]])
    body = {"signals": [signal_json(signal) for signal in listed], "count": len(listed)}
    cells = [_cells(signal) for signal in listed]
    return Answer(body, (Table(COLUMNS, cells, numbers=("ID",), empty="No such signal."),))


def require_symbol(code: str) -> None:
    """Raise Refused with the codes there are, unless `code` is one."""
    known = list(Symbol.objects.values_list("code", flat=True))
    if code not in known:
        raise Refused(f"There is no symbol {code}. Known: {', '.join(known) or 'none yet'}.")


def up_to_200(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 200:
        raise ArgumentTypeError("write a number from 1 to 200")
    return int(text)


def _cells(signal: Signal) -> tuple[str, ...]:
    return (
        str(signal.pk),
        clock(signal.bar_closed_at),
        signal.symbol.code,
        signal.action,
        signal.price_text,
        signal.level_text(signal.sl),
        signal.level_text(signal.tp),
        signal.strategy,
        _result(signal),
    )


def _result(signal: Signal) -> str:
    """`+1.50 R`, a range on a tie, once it is known; else the status."""
    position = position_of(signal)
    if signal.status != Signal.Status.CLOSED or position is None or position.r_multiple is None:
        return signal.status
    return r_text(position)
