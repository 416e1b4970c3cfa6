"""The short form: some cases for every operation, with the key that may do everything."""

import pytest

from tests.fuzz.desk import fuzzed_desk, served
from tests.fuzz.runs import Plan, fuzz, keep_description

pytestmark = pytest.mark.services


@pytest.mark.long
def test_the_api_answers_as_it_is_described(tmp_path):
    with fuzzed_desk(tmp_path, redis_db=14) as desk, served(desk) as url:
        description = keep_description(url, desk.callers["key"], tmp_path)
        plan = Plan("key", desk.callers["key"], examples=25, seed=5, phases=("fuzzing",))
        found = fuzz(url, plan, description=description)

    assert found.is_clean, found.text
    assert found.cases > 1_000
