"""A file of rows as spreadsheets write it: any of their separators and encodings."""

from typing import Any

from import_export.formats.base_formats import CSV
from tablib import Dataset, InvalidDimensions

SEPARATORS = (",", ";", "\t")  # a spreadsheet takes the one of its country
NOT_CSV = "This is not a CSV file. In a spreadsheet, save it as CSV UTF-8 and upload that."


class UnreadableFile(ValueError):
    """Why no rows can be read, in words for whoever uploads the file."""


class SpreadsheetCSV(CSV):
    """CSV as Excel and the like save it."""

    def create_dataset(self, in_stream: bytes | str, **kwargs: Any) -> Dataset:
        """Its rows, empty ones left out, under the names of its columns in lower case."""
        text = in_stream if isinstance(in_stream, str) else text_of(in_stream)
        try:
            read = super().create_dataset(text, delimiter=separator_of(text), **kwargs)
        except InvalidDimensions:
            raise UnreadableFile("A row has more cells than the first line has columns.") from None
        columns = [name.strip().lower().replace(" ", "_") for name in read.headers or []]
        return Dataset(*(row for row in read if any(row)), headers=columns or None)


def text_of(content: bytes) -> str:
    """UTF-8, or what Excel on Windows writes where it is not told to; raises UnreadableFile."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(NOT_CSV)


def separator_of(text: str) -> str:
    """The one the first line has most of."""
    first_line = text.split("\n", 1)[0]
    return max(SEPARATORS, key=first_line.count)
