"""What a file of recipients changes on the desk, and what an export of them holds."""

from datetime import UTC, datetime, time

import pytest
from django.contrib.auth.models import Permission, User

from audit.models import Event
from delivery.erasure import forget_recipient
from delivery.models import Consent, Recipient
from tests.builders import NOON, make_recipient, make_symbol
from tests.delivery.console import page
from tests.delivery.recipient_files import ANNA, BEN, HEADER, bring_in, export, preview

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def symbols(db):
    make_symbol("EURUSD")
    make_symbol("GBPUSD")


def test_a_file_is_looked_at_before_anything_is_stored(staff):
    shown = preview(staff, HEADER, ANNA)

    assert "confirm_form" in shown.context
    assert "+447911123456" in shown.content.decode()
    assert not Recipient.objects.exists()
    assert not Event.objects.filter(kind__startswith="recipient.").exists()


def test_a_confirmed_file_brings_in_recipients_with_all_they_want(staff):
    bring_in(staff, HEADER, ANNA, BEN)

    anna, ben = Recipient.objects.all()
    assert anna.address == "+447911123456"
    assert anna.wants == {"symbol": ["EURUSD", "GBPUSD"], "strategy": ["ema_rsi"]}
    assert (anna.quiet_from, anna.quiet_until) == (time(22), time(7))
    assert (anna.time_zone, anna.min_confidence, anna.language) == ("Europe/London", 0.6, "en")
    assert (anna.opted_in_at, anna.opt_in_source) == (
        datetime(2026, 5, 3, 14, 5, tzinfo=UTC),
        "signed form",
    )
    assert (ben.channel, ben.address) == ("whatsapp", "+447911123457")
    assert (ben.gets_alerts, ben.is_active, ben.wants) == (True, False, {})
    assert (anna.gets_results, ben.gets_results) == (True, False)
    assert Consent.objects.filter(action="opt_in").count() == 2


def test_an_import_is_logged_with_counts_and_without_addresses(staff):
    bring_in(staff, HEADER, ANNA, BEN)

    imported = Event.objects.get(kind="recipient.imported")
    assert (imported.actor, imported.payload) == ("carol", {"new": 2, "update": 0, "skip": 0})
    assert Event.objects.filter(kind="recipient.added", actor="carol").count() == 2
    assert "7911" not in str(list(Event.objects.values()))


def test_the_same_file_twice_changes_nothing(staff):
    bring_in(staff, HEADER, ANNA, BEN)
    before = list(Recipient.objects.values())

    bring_in(staff, HEADER, ANNA, BEN)

    assert list(Recipient.objects.values()) == before
    assert Event.objects.filter(kind="recipient.changed").count() == 0
    assert Consent.objects.count() == 2


def test_a_known_address_is_changed_and_columns_that_are_missing_stay(staff):
    known = make_recipient("Old name", address="+447911123456", min_confidence=0.5)
    Recipient.objects.update(opt_in_source="signed form")

    bring_in(staff, "channel,address,name", "whatsapp,0044 7911 123456,Anna")

    known.refresh_from_db()
    assert (known.name, known.min_confidence) == ("Anna", 0.5)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (ANNA.replace("+44 7911 123456", "07911"), "with its country code"),
        (ANNA.replace("whatsapp", "pigeon"), "Write one of whatsapp"),
        (ANNA.replace("EURUSD,", "EURUSDD,"), "The desk has no symbol called EURUSDD."),
        (ANNA.replace("0.6", "1.6"), "less than or equal to 1"),
        (ANNA.replace("0.6", "high"), "Write a number from 0 to 1"),
        (ANNA.replace(",no,", ",maybe,"), "Write yes or no"),
        (ANNA.replace("22:00", "ten"), "Write the time of day as in 22:30"),
        (ANNA.replace("22:00", ""), "both a start and an end"),
        (ANNA.replace("22:00", "07:00"), "leave both empty"),
        (ANNA.replace("Europe/London", "Mars/Olympus"), "Write it as in Europe/London"),
        (ANNA.replace("2026-05-03 14:05", "soon"), "Write the time as in 2026-05-03 14:05"),
        (ANNA.replace("signed form", ""), "say when and how they agreed"),
        (ANNA.replace("Anna", ""), "This field cannot be blank"),
    ],
)
def test_one_bad_row_is_explained_and_nothing_at_all_is_imported(staff, line, words):
    shown = preview(staff, HEADER, BEN, line)

    text = shown.content.decode()
    assert words in text
    assert "Traceback" not in text
    assert "confirm_form" not in shown.context
    assert not Recipient.objects.exists()


def test_a_misspelt_column_is_refused_instead_of_left_out(staff):
    shown = preview(staff, HEADER.replace("quiet_from", "quiet_form"), ANNA)

    assert "No such column: quiet_form" in shown.content.decode()
    assert "confirm_form" not in shown.context


def test_no_file_ends_an_opt_out(staff):
    gone = make_recipient("Anna", address="+447911123456", opted_out_at=NOON)

    bring_in(staff, HEADER, ANNA)

    gone.refresh_from_db()
    assert gone.opted_out_at == NOON
    assert gone.language == "en"


def test_who_wrote_stop_before_is_not_imported_without_a_later_consent(staff):
    stop = {"channel": "whatsapp", "address": "+447911123456", "action": "opt_out"}
    Consent.objects.create(**stop, source="wrote STOP", at=NOON)

    assert "wrote STOP" in preview(staff, HEADER, ANNA).content.decode()
    bring_in(staff, HEADER, ANNA.replace("2026-05-03", "2026-11-19"))

    assert Recipient.objects.exists()


def test_what_changed_between_preview_and_confirmation_stops_the_whole_import(staff):
    confirm = preview(staff, HEADER, ANNA, BEN).context["confirm_form"]
    stop = {"channel": "whatsapp", "address": "+447911123456", "action": "opt_out"}
    Consent.objects.create(**stop, source="wrote STOP", at=NOON)

    answer = staff.post(page("recipient", "process_import"), confirm.initial, follow=True)

    assert "Nothing was imported" in answer.content.decode()
    assert not Recipient.objects.exists()


def test_a_preview_that_is_confirmed_too_late_is_asked_for_again(staff):
    confirm = preview(staff, HEADER, ANNA).context["confirm_form"]
    form = {**confirm.initial, "import_file_name": "gone"}

    answer = staff.post(page("recipient", "process_import"), form, follow=True)

    assert "Upload it again" in answer.content.decode()


def test_an_export_holds_no_formula_and_comes_back_as_it_was(staff):
    bring_in(staff, HEADER, ANNA, BEN)
    make_recipient('=HYPERLINK("http://evil.example")', wants={"symbol": ["EURUSD"]})
    Recipient.objects.filter(opt_in_source="").update(opt_in_source="-1+1")
    before = list(Recipient.objects.values())

    text, rows = export(staff)
    bring_in(staff, *text.splitlines())

    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [row["address"] for row in rows if row["name"] == "Anna"] == ["'+447911123456"]
    assert list(rows[0]) == HEADER.split(",")
    assert list(Recipient.objects.values()) == before


def test_an_export_is_logged_with_who_and_how_many(staff):
    make_recipient()
    make_recipient()

    export(staff)

    exported = Event.objects.get(kind="recipient.exported")
    assert (exported.actor, exported.payload) == ("carol", {"count": 2})


def test_who_was_forgotten_is_not_exported(staff):
    recipient = make_recipient()
    forget_recipient(recipient, by="boss", now=NOON)

    assert export(staff)[1] == []


def test_readers_can_neither_import_nor_export(client):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_recipient"))
    client.force_login(reader)

    for what in ("import", "export"):
        assert client.get(page("recipient", what)).status_code == 403
    assert client.post(page("recipient", "process_import")).status_code == 403
    assert page("recipient", "export") not in client.get(page("recipient")).content.decode()


def test_a_consent_that_lies_in_the_future_is_not_one(staff):
    shown = preview(staff, HEADER, ANNA.replace("2026-05-03", "2096-05-03"))

    assert "This is in the future: it is" in shown.content.decode()
