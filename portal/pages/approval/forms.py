"""What people type in during an approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.units.models import Person

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SeenForm(forms.Form):
    """For whoever lets out attachments that the system could not read as a whole."""

    attachments_seen = forms.BooleanField(
        label=_("I have opened each of these files and found no secrecy mark"), required=False
    )


class AgreeForm(SeenForm):
    conclusion = forms.CharField(label=_("Conclusion"), max_length=200, required=False)


class SendBackForm(forms.Form):
    comment = forms.CharField(
        label=_("What has to be changed"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class OfflineForm(forms.Form):
    signed_by = forms.ChoiceField(label=_("Signed on paper by"))
    photo = forms.ImageField(label=_("Photo of the signed sheet"), widget=forms.FileInput(attrs={"accept": "image/*"}))

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_by"].choices = [(person.name, person.name) for person in people]  # type: ignore[attr-defined]


class EmergencyForm(SeenForm):
    reason = forms.CharField(
        label=_("Reason, and which leader agreed"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeputyForm(forms.Form):
    leader = forms.ModelChoiceField(label=_("Leader in charge"), queryset=Person.objects.none())
    deputy = forms.ModelChoiceField(label=_("Deputy"), queryset=Person.objects.none())
    valid_from = forms.DateField(label=_("from"), widget=DAY)
    valid_until = forms.DateField(label=_("until"), widget=DAY)

    def __init__(self, *args: Any, leaders: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = leaders  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = people  # type: ignore[attr-defined]
