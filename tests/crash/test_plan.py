"""The storm is the same for a seed, and as big as it says."""

from collections import Counter

from tests.crash.plan import Plan
from tests.crash.scenes import CAST, FAULTS, scene_for


def test_a_seed_gives_the_same_storm_each_time_and_another_seed_another():
    assert Plan(seed=7).said() == Plan(seed=7).said()
    assert Plan(seed=7).killed() == Plan(seed=7).killed()
    assert Plan(seed=7).broken() == Plan(seed=7).broken()
    assert Plan(seed=7).killed() != Plan(seed=8).killed()


def test_the_storm_has_its_deliveries_kills_and_outages_within_its_time():
    plan = Plan(seed=1)

    assert len(plan.copies()) >= 2000
    assert len({to for to, _ in plan.copies()}) == 300
    assert len(plan.killed()) == 50
    assert all(0 <= moment.at <= plan.seconds + 0.001 for moment in [*plan.said(), *plan.killed()])
    assert len(plan.broken()) == 4


def test_no_two_copies_are_the_same():
    assert max(Counter(Plan(seed=3).copies()).values()) == 1


def test_the_same_try_meets_the_same_scene():
    assert scene_for(1, "447911", "BUY", 0) == scene_for(1, "447911", "BUY", 0)


def test_every_scene_is_played_and_only_refusals_are_not_accepted():
    scenes = [scene_for(1, "447911", f"BUY {n}", 0) for n in range(2000)]

    assert {scene.name for scene in scenes} == set(CAST)
    assert {scene.name for scene in scenes if not scene.accepts} == {"busy", "pair", "broken"}
    assert set(FAULTS) <= {scene.name for scene in scenes if scene.accepts}
