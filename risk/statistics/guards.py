"""What each guard saved or cost, by the results its refused signals had in the shadow."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """A signal that was refused, and what it would have come to."""

    guards: tuple[str, ...]  # slugs of all that refused it
    r: float | None  # None while it runs, and where the bars cannot tell


@dataclass(frozen=True, kw_only=True)
class GuardEffect:
    """The signals one guard refused; a signal that several refused counts for each."""

    guard: str  # slug
    blocked: int
    judged: int  # of those, with a known result
    r_sum: float | None  # of the judged; None without one
    alone_blocked: int  # refused by this guard only: without it they would have been sent
    alone_judged: int
    alone_r_sum: float | None

    @property
    def saved_r(self) -> float | None:
        """What the refused signals would have lost; negative is what the guard cost."""
        return None if self.r_sum is None else 0.0 - self.r_sum

    @property
    def alone_saved_r(self) -> float | None:
        """The same of the signals no other guard would have stopped."""
        return None if self.alone_r_sum is None else 0.0 - self.alone_r_sum


def guard_effects(blocked: Sequence[Blocked]) -> list[GuardEffect]:
    """One effect for each guard that refused any of `blocked`, in the order of their slugs."""
    slugs = sorted({guard for signal in blocked for guard in signal.guards})
    return [
        _effect(slug, [signal for signal in blocked if slug in signal.guards]) for slug in slugs
    ]


def _effect(slug: str, refused: Sequence[Blocked]) -> GuardEffect:
    alone = [signal for signal in refused if len(set(signal.guards)) == 1]
    results, alone_results = _known(refused), _known(alone)
    return GuardEffect(
        guard=slug,
        blocked=len(refused),
        judged=len(results),
        r_sum=sum(results) if results else None,
        alone_blocked=len(alone),
        alone_judged=len(alone_results),
        alone_r_sum=sum(alone_results) if alone_results else None,
    )


def _known(signals: Sequence[Blocked]) -> list[float]:
    return [signal.r for signal in signals if signal.r is not None]
