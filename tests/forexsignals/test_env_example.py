import re

from tests.processes import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()
SETTINGS = (ROOT / "forexsignals" / "settings.py").read_text()
READ = re.compile(r"(?:env\.\w+|_secret)\(\s*\"([A-Z_]+)\"")


def test_every_setting_that_is_read_is_in_the_example_and_no_other() -> None:
    listed = re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE)

    assert set(listed) == set(READ.findall(SETTINGS))
    assert len(listed) == len(set(listed))


def test_every_group_of_settings_says_what_it_is() -> None:
    for block in EXAMPLE.split("\n# ---")[1:]:
        assert block.count("# ") >= 1 or "(" in block.splitlines()[0]


def test_the_example_holds_no_secret() -> None:
    for name in ("SECRET_KEY", "JWT_SECRET", "FIELD_ENCRYPTION_KEY", "WHATSAPP_TOKEN"):
        assert f"\n{name}=\n" in EXAMPLE
