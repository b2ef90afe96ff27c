"""The registry's acts: a unit confirms its list, the network centre exempts a column or retires it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from audits.desk.forms import ChangeClassForm, DowntimeForm, ExemptionForm, ReasonForm
from audits.desk.permissions import today
from audits.desk.views.acts import Act, ActView
from audits.registry import services
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site
from audits.registry.queries import open_proposal


def _confirm_filing(site: Site, user: Any, said: Any) -> None:
    services.confirm_columns(site=site, actor=user, reason=said["reason"], now=timezone.now())


def _file_downtime(site: Site, user: Any, said: Any) -> None:
    services.file_downtime(site=site, approved_by=user, now=timezone.now(), **said)


def _exempt(column: Column, user: Any, said: Any) -> None:
    services.exempt(column=column, approved_by=user, now=timezone.now(), **said)


def _change_class(column: Column, user: Any, said: Any) -> None:
    services.change_class(column=column, actor=user, now=timezone.now(), **said)


def _terms(column: Column) -> dict[str, Any]:
    """What the column's page asks for, else what holds now."""
    proposal = open_proposal(column)
    return proposal.after if proposal else {"column_class": column.column_class, "rhythm_days": column.rhythm_days}


def _clear_override(column: Column, user: Any, said: Any) -> None:
    services.clear_override(column=column, actor=user, reason=said["reason"], now=timezone.now())


def _retire(column: Column, user: Any, said: Any) -> None:
    services.confirm_retirement(column=column, actor=user, reason=said["reason"], now=timezone.now())


def _keep(column: Column, user: Any, said: Any) -> None:
    services.withdraw_retirement(column=column, actor=user, reason=said["reason"], now=timezone.now())


SITE_ACTS = {
    "confirm-filing": Act(
        name="confirm-filing",
        label=gettext_lazy("Confirm the filing form"),
        permission="audits.confirm_filing",
        allowed=lambda site: site.columns.filter(standing=ColumnStanding.TRIAL).exists(),
        do=_confirm_filing,
        form=ReasonForm,
        hint=gettext_lazy(
            "List, class and rhythm of the columns on trial are right: they are judged from the next run on."
        ),
        done=gettext_lazy("Confirmed; these columns are judged from the next run on."),
    ),
    "file-downtime": Act(
        name="file-downtime",
        label=gettext_lazy("File a downtime"),
        permission="audits.add_downtime",
        allowed=lambda site: site.is_active,
        do=_file_downtime,
        form=DowntimeForm,
        hint=gettext_lazy("While the site is stopped, that it cannot be reached is not held against the unit."),
        done=gettext_lazy("Filed."),
    ),
}

COLUMN_ACTS = {
    "exempt": Act(
        name="exempt",
        label=gettext_lazy("Exempt"),
        permission="audits.add_exemption",
        allowed=lambda column: column.standing == ColumnStanding.CONFIRMED,
        do=_exempt,
        form=ExemptionForm,
        hint=gettext_lazy("The column need not be updated between these days, both included."),
        done=gettext_lazy("Exempted."),
        initial=lambda column: {"valid_from": today()},
    ),
    "change-class": Act(
        name="change-class",
        label=gettext_lazy("Change class or rhythm"),
        permission="audits.change_column",
        allowed=lambda column: column.standing in (ColumnStanding.TRIAL, ColumnStanding.CONFIRMED),
        do=_change_class,
        form=ChangeClassForm,
        hint=gettext_lazy("The column is judged by this class and rhythm from the next run on."),
        done=gettext_lazy("Changed; the next run judges by it."),
        initial=_terms,
    ),
    "clear-override": Act(
        name="clear-override",
        label=gettext_lazy("Read automatically again"),
        permission="audits.change_column",
        allowed=lambda column: bool(column.override_selector),
        do=_clear_override,
        form=ReasonForm,
        hint=gettext_lazy("Selector and date format are taken away: the next run reads the page as it sees fit."),
        done=gettext_lazy("Taken away; the next run reads the page as it sees fit."),
    ),
    "retire": Act(
        name="retire",
        label=gettext_lazy("Confirm retirement"),
        permission="audits.change_column",
        allowed=lambda column: column.standing == ColumnStanding.RETIRING,
        do=_retire,
        form=ReasonForm,
        hint=gettext_lazy("The column is not visited any more; what was found of it stays."),
        done=gettext_lazy("Retired."),
    ),
    "keep": Act(
        name="keep",
        label=gettext_lazy("Keep watching"),
        permission="audits.change_column",
        allowed=lambda column: column.standing == ColumnStanding.RETIRING,
        do=_keep,
        form=ReasonForm,
        hint=gettext_lazy("The column is still there: it stays under watch as before."),
        done=gettext_lazy("The column stays under watch."),
    ),
}


class SiteActView(ActView):
    model = Site
    acts = SITE_ACTS
    unit_path = "unit"
    inspect_url_name = "audit_sites:inspect"


class ColumnActView(ActView):
    model = Column
    acts = COLUMN_ACTS
    unit_path = "site__unit"
    inspect_url_name = "audit_columns:inspect"
