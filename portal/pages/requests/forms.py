"""What units type in about columns and submissions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages.enums import ColumnClass
from portal.pages.models import ColumnPage
from portal.pages.requests.enums import RequestKind
from portal.units.models import Person

#: Fields that only some kinds of request ask for.
ASKED_FOR = {
    **dict.fromkeys(("title", "column_class", "rhythm_days", "leader", "officer"), (RequestKind.OPEN,)),
    "column": (RequestKind.EXEMPT, RequestKind.MERGE, RequestKind.CLOSE),
    "into": (RequestKind.MERGE,),
    "until": (RequestKind.EXEMPT,),
}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AskForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is asked"), choices=RequestKind.choices)
    title = forms.CharField(label=_("Name of the new column"), max_length=40, required=False)
    column_class = forms.ChoiceField(label=_("Column class"), required=False)
    rhythm_days = forms.IntegerField(
        label=_("Update rhythm in days"),
        required=False,
        min_value=1,
        max_value=366,
        help_text=_("Only stricter than the rule; empty: the rule."),
    )
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
        self.fields["column_class"].choices = [("", _("Choose")), *ColumnClass.choices]  # type: ignore[attr-defined]
        for name, rows in (("column", columns), ("into", columns), ("leader", leaders), ("officer", officers)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Choose")  # type: ignore[attr-defined]
        for name, kinds in ASKED_FOR.items():
            self.fields[name].asked_for = " ".join(kinds)  # type: ignore[attr-defined]  # for the template


class OfferForm(forms.Form):
    column = forms.ModelChoiceField(label=_("County-level column"), queryset=ColumnPage.objects.none())

    def __init__(self, *args: Any, columns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column"].queryset = columns  # type: ignore[attr-defined]
        self.fields["column"].empty_label = _("Choose")  # type: ignore[attr-defined]
