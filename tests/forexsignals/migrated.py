"""Databases that are migrated already: copies of one that is, made once for each state of the code.

One such template stays on the server; when the code changes another takes its place.
"""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.processes import ROOT, run_manage

TEMPLATE = "desk_migrated_"
LOCK = 7_240_001  # held from looking for the template until it is copied
OLD = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s"


def create_migrated(name: str, environment: Mapping[str, str]) -> None:
    """Make the database `name`, as `manage.py migrate` would in this environment."""
    server, template = environment["DATABASE_URL"], TEMPLATE + code()
    with psycopg.connect(with_path(server, "/postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until the connection ends
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).rowcount:
            for (old,) in admin.execute(OLD, [TEMPLATE, template]).fetchall():
                admin.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
            _migrate(admin, template, environment)
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _migrate(
    admin: "psycopg.Connection[tuple[object, ...]]", template: str, environment: Mapping[str, str]
) -> None:
    """It gets its name when it is whole, so that half of one is never copied."""
    half = f"{TEMPLATE}half"
    admin.execute(f'CREATE DATABASE "{half}"')
    own = {"DATABASE_URL": with_path(environment["DATABASE_URL"], f"/{half}")}
    result = run_manage("migrate", "-v0", **{**environment, **own})
    assert result.returncode == 0, result.stderr
    admin.execute(f'ALTER DATABASE "{half}" RENAME TO "{template}"')


def code() -> str:
    """A short name for all that migrating may run: every module of the desk and what it needs."""
    apps = [file.parent for file in ROOT.glob("*/__init__.py") if file.parent.name != "tests"]
    modules = [module for app in apps for module in app.rglob("*.py")]
    found = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for module in sorted(modules):
        found.update(str(module.relative_to(ROOT)).encode() + module.read_bytes())
    return found.hexdigest()[:16]


def with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=path))
