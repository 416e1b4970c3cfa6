"""Why the database did not answer, in one line that says what to do."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

AWAY = "The database does not answer. Start the desk (make run), or check DATABASE_URL."
BEHIND = (
    "The database is not of this version: it has no tables yet, or older ones. "
    "Start the desk once (make run), or run manage.py migrate."
)


def database_trouble() -> str | None:
    """AWAY, BEHIND, or None where neither explains it."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return AWAY
    return BEHIND if plan else None
