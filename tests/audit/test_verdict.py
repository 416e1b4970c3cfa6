"""What `manage.py verify_audit` prints and ends with."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.heads import keep_head
from audit.log import log_event
from audit.models import Event, Seal
from audit.sealing import seal_pending
from audit.triggers import install_triggers, remove_triggers

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def events(transactional_db, settings, tmp_path):
    """Ten sealed events."""
    settings.AUDIT_HEADS = tmp_path / "audit-heads.txt"
    made = [log_event("test.event", at=AT, text=f"event {n}") for n in range(10)]
    seal_pending()
    return made


def verify(*options):
    out = StringIO()
    call_command("verify_audit", *options, stdout=out)
    return out.getvalue()


def failure(*options):
    with pytest.raises(CommandError) as caught:
        verify(*options)
    return caught.value.returncode, str(caught.value)


def test_a_whole_log_is_reported_with_its_head(events):
    log_event("test.event", at=timezone.now(), text="not sealed yet")

    told = verify()

    assert "The log is whole: 10 sealed events, 1 waiting for their seal." in told
    assert Seal.objects.get(seq=10).hash in told


def test_programs_get_the_same_as_json(events, settings):
    keep_head(settings.AUDIT_HEADS, now=AT)
    seal_pending()

    told = json.loads(verify("--json"))

    assert (told["status"], told["sealed"], told["waiting"]) == ("whole", 11, 0)
    assert told["head"]["hash"] == Seal.objects.get(seq=11).hash
    assert told["heads_compared"] == 1


def test_it_fails_with_a_sentence_that_names_the_row_and_says_what_to_do(events):
    remove_triggers()
    Event.objects.filter(pk=events[4].pk).update(text="nothing happened")

    code, text = failure()

    assert code == 1
    assert f"Event {events[4].pk} (test.event) or its seal was edited" in text
    assert "compare it with a copy" in text


def test_a_fault_is_json_too(events):
    remove_triggers()
    Event.objects.filter(pk=events[4].pk).update(text="nothing happened")
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_audit", "--json", stdout=out)

    fault = json.loads(out.getvalue())["fault"]
    assert (fault["kind"], fault["event_id"], fault["seq"]) == ("edited", events[4].pk, 5)


def test_a_missing_trigger_has_a_code_of_its_own(events):
    remove_triggers()

    code, text = failure()

    assert code == 4
    assert "audit_event_" in text
    install_triggers(using="default")
    assert "whole" in verify()


def test_a_sealer_that_stopped_has_a_code_of_its_own(events):
    log_event("test.event", at=AT, text="never sealed")

    code, text = failure()

    assert code == 3
    assert "See that worker and beat run" in text


def test_a_copy_of_the_heads_kept_elsewhere_is_compared_too(events, tmp_path):
    copy = tmp_path / "copy.txt"
    copy.write_text(f"2026-11-18 12 {'a' * 64} 2026-11-18T09:31:00.000000+00:00\n")

    code, text = failure("--heads", str(copy))

    assert code == 1
    assert "Seals 11 to 12 were cut from the end" in text


@pytest.mark.parametrize("line", ["2026-11-18 12", "today 1 a b", "x" * 300])
def test_a_file_that_holds_no_heads_is_refused_by_its_line(events, tmp_path, line):
    copy = tmp_path / "copy.txt"
    copy.write_text(line)

    code, text = failure("--heads", str(copy))

    assert code == 1
    assert text.startswith(f"Line 1 of {copy} is no head")
    assert failure("--heads", str(tmp_path / "none"))[1] == f"There is no file {tmp_path / 'none'}."
