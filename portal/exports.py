"""Spreadsheets of listings: words instead of codes, local times, and no text that a program runs as a formula."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.template.defaultfilters import yesno
from django.utils import timezone
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.coreutils import multigetattr

#: A cell of a CSV file that begins with one of these is run as a formula by spreadsheet programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
CSV, XLSX = SpreadsheetExportMixin.FORMAT_CSV, SpreadsheetExportMixin.FORMAT_XLSX


def as_text(text: str) -> str:
    """Text that would be run as a formula gets an apostrophe in front; all else is left alone."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def local(value: dt.datetime) -> dt.datetime:
    """Civil time in Asia/Shanghai without a zone, to the second, as spreadsheets keep it."""
    return timezone.make_naive(value).replace(microsecond=0) if timezone.is_aware(value) else value


def words(of_code: Callable[[Any], Any]) -> dict[str, Callable[[Any], str]]:
    """For `custom_field_preprocess`: a code is exported as `of_code` calls it, no code as nothing."""
    return dict.fromkeys((CSV, XLSX), lambda code: str(of_code(code)) if code else "")


class SafeExportMixin(SpreadsheetExportMixin):
    """Mix in before a view that exports."""

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {field: _value(item, field) for field in self.list_export}

    def get_preprocess_function(self, field: str, value: Any, export_format: str) -> Callable[[Any], Any] | None:
        if export_format in self.custom_field_preprocess.get(field, {}):
            return self.custom_field_preprocess[field][export_format]
        if value is None or isinstance(value, int | dt.datetime | dt.date):
            return _typed if export_format == XLSX else _written
        # Cells of a workbook know that they are text, but take no control characters.
        if export_format == XLSX:
            return lambda value: ILLEGAL_CHARACTERS_RE.sub("", str(value))
        return lambda value: as_text(str(value))

    def get_heading(self, queryset: Any, field: str) -> str:
        return as_text(super().get_heading(queryset, field))

    def stream_csv(self, queryset: Any) -> Iterator[str]:
        # Spreadsheet programs in Chinese offices read a file without the mark as GBK.
        yield BYTE_ORDER_MARK
        yield from super().stream_csv(queryset)


def _value(item: Any, field: str) -> Any:
    """A field at a dotted path; of one with choices, the word."""
    path, _dot, name = field.rpartition(".")
    owner = multigetattr(item, path) if path else item
    display = getattr(owner, f"get_{name}_display", None)
    return display() if display else multigetattr(item, field)


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return yesno(value)
    return local(value) if isinstance(value, dt.datetime) else value


def _written(value: Any) -> Any:
    value = _typed(value)
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else value
