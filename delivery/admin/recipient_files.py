"""Recipients in and out as a file: who may, what is logged, and where a preview waits."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from import_export.admin import ImportExportMixin
from import_export.tmp_storages import CacheStorage
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from audit.log import log_event
from delivery.admin.base import may_see_addresses, name_of
from delivery.csv_files import SpreadsheetCSV, UnreadableFile
from delivery.erasure import without_forgotten
from delivery.resources import RecipientResource, columns_fault

LARGEST_FILE = 2_000_000  # bytes
MOST_ROWS = 1_000  # some 7 s in one transaction, during which SQLite lets nobody else write


class PreviewGone(Exception):
    """The file was looked at too long ago, or was imported already."""


class WaitingPreview(CacheStorage):
    """A file between its preview and the confirmation: phone numbers are not left lying around."""

    CACHE_LIFETIME = 1800  # seconds

    def read(self) -> Any:
        content = super().read()
        if content is None:
            raise PreviewGone
        return content


class RecipientImportForm(ImportForm):
    """A CSV file of a sensible size."""

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 2 MB: import it in parts.")
        content = file.read()
        file.seek(0)
        if content.count(b"\n") > MOST_ROWS + 1:
            raise forms.ValidationError(f"More than {MOST_ROWS:,} rows: import them in parts.")
        if fault := content_fault(content):
            raise forms.ValidationError(fault)
        return file


def content_fault(content: bytes) -> str:
    """Why nothing can be read from the file; "" if its rows can be looked at."""
    try:
        dataset = SpreadsheetCSV().create_dataset(content)
    except UnreadableFile as error:
        return str(error)
    return columns_fault(dataset.headers or []) or ("" if dataset else "There is no row in it.")


class RecipientFiles(ImportExportMixin):
    """Import and export for those who may edit recipients; both are logged."""

    resource_classes = [RecipientResource]
    formats = [SpreadsheetCSV]
    to_encoding = "utf-8-sig"  # or Excel shows Müller as MÃ¼ller
    import_form_class = RecipientImportForm
    export_form_class = ExportForm
    import_template_name = "delivery/import.html"
    tmp_storage_class = WaitingPreview
    skip_admin_log = True  # the desk's own log has each row

    def has_import_permission(self, request: HttpRequest) -> bool:
        return may_see_addresses(request) and self.has_add_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may_see_addresses(request)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"by": name_of(request)}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """What was right in the preview may be wrong by now: then nothing is imported."""
        wanted: dict[str, Any] = super().get_import_data_kwargs(**kwargs)
        return {**wanted, "rollback_on_validation_errors": True}

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            done: HttpResponse = super().process_import(request, **kwargs)
        except PreviewGone:
            return self._once_more(request, "the preview is half an hour old, or imported already")
        return done

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            return self._once_more(request, "something changed since the preview")
        done: HttpResponse = super().process_result(result, request)
        return done

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        counts = (result.totals[what] for what in ("new", "update", "skip"))
        text = "Imported: {} new, {} changed, {} as they were.".format(*counts)
        self.message_user(request, text, messages.SUCCESS)

    def get_export_queryset(self, request: HttpRequest) -> Any:
        return without_forgotten(super().get_export_queryset(request))

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any
    ) -> Any:
        exported = super().get_export_data(file_format, request, queryset, **kwargs)
        count = queryset.count()
        log_event(
            "recipient.exported",
            at=timezone.now(),
            actor=name_of(request),
            subject="recipients",
            text=f"The addresses of {count} recipients were exported.",
            payload={"count": count},
        )
        return exported

    def _once_more(self, request: HttpRequest, why: str) -> HttpResponse:
        text = f"Nothing was imported: {why}. Upload it again."
        self.message_user(request, text, messages.ERROR)
        return redirect("admin:delivery_recipient_import")
