from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction

from audit.log import log_event
from audit.models import Event
from audit.sealing import seal_pending
from audit.triggers import install_triggers, missing_triggers, remove_triggers

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

ATTACKS = [
    "UPDATE audit_event SET text = 'nothing happened'",
    "DELETE FROM audit_event",
    "UPDATE audit_seal SET hash = prev_hash",
    "DELETE FROM audit_seal",
]
BY_DATABASE = {
    "postgresql": [
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE audit_event, audit_seal",
        "INSERT INTO audit_event (id, at, kind, actor, subject, text, payload) "
        "SELECT id, at, 'x', 'x', 'x', 'x', payload FROM audit_event "
        "ON CONFLICT (id) DO UPDATE SET text = 'x'",
        "SET session_replication_role = replica; DELETE FROM audit_seal",
    ],
    "sqlite": [
        "INSERT OR REPLACE INTO audit_event SELECT id, at, 'x', 'x', 'x', 'x', payload "
        "FROM audit_event",
        "INSERT OR REPLACE INTO audit_seal SELECT seq + 1, prev_hash, hash, sealed_at, event_id "
        "FROM audit_seal",
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ATTACKS + BY_DATABASE[connection.vendor])
def test_the_database_itself_refuses_to_change_the_log(sql):
    log_event("test.event", at=AT, text="it happened")
    seal_pending()

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)

    assert Event.objects.get().text == "it happened"


@pytest.mark.django_db
def test_the_orm_cannot_change_the_log_either():
    event = log_event("test.event", at=AT, text="it happened")

    for change in (event.save, event.delete, Event.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_the_system_check_names_a_missing_trigger_and_installing_again_heals_it():
    call_command("check", tags=["database"], databases=["default"])
    remove_triggers()

    with pytest.raises(SystemCheckError, match=r"audit\.E001"):
        call_command("check", tags=["database"], databases=["default"])

    install_triggers(using="default")
    install_triggers(using="default")
    assert missing_triggers() == {}
    call_command("check", tags=["database"], databases=["default"])


HOLLOW = {
    "sqlite": [
        "DROP TRIGGER audit_event_no_update; CREATE TRIGGER audit_event_no_update "
        "BEFORE UPDATE ON audit_event BEGIN SELECT 1; END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        "DROP TRIGGER audit_event_append_only ON audit_event; "
        "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION audit_refuse(); "
        "ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only",
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("sql", HOLLOW[connection.vendor])
def test_a_trigger_that_has_the_name_and_does_nothing_counts_as_missing(sql):
    with connection.cursor() as cursor:
        for statement in sql.split("; ", 1) if connection.vendor == "sqlite" else [sql]:
            cursor.execute(statement)
    assert missing_triggers()

    install_triggers(using="default")

    assert missing_triggers() == {}
