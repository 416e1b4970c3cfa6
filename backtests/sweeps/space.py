"""The combinations of settings a sweep tries."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backtests.plan import TUNABLE, Plan
from backtests.sweeps.writing import Between, SpaceError, Values, parse, tunable
from strategies.parameters import Parameter, SettingError, build
from strategies.registry import STRATEGIES

MOST_TRIALS = 10_000
PLACES = 4  # decimals of a drawn value
OWN_PLACES = 2  # of the plan's own settings, as a config keeps them
DRAWS = 20  # for each trial, before a random search takes the space as exhausted

Settings = dict[str, Any]


@dataclass(frozen=True)
class Combinations:
    """What is tried, in order, and how many the strategy refused."""

    tried: tuple[Settings, ...]
    left_out: int


def combinations(
    plan: Plan, space: Mapping[str, str], *, kind: str, trials: int, seed: int
) -> Combinations:
    """Every combination of a grid, or `trials` distinct ones drawn from `seed`.

    Those the strategy refuses (a fast EMA slower than the slow one) are left out and counted.
    SpaceError where nothing is left, or more than MOST_TRIALS.
    """
    known = tunable(plan.strategy)
    read = {name: parse(_known(known, name), text) for name, text in space.items() if text.strip()}
    if not read:
        raise SpaceError("", "Write values for at least one setting, for example 5:20:5.")
    found = _random(plan, known, read, trials, seed) if kind == "random" else _grid(plan, read)
    if not found.tried:
        raise SpaceError("", "The strategy refuses every one of these combinations.")
    return found


def _grid(plan: Plan, read: Mapping[str, Values | Between]) -> Combinations:
    axes: dict[str, Values] = {}
    for name, values in read.items():
        if isinstance(values, Between):
            raise SpaceError(name, "A grid needs values or steps (5:20:5); low..high is for random")
        axes[name] = values
    count = math.prod(len(values) for values in axes.values())
    if count > MOST_TRIALS:
        raise SpaceError(
            "", f"{count:,} combinations are more than {MOST_TRIALS:,}: try fewer values, or random"
        )
    every = [dict(zip(axes, chosen, strict=True)) for chosen in itertools.product(*axes.values())]
    kept = tuple(settings for settings in every if is_accepted(plan, settings))
    return Combinations(kept, len(every) - len(kept))


def _random(
    plan: Plan,
    known: Mapping[str, Parameter],
    read: Mapping[str, Values | Between],
    trials: int,
    seed: int,
) -> Combinations:
    """Distinct accepted draws; fewer than asked for where the space holds no more."""
    if not 0 < trials <= MOST_TRIALS:
        raise SpaceError("", f"Try 1 to {MOST_TRIALS:,} combinations, not {trials:,}.")
    random = np.random.default_rng(seed)
    kept: dict[tuple[Any, ...], Settings] = {}
    refused: set[tuple[Any, ...]] = set()
    for _ in range(DRAWS * trials):
        if len(kept) == trials:
            break
        settings = {name: _draw(known[name], values, random) for name, values in read.items()}
        key = tuple(settings.values())
        if is_accepted(plan, settings):
            kept[key] = settings
        else:
            refused.add(key)
    return Combinations(tuple(kept.values()), len(refused))


def _draw(item: Parameter, values: Values | Between, random: np.random.Generator) -> Any:
    if not isinstance(values, Between):
        return values[int(random.integers(len(values)))]
    if item.type is int:
        return int(random.integers(int(values.low), int(values.high), endpoint=True))
    places = OWN_PLACES if item.name in TUNABLE else PLACES
    return round(float(random.uniform(values.low, values.high)), places)


def is_accepted(plan: Plan, settings: Mapping[str, Any]) -> bool:
    """Whether the strategy can be built with these `settings` over those of `plan`."""
    try:
        build(STRATEGIES[plan.strategy], plan.with_parameters(settings).parameters)
    except SettingError:
        return False
    return True


def _known(known: Mapping[str, Parameter], name: str) -> Parameter:
    if name not in known:
        raise SpaceError(name, f"unknown setting '{name[:50]}', known are: {', '.join(known)}")
    return known[name]
