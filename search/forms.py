"""What a reader may ask for on the results page."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from wagtail.models import Page

from portal.pages.models import ColumnPage, UnitPage
from search import queries


class SearchForm(forms.Form):
    """Words, filters and order; days are civil days (Asia/Shanghai), both included.

    Only units and columns that the reader may read are offered, and only those are accepted.
    """

    #: The fields that can make hits fewer.
    narrowing = ("unit", "column", "from", "to")

    q = forms.CharField(label=gettext_lazy("Search for"), required=False)

    def __init__(self, data: dict[str, str], *, request: HttpRequest) -> None:
        super().__init__(data, auto_id="search-%s")
        sections = list(queries.sections_to_choose(request=request))
        self._sections: dict[str, UnitPage] = {section.unit.code: section for section in sections}
        columns = list(queries.columns_to_choose(request=request))
        self._columns: dict[str, ColumnPage] = {str(column.pk): column for column in columns}
        chosen = self._sections.get(data.get("unit", ""))
        if chosen:
            columns = [column for column in columns if column.path.startswith(chosen.path)]

        # Built here because what may be chosen depends on the reader, and because `from` is a word of Python's own.
        self.fields["unit"] = _choice(
            gettext("Unit"),
            [("", gettext("All units")), *((code, section.title) for code, section in self._sections.items())],
        )
        self.fields["column"] = _choice(
            gettext("Column"), [("", gettext("All columns")), *_by_section(columns, sections)]
        )
        self.fields["from"] = _day(gettext("First day"))
        self.fields["to"] = _day(gettext("Last day"))
        self.fields["order"] = _choice(gettext("Order"), queries.Order.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("from"), cleaned.get("to")
        if since and until and since > until:
            self.add_error("to", gettext("The last day is before the first day."))
        return cleaned

    def filters(self) -> queries.Filters:
        """The filters of a valid form."""
        return queries.Filters(
            section=self._sections.get(self.cleaned_data["unit"]),
            column=self._columns.get(self.cleaned_data["column"]),
            since=self.cleaned_data["from"],
            until=self.cleaned_data["to"],
        )


def _by_section(columns: list[ColumnPage], sections: list[UnitPage]) -> list[tuple[str, list[tuple[str, str]]]]:
    titles = {section.path: section.title for section in sections}
    return [
        (titles[path], [(str(column.pk), column.title) for column in group])
        for path, group in groupby(columns, key=lambda column: column.path[: -Page.steplen])
        if path in titles
    ]


def _choice(label: str, choices: list[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=choices,
        error_messages={"invalid_choice": gettext("This is not one of the choices; choose again.")},
    )


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext("Write the day as 2026-11-18.")},
    )
