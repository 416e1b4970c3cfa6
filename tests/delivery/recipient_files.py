"""Files of recipients, and the pages of Admin that take and give them."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.delivery.console import page

HEADER = (
    "name,channel,address,language,symbols,strategies,min_confidence,gets_alerts,"
    "gets_results,quiet_from,quiet_until,time_zone,is_active,opted_in_at,opt_in_source"
)
ANNA = (
    'Anna,whatsapp,+44 7911 123456,en,"EURUSD, GBPUSD",ema_rsi,0.6,no,yes,'
    "22:00,07:00,Europe/London,yes,2026-05-03 14:05,signed form"
)
BEN = "Ben,WhatsApp,'+447911123457,,,,,yes,no,,,UTC,no,2026-05-03,asked by mail"


def preview(client, *lines):
    """The page that shows what the file would do."""
    return upload(client, "\r\n".join(lines).encode("utf-8-sig"))


def upload(client, content):
    form = {"import_file": SimpleUploadedFile("people.csv", content), "format": "0", "resource": ""}
    return client.post(page("recipient", "import"), form)


def bring_in(client, *lines):
    """The page after a file was looked at and confirmed."""
    confirm = preview(client, *lines).context["confirm_form"]
    return client.post(page("recipient", "process_import"), confirm.initial, follow=True)


def export(client):
    """The exported file: its text and its rows."""
    answer = client.post(page("recipient", "export"), {"format": "0", "resource": ""})
    text = answer.content.decode("utf-8-sig")
    return text, list(csv.DictReader(io.StringIO(text)))
