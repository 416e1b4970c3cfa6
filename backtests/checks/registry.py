"""The checks there are, in the order they are told. Adding one: its file, a line here, a row in
docs/strategies.md."""

from collections.abc import Iterable, Iterator

from backtests.checks.base import Check, Finding, Subject
from backtests.checks.costs import Costs
from backtests.checks.future import Future
from backtests.checks.memory import Memory
from backtests.checks.outside import Outside
from backtests.checks.sameness import Sameness
from backtests.checks.shape import Shape
from backtests.checks.truncation import Truncation
from backtests.checks.undefined import Undefined
from backtests.checks.words import Words

CHECKS: dict[str, Check] = {
    check.slug: check
    for check in (
        Outside(),  # these two first: they ask a strategy that has seen nothing yet
        Sameness(),
        Shape(),
        Truncation(),
        Future(),
        Memory(),
        Undefined(),
        Words(),
        Costs(),
    )
}


AHEAD = (Truncation.slug, Future.slug)
FEW = 30  # entries; a fault in fewer may well have hidden


def findings(subject: Subject, checks: Iterable[Check] = CHECKS.values()) -> Iterator[Finding]:
    """What each check finds, one after the other; a failed basic one is the last.

    Whoever looks ahead decides otherwise at the end of any window: its memory is not asked about.
    """
    looks_ahead = False
    for check in checks:
        if looks_ahead and check.slug == Memory.slug:
            continue
        finding = check.look(subject)
        looks_ahead |= finding.verdict == "fail" and check.slug in AHEAD
        yield finding
        if check.is_basic and finding.verdict == "fail":
            return


def verdict(found: Iterable[Finding]) -> str:
    """The last word: "Safe to run: ..." or "Do not run: it ..."."""
    found = list(found)
    faults = [finding.fault for finding in found if finding.verdict == "fail"]
    if faults:
        return f"Do not run: it {'; it '.join(faults)}."
    passed = sum(finding.verdict == "pass" for finding in found)
    said = [f"Safe to run: none of {passed} checks found it cheating or stumbling."]
    entries = sum(int(finding.numbers.get("entries", 0)) for finding in found)
    if entries < FEW:
        said.append(f"But it entered only {entries} times on these bars: check it on more of them.")
    costs = [finding.text for finding in found if finding.check == Costs.slug]
    said += ["What it would earn is another question.", *costs] if costs else []
    return " ".join(said)
