"""The environment as settings read it: a `.env` file below, empty values as if unset."""

import os
from pathlib import Path

from environ import Env


class Environment(Env):  # type: ignore[misc]
    """The process environment and, for what it does not set, a `.env` file."""

    ENVIRON: dict[str, str] = {}
    SOURCES: dict[str, str] = {}  # where each value that is set comes from

    @classmethod
    def load(cls, env_file: Path) -> "Environment":
        """Read both; an empty value counts as not set, so the default applies."""
        own = _set_values(dict(os.environ))
        cls.ENVIRON = dict(own)
        if env_file.is_file():
            cls.read_env(env_file)
        cls.ENVIRON = _set_values(cls.ENVIRON)
        cls.SOURCES = {name: "environment" if name in own else "file" for name in cls.ENVIRON}
        return cls()


def _set_values(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value.strip()}
