import re

import pytest

from tests.processes import ROOT

LOCKS = (
    *("requirements.lock", "requirements-dev.lock"),
    *(".ci/requirements.lock", "tests/bench/requirements.lock", "tests/bench/peers.lock"),
)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_index_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text()

    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    assert " @ " not in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text())

    packages = [block for block in blocks if not block.startswith("#")]

    assert packages
    for block in packages:
        assert re.match(r"[\w.\[\],-]+==\S+", block), block
        assert "--hash=sha256:" in block, block


def test_the_dev_lock_holds_all_of_the_runtime_lock() -> None:
    runtime, dev = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.M)) for lock in LOCKS[:2]
    )

    assert runtime <= dev
