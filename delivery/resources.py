"""Recipients as a CSV file: what each column holds, and what a file may change."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import fields, resources
from import_export.widgets import Widget

from audit.log import log_event
from delivery.channels.registry import CHANNELS
from delivery.csv_cells import clock_of, escaped, list_of, moment_of, unescaped, yes_or_no
from delivery.models import Recipient
from delivery.recipient_edits import consent_refusal, save_recipient
from delivery.tag_choices import wants_refusal

COLUMNS = (
    "name",
    "channel",
    "address",
    "language",
    "symbols",
    "strategies",
    "min_confidence",
    "gets_alerts",
    "gets_results",
    "quiet_from",
    "quiet_until",
    "time_zone",
    "is_active",
    "opted_in_at",
    "opt_in_source",
)
KNOWN_BY = ("channel", "address")  # what tells one recipient from another


def columns_fault(columns: Sequence[str]) -> str:
    """What is wrong with the first line of a file; "" if nothing is."""
    if unknown := [name for name in columns if name not in COLUMNS]:
        return f"No such column: {', '.join(unknown)}. There are {', '.join(COLUMNS)}."
    if missing := [name for name in KNOWN_BY if name not in columns]:
        return f"The first line must name the columns; it lacks {' and '.join(missing)}."
    return ""


class Cell(Widget):
    """A value read and written by two plain functions; reading raises ValueError in plain words."""

    def __init__(self, read: Callable[[str], Any], write: Callable[[Any], str] = str) -> None:
        super().__init__()
        self.read, self.write = read, write

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.read("" if value is None else str(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self.write(value)


class Wanted(fields.Field):
    """The values of one tag out of a recipient's wishes, separated by commas."""

    def __init__(self, tag: str, column_name: str) -> None:
        super().__init__(
            attribute="wants", column_name=column_name, widget=Cell(list_of, ", ".join)
        )
        self.tag = tag

    def get_value(self, instance: Recipient) -> list[str]:
        return instance.wants.get(self.tag, []) if instance.wants else []

    def save(self, instance: Recipient, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        values = self.clean(row)
        kept = {self.tag: self.get_value(instance)}
        if refusal := wants_refusal({self.tag: values}, kept=kept):
            raise ValueError(refusal)
        instance.wants = {**instance.wants, self.tag: values}


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ".") or 0)  # half the world writes 0,5
    except ValueError:
        raise ValueError(f"Write a number from 0 to 1, not {text!r}.") from None


def _column(name: str, read: Callable[[str], Any], write: Callable[[Any], str] = str) -> Any:
    return fields.Field(attribute=name, column_name=name, widget=Cell(read, write))


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


class RecipientResource(resources.ModelResource):
    """Known by channel and address, so the same file twice changes nothing.

    Nothing is imported unless every row is right. No column ends an opt-out.
    """

    symbols = Wanted("symbol", "symbols")
    strategies = Wanted("strategy", "strategies")
    min_confidence = _column("min_confidence", _number)
    gets_alerts = _column("gets_alerts", yes_or_no, _yes_no)
    gets_results = _column("gets_results", yes_or_no, _yes_no)
    is_active = _column("is_active", yes_or_no, _yes_no)
    quiet_from = _column("quiet_from", clock_of, "{:%H:%M}".format)
    quiet_until = _column("quiet_until", clock_of, "{:%H:%M}".format)
    opted_in_at = _column("opted_in_at", moment_of, "{:%Y-%m-%dT%H:%M:%S%z}".format)

    class Meta:
        model = Recipient
        fields = import_order = export_order = COLUMNS
        import_id_fields = KNOWN_BY
        clean_model_instances = True
        skip_unchanged = True
        use_transactions = True

    def __init__(self, *, by: str = "desk", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by = by  # who imports

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Refuse columns nobody knows: a misspelt one would be left out in silence."""
        if fault := columns_fault(dataset.headers or []):
            raise ValueError(fault)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """The address as its channel stores it, so that the recipient is found again."""
        for column, value in row.items():
            row[column] = unescaped(value) if isinstance(value, str) else value
        row["channel"] = str(row.get("channel") or "").lower()
        channel = CHANNELS.get(row["channel"])
        if channel is None:
            raise ValidationError({"channel": f"Write one of {', '.join(CHANNELS)}."})
        try:
            row["address"] = channel.clean_address(str(row.get("address") or ""))
        except ValueError as error:
            raise ValidationError({"address": str(error)}) from None

    def validate_instance(self, instance: Recipient, *args: Any, **kwargs: Any) -> None:
        super().validate_instance(instance, *args, **kwargs)
        if refusal := consent_refusal(instance, now=timezone.now()):
            raise ValidationError({"opted_in_at": refusal})

    def do_instance_save(self, instance: Recipient, is_create: bool) -> None:
        save_recipient(instance, by=self.by, now=timezone.now())

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """One line in the log, in the import's transaction: a preview leaves nothing."""
        super().after_import(dataset, result, **kwargs)
        counts = {what: result.totals[what] for what in ("new", "update", "skip")}
        new, changed, same = counts.values()
        log_event(
            "recipient.imported",
            at=timezone.now(),
            actor=self.by,
            subject="recipients",
            text=f"Recipients were imported: {new} new, {changed} changed, {same} as they were.",
            payload=counts,
        )

    def export_field(self, field: Any, instance: Recipient, **kwargs: Any) -> str:
        return escaped(str(super().export_field(field, instance, **kwargs)))
