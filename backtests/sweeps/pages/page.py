"""What the page of a sweep shows once it has its verdict, as frozen values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from backtests.models import Sweep
from backtests.sweeps.pages.heat import HeatMap, heat_map
from backtests.sweeps.pages.scatter import Scatter, scatter
from backtests.sweeps.writing import in_words, label_of, varied
from risk.telling.words import UNKNOWN, r_text, ratio_text, share_text, tone_of
from strategies.parameters import Parameter

PAGE = 50  # trials
ORDERS = {  # of the table: how it is called, by which column
    "out": ("out of sample", "expectancy_out"),
    "in": ("in sample", "expectancy_in"),
    "number": ("number", "number"),
}
MEASURES = {"in": ("in sample", "expectancy_in"), "out": ("out of sample", "expectancy_out")}
OPINIONS = {  # pill: tone, shape, word
    "few": ("tone-calm", "clock", "Too few results"),
    "loses": ("tone-bad", "close", "All lose"),
    "luck": ("tone-bad", "alert", "Likely luck"),
    "unproven": ("tone-warn", "alert", "Not shown to be more than luck"),
    "holds": ("tone-good", "check", "Holds up so far"),
}
WORTH_IT = ("unproven", "holds")


@dataclass(frozen=True)
class Line:
    """A figure in sample beside the same out of sample."""

    label: str
    inside: str
    outside: str


@dataclass(frozen=True)
class StepRow:
    """One window: who was best there, and how that went on in the next."""

    window: str
    judged: str
    number: int | None
    settings: str
    inside: str
    inside_n: int
    outside: str
    outside_n: int
    tone: str


@dataclass(frozen=True)
class TrialRow:
    number: int
    settings: tuple[tuple[str, str], ...]
    inside: str
    inside_n: int
    sharpe: str
    outside: str
    outside_n: int
    tone: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """A setting or measure that can be picked on the page."""

    slug: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class SweepPage:
    tone: str
    is_worth_it: bool  # whether to run the choice in shadow is the next thing to do
    icon: str
    word: str
    text: str
    remarks: tuple[str, ...]
    chosen: int | None
    settings: tuple[tuple[str, str], ...]
    inside_days: str
    outside_days: str
    lines: tuple[Line, ...]
    steps: tuple[StepRow, ...]
    together: Line
    heat: HeatMap | None
    axes: tuple[tuple[str, tuple[Choice, ...]], ...]  # x and y
    measures: tuple[Choice, ...]
    scatter: Scatter | None
    orders: tuple[Choice, ...]
    order: str
    names: tuple[str, ...]
    trials: tuple[TrialRow, ...]
    page: int
    pages: int

    @property
    def before(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def sweep_page(sweep: Sweep, asked: QueryDict) -> SweepPage:
    """The verdict of `sweep`; `asked` picks the axes, the measure, the order and the page."""
    kept: dict[str, Any] = sweep.verdict or {}
    trials = [dict(zip(kept["columns"], row, strict=True)) for row in kept["rows"]]
    choice, known = kept["choice"], varied(sweep.plan)
    names: list[str] = kept["names"]
    labels = {name: label_of(known[name]) if name in known else name for name in names}
    x, y = _axis(asked.get("x"), names, 0), _axis(asked.get("y"), names, 1)
    measure = _known(asked.get("measure"), MEASURES, "in")
    order = _known(asked.get("sort"), ORDERS, "out")
    ordered = _ordered(trials, ORDERS[order][1])
    pages = max(1, -(-len(ordered) // PAGE))
    page = min(_page(asked.get("page", "")), pages)
    tone, icon, word = OPINIONS[kept["opinion"]]
    chosen = choice["number"]
    return SweepPage(
        tone=tone,
        is_worth_it=kept["opinion"] in WORTH_IT,
        icon=icon,
        word=word,
        text=kept["text"],
        remarks=tuple(kept["remarks"]),
        chosen=chosen,
        settings=tuple(in_words(choice["settings"], known)),
        inside_days=_days(choice["inside_days"]),
        outside_days=_days(choice["outside_days"]),
        lines=_lines(choice["inside"], choice["outside"]),
        steps=tuple(_step(step, known) for step in kept["steps"]),
        together=Line("All windows", _mean(kept["inside"]), _mean(kept["outside"])),
        heat=heat_map(trials, x=x, y=y, measure=MEASURES[measure][1], chosen=chosen, labels=labels),
        axes=tuple((which, _axes(names, labels, at)) for which, at in (("x", x), ("y", y))),
        measures=_choices(MEASURES, measure),
        scatter=scatter(trials, chosen),
        orders=_choices(ORDERS, order),
        order=order,
        names=tuple(labels[name] for name in names),
        trials=tuple(_trial(t, labels, chosen) for t in ordered[PAGE * (page - 1) : PAGE * page]),
        page=page,
        pages=pages,
    )


def _axis(asked: str | None, names: Sequence[str], place: int) -> str:
    """What was asked for, else the first setting across and the second down."""
    return next((name for name in names if name == asked), names[min(place, len(names) - 1)])


def _known(asked: str | None, known: Mapping[str, Any], usual: str) -> str:
    return next((name for name in known if name == asked), usual)


def _axes(names: Sequence[str], labels: Mapping[str, str], current: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, labels[name], name == current) for name in names)


def _choices(known: Mapping[str, tuple[str, str]], current: str | None) -> tuple[Choice, ...]:
    return tuple(Choice(slug, words[0], slug == current) for slug, words in known.items())


def _ordered(trials: list[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    """Best first, those without a figure last; by number the first first."""
    if column == "number":
        return trials
    known = [trial for trial in trials if trial[column] is not None]
    others = [trial for trial in trials if trial[column] is None]
    return sorted(known, key=lambda trial: -trial[column]) + others


def _page(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def _days(days: Sequence[str] | None) -> str:
    return f"{days[0]} to {days[1]}" if days else "nothing kept back"


def _lines(inside: dict[str, Any], outside: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(Line(label, say(inside), say(outside)) for label, say in TOLD.items())


def _mean(figures: dict[str, Any]) -> str:
    return r_text(figures["expectancy_r"])


def _interval(figures: dict[str, Any]) -> str:
    if figures["interval"] is None:
        return UNKNOWN
    low, high = figures["interval"]
    return f"{low + 0.0:+.2f} to {high + 0.0:+.2f} R"


TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "Results": lambda f: f"{f['n']:,}",
    "Expectancy": _mean,
    "95% interval": _interval,
    "Sum": lambda f: r_text(f["r_sum"]),
    "Win rate": lambda f: share_text(f["win_rate"], n=f["n"]),
    "Profit factor": lambda f: ratio_text(f["profit_factor"]),
    "Sharpe a year": lambda f: ratio_text(f["sharpe"]),
    "Max drawdown": lambda f: r_text(f["max_drawdown_r"]),
}


def _step(step: dict[str, Any], known: Mapping[str, Parameter]) -> StepRow:
    return StepRow(
        window=_days(step["inside_days"]),
        judged=_days(step["outside_days"]),
        number=step["number"],
        settings=", ".join(map(" ".join, in_words(step["settings"], known))),
        inside=_mean(step["inside"]),
        inside_n=step["inside"]["n"],
        outside=_mean(step["outside"]),
        outside_n=step["outside"]["n"],
        tone=tone_of(step["outside"]["expectancy_r"]),
    )


def _trial(trial: dict[str, Any], labels: Mapping[str, str], chosen: int | None) -> TrialRow:
    return TrialRow(
        number=trial["number"],
        settings=tuple((label, shown(trial[name])) for name, label in labels.items()),
        inside=r_text(trial["expectancy_in"]),
        inside_n=trial["n_in"],
        sharpe=ratio_text(trial["sharpe_in"]),
        outside=r_text(trial["expectancy_out"]),
        outside_n=trial["n_out"],
        tone=tone_of(trial["expectancy_out"]),
        is_chosen=trial["number"] == chosen,
    )


def shown(value: Any) -> str:
    """A value of a setting without zeros it does not need."""
    return ("on" if value else "off") if isinstance(value, bool) else f"{value:g}"
