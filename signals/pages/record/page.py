"""What the page of the track record shows, as frozen values: the glance above, the tables below."""

from collections.abc import Iterator
from dataclasses import dataclass

from risk.telling.drawing import Whisker, axis
from risk.telling.rows import GuardRow, guard_rows
from risk.telling.tiles import Headline, Tile, headline, tiles
from signals.pages.record.checks import Check, check_of
from signals.pages.record.hearing import HearingRow, hearing_rows
from signals.pages.record.rows import Cut, CutLink, cut, cut_links, others
from signals.track_record import CUTS, FOUND_LATE, Asked, TrackRecord

FIRST_CUT = next(iter(CUTS))


@dataclass(frozen=True)
class Notice:
    """The notice that stands beside every figure: its first words, and the rest."""

    title: str
    text: str

    @classmethod
    def of(cls, notice: str) -> "Notice":
        title, _, text = notice.partition(". ")
        return cls(f"{title}.", text)


@dataclass(frozen=True)
class Elsewhere:
    """Results that are never added to these, and the record that shows them."""

    text: str
    label: str
    query: str


@dataclass(frozen=True)
class Glance:
    headline: Headline
    tiles: tuple[Tile, ...]
    whisker: Whisker | None
    range_text: str
    is_demo: bool
    late_notice: str  # "" where all was found in time
    live_query: str
    empty_text: str  # "" where there is something to tell
    n: int
    elsewhere: tuple[Elsewhere, ...]
    check: Check
    notice: Notice


@dataclass(frozen=True)
class Tables:
    cut: Cut
    links: tuple[CutLink, ...]
    guards: tuple[GuardRow, ...]
    hearing: tuple[HearingRow, ...]
    check: Check


def glance(record: TrackRecord, asked: Asked) -> Glance:
    """Everything above the chart; `asked` is the question as it was put, for links."""
    figures = record.whole.figures
    is_late = asked.basis == "catch_up"
    return Glance(
        headline=headline(figures),
        tiles=tiles(figures, others=others(record.whole)),
        whisker=axis([figures]).whisker(figures),
        range_text=asked.range_text,
        is_demo=record.is_demo,
        late_notice=FOUND_LATE if is_late else "",
        live_query=asked.query(basis=""),
        empty_text=_empty_text(record, asked) if record.is_empty else "",
        n=figures.n,
        elsewhere=tuple(_elsewhere(record, asked)),
        check=check_of(record.standing),
        notice=Notice.of(record.notice),
    )


def tables(record: TrackRecord, asked: Asked, chosen: str) -> Tables:
    """Everything below it."""
    return Tables(
        cut=cut(chosen, record.cuts[chosen], asked),
        links=cut_links(asked, chosen),
        guards=guard_rows(record.guards),
        hearing=hearing_rows(record.delay),
        check=check_of(record.standing),
    )


def _empty_text(record: TrackRecord, asked: Asked) -> str:
    """Why there is nothing, and what would change it."""
    if asked.symbol or asked.strategy or asked.range != "all":
        return "No signal of this range and these filters has ended, runs or was blocked."
    if asked.basis == "catch_up":
        return "Nothing was found too late to be sent."
    return (
        "The live record begins with the first signal that is found in time and ends: at its "
        "target, its stop, its time, or by its strategy. Until then there is nothing to tell."
    )


def _elsewhere(record: TrackRecord, asked: Asked) -> Iterator[Elsewhere]:
    left = record.left_out
    if left.other_basis and asked.basis == "live":
        text = f"{left.other_basis:,} more were found too late to be sent and are not counted here."
        yield Elsewhere(text, "Show what was found late", asked.query(basis="catch_up"))
    if left.other_source and record.is_demo:
        text = f"{left.other_source:,} on real prices are not counted here."
        yield Elsewhere(text, "Show those on real prices", asked.query(source="real"))
    elif left.other_source:
        text = f"{left.other_source:,} on made-up prices (DEMO) are not counted here."
        yield Elsewhere(text, "Show the DEMO record", asked.query(source="demo"))
