"""Which files are read, however a spreadsheet saved them, and how others are refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from delivery.csv_cells import escaped, unescaped
from delivery.models import Recipient
from tests.builders import make_recipient
from tests.delivery.console import page
from tests.delivery.recipient_files import preview, upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00broken", b"just words\n"])
def test_a_file_that_is_no_csv_is_refused_and_stores_nothing(staff, content):
    form = {"import_file": SimpleUploadedFile("x.csv", content), "format": "0", "resource": ""}

    answer = staff.post(page("recipient", "import"), form)

    assert answer.status_code == 200
    assert "confirm_form" not in answer.context
    assert not Recipient.objects.exists()


def test_a_file_that_is_too_large_is_refused(staff):
    file = SimpleUploadedFile("people.csv", b"x" * 2_000_001)
    form = {"import_file": file, "format": "0", "resource": ""}

    assert "larger than 2 MB" in staff.post(page("recipient", "import"), form).content.decode()


def test_more_rows_than_the_database_should_wait_for_are_refused(staff):
    shown = preview(staff, "channel,address", *["whatsapp,+447911123456"] * 1002)

    assert "More than 1,000 rows: import them in parts." in shown.content.decode()


@pytest.mark.parametrize("text", ["+44", "=1", "-1", "@a", "\tx", "plain", "'quoted", ""])
def test_a_cell_comes_back_as_it_went_out(text):
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r"))


MULLER = "Erna Müller;whatsapp;+447911200001;0,5;2026-11-01 10:00;Formular"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_file_is_read_however_a_spreadsheet_saved_it(staff, encoding, separator):
    header = "Name;Channel;Address;Min confidence;Opted in at;Opt in source"
    text = "\r\n".join((header, MULLER.replace("0,5", "0.5"), ";;;;;", ""))
    content = text.replace(";", separator).encode(encoding)

    confirm = upload(staff, content).context["confirm_form"]
    staff.post(page("recipient", "process_import"), confirm.initial)

    erna = Recipient.objects.get()
    assert (erna.name, erna.min_confidence) == ("Erna Müller", 0.5)


def test_a_comma_may_stand_for_the_point_of_a_number(staff):
    header = "name;channel;address;min_confidence;opted_in_at;opt_in_source"
    confirm = upload(staff, f"{header}\n{MULLER}\n".encode()).context["confirm_form"]

    said = staff.post(page("recipient", "process_import"), confirm.initial, follow=True)

    assert Recipient.objects.get().min_confidence == 0.5
    assert "Imported: 1 new, 0 changed, 0 as they were." in said.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x00\x00a workbook", "save it as CSV UTF-8"),
        ("name,channel,address\n".encode("utf-16"), "save it as CSV UTF-8"),
        (b"name,chanel,address\nAnna,email,a@example.org\n", "No such column: chanel."),
        (b"name\nAnna\n", "it lacks channel and address"),
        (b"name,channel,address\n", "There is no row in it."),
        (b"name,channel,address\nAnna,email,a@example.org,x\n", "more cells than the first line"),
    ],
)
def test_a_file_nobody_can_read_is_explained_in_plain_words(staff, content, words):
    shown = upload(staff, content).content.decode()

    assert words in shown
    assert "Traceback" not in shown
    assert "encountered while" not in shown


def test_an_exported_file_shows_its_letters_in_a_spreadsheet(staff):
    make_recipient("Erna Müller")

    answer = staff.post(page("recipient", "export"), {"format": "0", "resource": ""})

    assert answer.content.startswith("\ufeffname".encode())
