"""The track record to take along: its signals and figures as CSV and JSON, with the notice."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.files import CSV, file_response
from audit.log import log_event
from signals.track_record import CUTS, Asked, RecordForm, TrackRecord, asked_of, track_record
from signals.track_record.export import csv_pieces, json_pieces
from signals.track_record.public import count_file, for_public, is_stranger, record_reader

FILES = {"csv": CSV, "json": "application/json"}


@require_GET
@record_reader
def record_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The record of what the URL asks for; a question nobody understands shows on the page."""
    now = timezone.now()
    asked = asked_of(RecordForm(request.GET), today=now.date())
    if asked is None:
        return redirect(f"{reverse('track-record')}?{request.GET.urlencode()}")
    if is_stranger(request):
        count_file()
    record = track_record(asked, now=now, by=CUTS if kind == "json" else ())
    if not is_stranger(request):
        _note(request, asked, record, kind)
    pieces = _pieces(for_public(record) if is_stranger(request) else record, kind)
    name = f"track-record-{now:%Y-%m-%d}.{kind}"
    return file_response(request, pieces, name=name, content_type=FILES[kind])


def _pieces(record: TrackRecord, kind: str) -> Iterator[str]:
    return csv_pieces(record) if kind == "csv" else json_pieces(record, now=timezone.now())


def _note(request: HttpRequest, asked: Asked, record: TrackRecord, kind: str) -> None:
    """Who took what along; of strangers, who see what is public, nothing is kept."""
    log_event(
        "record.exported",
        at=timezone.now(),
        actor=request.user.get_username(),
        text=f"The track record was exported as {kind.upper()}: {len(record.ended)} signals.",
        payload={"asked": asked.query(), "signals": len(record.ended)},
    )
