"""The network centre's pages about people; below /staff/."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.pages.models import ColumnPage, UnitPage
from portal.pages.staffing import services
from portal.pages.staffing.forms import LeaveForm, SheetForm
from portal.units import accounts
from portal.units.enums import UNIT_ROLES
from portal.units.models import Membership, Person, Unit, User
from portal.units.session import signed_in

MANAGES_PEOPLE = "units.change_membership"


def _centre(request: HttpRequest) -> User:
    user = signed_in(request)
    if not user.has_perm(MANAGES_PEOPLE):
        raise PermissionDenied
    return user


@login_required(login_url="sign_in")
def people(request: HttpRequest) -> HttpResponse:
    """Who holds which role today, unit by unit, and the columns without an owner."""
    _centre(request)
    today = timezone.localdate()
    asked = request.GET.get("unit", "")
    unit = Unit.objects.filter(pk=int(asked) if asked.isdecimal() else 0).first()
    unit = unit or Unit.objects.active().order_by("name").first()
    members = Membership.objects.on(today).filter(unit=unit).select_related("person__user", "successor")
    members = members.order_by("role", "pk")
    context = {
        "unit": unit,
        "units": Unit.objects.active().order_by("name"),
        "members": members,
        "orphans": _without_owner(),
    }
    return render(request, "staffing/people.html", context)


def _without_owner() -> list[tuple[str, ColumnPage]]:
    """(Name of the unit's section, column) of columns that nobody answers for."""
    sections = dict(UnitPage.objects.values_list("path", "title"))
    columns = ColumnPage.objects.without_owner().order_by("path")[:200]
    return [(sections[column.path[: -UnitPage.steplen]], column) for column in columns]


@login_required(login_url="sign_in")
def import_accounts(request: HttpRequest) -> HttpResponse:
    """Accounts from a sheet; the passwords are shown once, to be printed and handed over."""
    _centre(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    rows: list[accounts.AccountRow] = []
    made = False
    if request.method == "POST" and form.is_valid():
        try:
            rows = accounts.read_accounts(form.cleaned_data["file"].read())
            accounts.make_accounts(rows=rows, day=timezone.localdate())
            made = True
        except accounts.AccountsError as error:
            form.add_error("file", str(error))
    response = render(request, "staffing/import.html", {"form": form, "rows": rows, "made": made})
    response["Cache-Control"] = "no-store"
    return response


@login_required(login_url="sign_in")
@require_POST
def one_time_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password for an account, shown once."""
    _centre(request)
    user = get_object_or_404(User.objects.exclude(is_superuser=True), pk=pk)
    password = accounts.give_one_time_password(user=user)
    response = render(request, "staffing/one_time_password.html", {"account": user, "password": password})
    response["Cache-Control"] = "no-store"
    return response


@login_required(login_url="sign_in")
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A person leaves a role; the columns go to a successor or stand without an owner."""
    _centre(request)
    membership = get_object_or_404(Membership.objects.select_related("person", "unit"), pk=pk)
    today = timezone.localdate()
    others = Membership.objects.on(today).filter(unit=membership.unit, role__in=UNIT_ROLES)
    colleagues = Person.objects.filter(memberships__in=others).exclude(pk=membership.person_id).distinct()
    known = {"last_day": membership.valid_until or today, "successor": membership.successor_id}
    form = LeaveForm(request.POST or None, people=colleagues, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            columns = services.leave_unit(membership=membership, today=today, **form.cleaned_data)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            told = {"person": membership.person.name, "count": len(columns), "day": form.cleaned_data["last_day"]}
            if form.cleaned_data["last_day"] < today:
                words = _("%(person)s leaves; %(count)s columns changed hands.")
            else:
                words = _("The last day of %(person)s is %(day)s; the columns change hands when it is over.")
            messages.success(request, words % told)
            return redirect(f"{reverse('portal_staffing:people')}?unit={membership.unit_id}")
    columns = services.columns_of(membership.person, membership.unit_id)
    return render(request, "staffing/leave.html", {"membership": membership, "form": form, "columns": columns})
