"""What a reader may ask for on the results page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from portal.pages.enums import ColumnClass
from search import queries
from search.reach import Section


class SearchForm(forms.Form):
    """Words, filters and order; days are civil days (Asia/Shanghai), both included.

    Only units that the reader may read are accepted.
    """

    q = forms.CharField(label=gettext_lazy("Search for"), required=False)

    def __init__(self, data: dict[str, str], *, sections: list[Section]) -> None:
        super().__init__(data, auto_id="search-%s")
        # Built here because what may be chosen depends on the reader, and because `from` is a word of Python's own.
        self.fields["unit"] = _choice(gettext("Unit"), [(section.unit_code, section.title) for section in sections])
        self.fields["class"] = _choice(gettext("Column class"), ColumnClass.choices)
        self.fields["kind"] = _choice(gettext("Kind"), queries.Kind.choices)
        self.fields["period"] = _choice(gettext("Period"), queries.Period.choices)
        self.fields["from"] = _day(gettext("First day"))
        self.fields["to"] = _day(gettext("Last day"))
        self.fields["order"] = _choice(gettext("Order"), queries.Order.choices, empty=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("from"), cleaned.get("to")
        if since and until and since > until:
            self.add_error("to", gettext("The last day is before the first day."))
        return cleaned

    def filters(self) -> queries.Filters:
        """The filters of a valid form."""
        return queries.Filters(
            unit=self.cleaned_data["unit"],
            column_class=self.cleaned_data["class"],
            kind=self.cleaned_data["kind"],
            period=self.cleaned_data["period"],
            since=self.cleaned_data["from"],
            until=self.cleaned_data["to"],
        )


def _choice(label: str, choices: list[Any], *, empty: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        # A hundred units are looked through only where one is named.
        choices=lambda: [("", ""), *choices] if empty else choices,
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
