"""PostgreSQL with an owner and an application role: the desk runs, and cannot change its log."""

from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import errors

from audit.heads import keep_head
from audit.log import log_event
from audit.models import Event, Seal
from audit.sealing import seal_pending
from audit.triggers import check_triggers, install_triggers, missing_triggers
from audit.verify import first_fault
from delivery.models import Delivery
from signals.models import Signal
from tests.builders import make_recipient
from tests.signals.desk import first_signal, make_desk

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
PASSWORD = "only-for-this-test"

REFUSED = [
    "UPDATE audit_event SET text = 'x'",
    "UPDATE audit_seal SET sealed_at = now()",
    "DELETE FROM audit_event",
    "DELETE FROM audit_seal",
    "TRUNCATE audit_event, audit_seal",
    "TRUNCATE audit_event CASCADE",
    "DROP TRIGGER audit_event_append_only ON audit_event",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "ALTER TABLE audit_seal DISABLE TRIGGER audit_seal_append_only",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_event EXECUTE FUNCTION audit_refuse()",
    "CREATE RULE mine AS ON UPDATE TO audit_event DO INSTEAD NOTHING",
    "ALTER TABLE audit_event RENAME TO old_event",
    "ALTER TABLE audit_event ADD COLUMN mine int",
    "DROP TABLE audit_seal",
    "CREATE TABLE public.audit_shadow (id int)",
    "INSERT INTO audit_event (id, at, kind, actor, subject, text, payload) "
    "VALUES (-1, now(), 'x', 'x', '', 'x', '{}')",
    "INSERT INTO audit_event (at, kind, actor, subject, text, payload) "
    "VALUES (now(), 'x', 'x', '', 'x', '{}') ON CONFLICT (id) DO UPDATE SET text = 'x'",
    "SELECT setval('audit_event_id_seq', 1)",
    "ALTER SEQUENCE audit_event_id_seq RESTART 1",
    "SELECT id FROM audit_event FOR UPDATE",
]


@pytest.fixture
def role():
    """A login that owns nothing and has what `print_grants` prints."""
    name = f"app_of_{connection.settings_dict['NAME']}"
    printed = StringIO()
    call_command("print_grants", name, stdout=printed)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP ROLE IF EXISTS "{name}"')  # of a run that was killed
        cursor.execute(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{PASSWORD}'")
        cursor.execute(printed.getvalue())
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"')


@contextmanager
def acting_as(role):
    """The desk's own connection with the rights of `role` alone."""
    with connection.cursor() as cursor:
        cursor.execute(f'SET SESSION AUTHORIZATION "{role}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET SESSION AUTHORIZATION")


def logged_in(role):
    """A connection of its own, as a stranger who stole the application's password has it."""
    known = connection.get_connection_params()
    where = {name: known[name] for name in ("host", "port", "dbname") if name in known}
    return psycopg.connect(**where, user=role, password=PASSWORD, autocommit=True)


def test_the_desk_runs_as_the_application(role, tmp_path):
    with acting_as(role):
        make_recipient()
        signal = first_signal(make_desk())
        sealed = seal_pending()
        kept = keep_head(tmp_path / "heads.txt", now=AT)
        seal_pending()
        fault = first_fault(now=AT, heads=[kept])

    assert Signal.objects.get(pk=signal.pk).receipt
    assert Delivery.objects.count() == 1
    assert sealed == kept.seq == Seal.objects.count() - 1
    assert fault is None


def test_the_application_sees_the_triggers_and_needs_not_install_them(role):
    with acting_as(role):
        install_triggers(using="default")

        assert missing_triggers() == {}
        assert check_triggers(databases=["default"]) == []
        call_command("migrate", verbosity=0)


def test_a_trigger_the_owner_switched_off_is_named_to_the_application(role):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER audit_seal_append_only")

    with acting_as(role):
        [error] = check_triggers(databases=["default"])

    assert "audit_seal_append_only" in error.msg


def test_the_application_cannot_change_the_log_whatever_it_tries(role):
    log_event("test.event", at=AT, text="it happened")
    seal_pending()
    let_through = []

    with logged_in(role) as stranger:
        for sql in REFUSED:
            try:
                stranger.execute(sql)
            except (errors.InsufficientPrivilege, errors.IntegrityConstraintViolation):
                continue
            let_through.append(sql)

    assert let_through == []
    assert Event.objects.get().text == "it happened"
    assert first_fault(now=AT) is None


def test_the_application_can_add_and_read(role):
    with logged_in(role) as stranger:
        stranger.execute(
            "INSERT INTO audit_event (at, kind, actor, subject, text, payload) "
            "VALUES (now(), 'test.event', 'desk', '', 'it happened', '{}')"
        )
        found = stranger.execute("SELECT text FROM audit_event").fetchall()

    assert found == [("it happened",)]
