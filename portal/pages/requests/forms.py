"""What units type in about columns and submissions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages import rhythm
from portal.pages.enums import ColumnClass
from portal.pages.models import ColumnPage
from portal.pages.requests.enums import RequestKind
from portal.pages.requests.models import ColumnRequest
from portal.units.enums import Role
from portal.units.models import Person
from portal.units.queries import people_answering_for

#: Fields that only some kinds of request ask for.
ASKED_FOR = {
    **dict.fromkeys(("title", "column_class", "rhythm_days", "leader", "officer"), (RequestKind.OPEN,)),
    "column": (RequestKind.EXEMPT, RequestKind.MERGE, RequestKind.CLOSE),
    "into": (RequestKind.MERGE,),
    "until": (RequestKind.EXEMPT,),
}
#: Without which no column is opened.
OPENED_WITH = ("title", "column_class", "leader", "officer")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _rhythm_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Update rhythm in days"),
        required=False,
        min_value=1,
        max_value=366,
        help_text=_("Only stricter than the rule; empty: the rule."),
    )


class AskForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is asked"), choices=RequestKind.choices)
    title = forms.CharField(label=_("Name of the new column"), max_length=40, required=False)
    column_class = forms.ChoiceField(label=_("Column class"), required=False)
    rhythm_days = _rhythm_field()
    leader = forms.ModelChoiceField(label=_("Leader in charge"), queryset=Person.objects.none(), required=False)
    officer = forms.ModelChoiceField(label=_("Information officer"), queryset=Person.objects.none(), required=False)
    column = forms.ModelChoiceField(
        label=_("Which column"),
        queryset=ColumnPage.objects.none(),
        required=False,
        help_text=_("For an exemption, a merger or a closure."),
    )
    into = forms.ModelChoiceField(label=_("Merge into"), queryset=ColumnPage.objects.none(), required=False)
    until = forms.DateField(label=_("Exempt until"), widget=DAY, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, columns: Any, leaders: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column_class"].choices = [("", _("Choose one")), *ColumnClass.choices]  # type: ignore[attr-defined]
        for name, rows in (("column", columns), ("into", columns), ("leader", leaders), ("officer", officers)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Choose one")  # type: ignore[attr-defined]
        for name, kinds in ASKED_FOR.items():
            self.fields[name].asked_for = " ".join(kinds)  # type: ignore[attr-defined]  # for the template

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == RequestKind.OPEN:
            for name in OPENED_WITH:
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, self.fields[name].error_messages["required"])
            _say_if_loose(self, cleaned)
        return cleaned


class OpeningForm(forms.Form):
    """With what the network centre opens a column: as the unit asked, or changed."""

    column_class = forms.ChoiceField(label=_("Column class"), choices=ColumnClass.choices)
    rhythm_days = _rhythm_field()
    leader = forms.ModelChoiceField(label=_("Leader in charge"), queryset=Person.objects.none())
    officer = forms.ModelChoiceField(label=_("Information officer"), queryset=Person.objects.none())
    slug = forms.SlugField(
        label=_("Short address of the column (letters and digits)"), min_length=2, max_length=30, allow_unicode=False
    )

    def __init__(self, data: Any = None, *, asked: ColumnRequest, today: dt.date) -> None:
        names = ("column_class", "rhythm_days", "leader", "officer")
        initial = {name: getattr(asked, name) for name in names} | {"slug": f"c{asked.pk}"}
        super().__init__(data, initial=initial, auto_id=f"id_{asked.pk}_%s")
        self.asked = asked
        for name, role in (("leader", Role.LEADER), ("officer", Role.EDITOR)):
            self.fields[name].queryset = people_answering_for(asked.unit, today, role)  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Choose one")  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if self.asked.unit.page.get_children().filter(slug=slug).exists():
            raise forms.ValidationError(_("This address is taken by another page of the unit."))
        return slug

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        _say_if_loose(self, cleaned)
        return cleaned


def _say_if_loose(form: forms.Form, cleaned: dict[str, Any]) -> None:
    loose = rhythm.problem_with(cleaned.get("column_class") or "", cleaned.get("rhythm_days"))
    if loose:
        form.add_error("rhythm_days", loose)


class OfferForm(forms.Form):
    column = forms.ModelChoiceField(label=_("County-level column"), queryset=ColumnPage.objects.none())

    def __init__(self, *args: Any, columns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column"].queryset = columns  # type: ignore[attr-defined]
        self.fields["column"].empty_label = _("Choose one")  # type: ignore[attr-defined]
