"""The registry's acts: a unit confirms its list, the network centre exempts a column or retires it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from audits import tasks
from audits.desk.forms import (
    ChangeClassForm,
    ChangeSiteForm,
    ConfirmFilingForm,
    DowntimeForm,
    ExemptionForm,
    ReasonForm,
)
from audits.desk.permissions import today
from audits.desk.views.acts import Act, ActView
from audits.registry import services
from audits.registry.enums import ColumnStanding, SiteKind
from audits.registry.models import Column, Site
from audits.registry.queries import open_proposal


def _confirm_filing(site: Site, user: Any, said: Any) -> None:
    services.confirm_columns(site=site, actor=user, reason=said["reason"], now=timezone.now(), columns=said["columns"])


def _change_site(site: Site, user: Any, said: Any) -> None:
    values = {field: value for field, value in said.items() if field != "reason"}
    if services.change_site(site=site, values=values, actor=user, reason=said["reason"], now=timezone.now()):
        tasks.queue_follow_up()  # drafts are addressed to the unit


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


def _propose_retirement(column: Column, user: Any, said: Any) -> None:
    services.propose_retirement(column=column, actor=user, reason=said["reason"], now=timezone.now())


def _turn_down(column: Column, user: Any, said: Any) -> None:
    services.turn_down(column=column, actor=user, reason=said["reason"], now=timezone.now())


def _is_outside(column: Column, *standings: ColumnStanding) -> bool:
    """Columns of the portal follow their pages."""
    return column.site.kind == SiteKind.OUTSIDE and column.standing in standings


SITE_ACTS = {
    "confirm-filing": Act(
        name="confirm-filing",
        label=gettext_lazy("Confirm the filing form"),
        permission="audits.confirm_filing",
        allowed=lambda site: site.columns.on_trial().exists(),
        do=_confirm_filing,
        form=ConfirmFilingForm,
        hint=gettext_lazy(
            "List, class and rhythm of the ticked columns are right: they are judged from the next run on."
        ),
        done=gettext_lazy("Confirmed; these columns are judged from the next run on."),
        initial=lambda site: {"columns": site.columns.on_trial()},
    ),
    "change": Act(
        name="change",
        label=gettext_lazy("Change the site"),
        permission="audits.add_downtime",  # the network centre's: no unit takes its own site off the list
        allowed=lambda site: site.kind == SiteKind.OUTSIDE,
        do=_change_site,
        form=ChangeSiteForm,
        hint=gettext_lazy("Papers about the site go to its unit; without one, no case of the site can be confirmed."),
        done=gettext_lazy("Saved; the next run goes by it."),
        initial=lambda site: {field: getattr(site, field) for field in ("name", "unit", "login_required", "is_active")},
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
    "turn-down": Act(
        name="turn-down",
        label=gettext_lazy("Not a column"),
        permission="audits.change_column",
        allowed=lambda column: _is_outside(column, ColumnStanding.TRIAL),
        do=_turn_down,
        form=ReasonForm,
        hint=gettext_lazy(
            "What was found is no column: it is retired at once, not visited any more, and not found again."
        ),
        done=gettext_lazy("Retired."),
    ),
    "propose-retirement": Act(
        name="propose-retirement",
        label=gettext_lazy("Propose retirement"),
        permission="audits.change_column",
        allowed=lambda column: _is_outside(column, ColumnStanding.TRIAL, ColumnStanding.CONFIRMED),
        do=_propose_retirement,
        form=ReasonForm,
        hint=gettext_lazy("The column seems to be gone from its site; it is retired once that is confirmed."),
        done=gettext_lazy("Proposed; the retirement is to be confirmed."),
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
