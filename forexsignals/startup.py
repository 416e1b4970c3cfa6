"""What must be true before the first process starts: tables, static files, seed, all idempotent."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from forexsignals.supervisor import Say


def prepare(say: Say) -> None:
    """Bring database and static files up to date and seed what is missing."""
    if MigrationExecutor(connection).migration_plan(_leaves()):
        say("Preparing the database")
    call_command("migrate", verbosity=0, interactive=False)
    collect_static(Path(settings.STATIC_ROOT))
    call_command("seed")


def collect_static(folder: Path) -> None:
    """Copy static files into `folder` unless it holds the present ones already."""
    stamp, fingerprint = folder / ".fingerprint", static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    """Changes whenever a static file of the desk or of a package does: by name, size, time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            file = Path(storage.path(path))
            digest.update(f"{path} {file.stat().st_size} {file.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _leaves() -> list[tuple[str, str]]:
    return list(MigrationExecutor(connection).loader.graph.leaf_nodes())
