"""What the network centre types in about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.units.models import Person

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SheetForm(forms.Form):
    file = forms.FileField(label=_("Sheet of accounts (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))


class LeaveForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), widget=DAY)
    successor = forms.ModelChoiceField(
        label=_("Who takes over the columns"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody yet: they stand without an owner"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]
