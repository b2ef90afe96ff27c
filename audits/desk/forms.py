"""Forms of the desk: what a person has to say for an act."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audits.registry.models import Column, Site
from audits.rules.profiles import profile_codes, title_of
from audits.runs.dates import check_has_come, end_of_day
from crawler.reading.override import DATE_FORMAT, Trial
from portal.pages.enums import ColumnClass
from portal.units.models import Unit


def profile_choices() -> list[tuple[str, str]]:
    """Rule profiles, by the names people know them by."""
    return [(code, title_of(code)) for code in profile_codes()]


class StartRunForm(forms.Form):
    """An audit of one site or all, as of a day (its last second) or now."""

    site = forms.ModelChoiceField(
        queryset=Site.objects.filter(is_active=True).order_by("name"),
        required=False,
        label=_("site"),
        empty_label=_("all sites"),
    )
    profile = forms.ChoiceField(choices=profile_choices, label=_("rule profile"))
    as_of = forms.DateField(
        required=False,
        label=_("judged as of"),
        help_text=_("Empty: now."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_as_of(self) -> dt.datetime | None:
        day = self.cleaned_data["as_of"]
        if day is None:
            return None
        as_of = end_of_day(day)
        try:
            check_has_come(as_of, now=timezone.now())
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return as_of


class ReasonForm(forms.Form):
    """A name and a reason stand under every act."""

    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class SignForm(forms.Form):
    signatory = forms.CharField(label=_("signatory"), max_length=40)


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("reply"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class NoForm(forms.Form):
    """An act that needs no words."""


class ExemptionForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = forms.DateField(label=_("from"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(label=_("until"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end and end < start:
            raise ValidationError(_("The last day lies before the first."))
        return cleaned


class ChangeClassForm(forms.Form):
    """The class and rhythm a column is judged by from now on."""

    column_class = forms.ChoiceField(choices=ColumnClass.choices, label=_("column class"))
    rhythm_days = forms.IntegerField(
        label=_("update rhythm in days"),
        required=False,
        min_value=1,
        max_value=366,
        help_text=_("Only stricter than the rule; empty: the rule."),
    )
    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ConfirmFilingForm(forms.Form):
    """The columns of one site that are right; which there are is said for the site (`about`)."""

    columns = forms.ModelMultipleChoiceField(
        queryset=Column.objects.none(),
        label=_("columns on trial"),
        help_text=_("What is not ticked stays on trial."),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def about(self, site: Site) -> None:
        """Offer what is on trial. What somebody else has confirmed meanwhile may still be said: it stays so."""
        columns: Any = self.fields["columns"]
        columns.queryset = site.columns.all()
        columns.choices = [
            (
                column.pk,
                format_html(
                    '<span class="desk-address">{} · {}<br><span class="desk-quiet">{}</span></span>',
                    column.name,
                    column.get_column_class_display(),
                    column.url,
                ),
            )
            for column in site.columns.on_trial().select_related("site").order_by("pk")
        ]


class ChangeSiteForm(forms.Form):
    """Whose an outside site is, and how it is watched."""

    name = forms.CharField(label=_("name"), max_length=Site._meta.get_field("name").max_length)
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), label=_("unit"), required=False, empty_label=_("no unit")
    )
    login_required = forms.BooleanField(label=_("needs sign-in"), required=False)
    is_active = forms.BooleanField(
        label=_("active"), required=False, help_text=_("No inspection visits a site that is not active.")
    )
    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def about(self, site: Site) -> None:
        """Offer the units there are, and the one the site has even if that was dissolved."""
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.filter(Q(is_active=True) | Q(sites=site)).distinct().order_by("name")


class DowntimeForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    starts_at = forms.DateTimeField(label=_("starts at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ends_at = forms.DateTimeField(label=_("ends at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            raise ValidationError(_("It ends before it starts."))
        return cleaned


class OverrideForm(forms.Form):
    """How a person wants a column's page to be read. `tried` says what became of it on the saved page."""

    #: Which field is wrong, and the one line that says so.
    REFUSALS: ClassVar[dict[Trial, tuple[str, Any]]] = {
        Trial.BAD_SELECTOR: ("selector", _("This is no CSS selector.")),
        Trial.BAD_FORMAT: ("date_format", _("A date format names month and day once each, the year at most once.")),
        Trial.NO_MATCH: ("selector", _("The selector matches nothing visible on the saved page.")),
        Trial.NO_DATE: ("date_format", _("In nothing that the selector matches is a date written like this.")),
        Trial.ALL_FUTURE: ("date_format", _("All dates read like this lie after the day of the inspection.")),
    }

    selector = forms.CharField(
        label=_("CSS selector"),
        max_length=Column._meta.get_field("override_selector").max_length,
        help_text=_("Of the entries that bear the dates, for example: .list li"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    date_format = forms.CharField(
        label=_("date format"),
        required=False,
        max_length=Column._meta.get_field("override_date_format").max_length,
        help_text=_(
            "YYYY or YY is the year, MM or M the month, DD or D the day (one digit or two), all else is itself: "
            "YYYY-MM-DD, YYYY年M月D日, MM-DD. Empty: YYYY-MM-DD. Without a year, the newest that is not in the future."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_date_format(self) -> str:
        return self.cleaned_data["date_format"] or DATE_FORMAT

    def tried(self, came_to: Trial) -> bool:
        """Whether it reads; if it does not, the form says why."""
        if refusal := self.REFUSALS.get(came_to):
            self.add_error(*refusal)
        return came_to is Trial.READS
