"""Spreadsheets of the desk: local times, and text that no spreadsheet program takes for a formula."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone
from wagtail.admin.views.mixins import SpreadsheetExportMixin

#: A cell that begins with one of these is run as a formula by spreadsheet programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"


def as_text(value: Any) -> Any:
    """Strings that would be run as formulas get an apostrophe in front; all else is left alone."""
    text = str(value) if value is not None and not isinstance(value, int | float | dt.date | dt.datetime) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


def local(value: dt.datetime) -> dt.datetime:
    """Civil time in Asia/Shanghai without a zone, as spreadsheets keep it."""
    return timezone.make_naive(value) if timezone.is_aware(value) else value


class SafeExportMixin(SpreadsheetExportMixin):
    """Mix in before a view that exports."""

    custom_value_preprocess = {
        **SpreadsheetExportMixin.custom_value_preprocess,
        dt.datetime: {"xlsx": local, "csv": lambda value: local(value).strftime("%Y-%m-%d %H:%M")},
    }

    def get_preprocess_function(self, field: str, value: Any, export_format: str) -> Callable[[Any], Any] | None:
        if isinstance(value, dt.date | dt.datetime):
            return super().get_preprocess_function(field, value, export_format)
        return as_text

    def stream_csv(self, queryset: Any) -> Iterator[str]:
        # Spreadsheet programs in Chinese offices read a file without the mark as GBK.
        yield BYTE_ORDER_MARK
        yield from super().stream_csv(queryset)
