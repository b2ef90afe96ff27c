"""One page per act: what is about to happen, the words it needs, and a button."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from audits.desk.permissions import belongs_to, only_visible


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """Something a person may do to a row.

    `permission` is the full codename; with `by_unit`, only people of the row's unit have it. `allowed(row)`
    says whether the row is in a state for it. `do(row, user, cleaned data)` calls the workflow and may raise
    ValueError with one line for the person. `hint` says what will happen, `done` what has happened.
    `initial(row)` fills the form in; a form whose choices depend on the row has a method `about(row)`.
    """

    name: str
    label: Any
    permission: str
    allowed: Callable[[Any], bool]
    do: Callable[[Any, Any, Mapping[str, Any]], object]
    form: type[forms.Form]
    hint: Any
    done: Any
    by_unit: bool = False
    initial: Callable[[Any], dict[str, Any]] = lambda row: {}

    def permitted(self, user: Any, row: Any) -> bool:
        return user.has_perm(self.permission) and (not self.by_unit or belongs_to(user, row.unit))

    def open_to(self, user: Any, row: Any) -> bool:
        return self.allowed(row) and self.permitted(user, row)

    def asked(self, row: Any, said: Any = None) -> forms.Form:
        """The form, filled in by a person (`said`) or for them."""
        form = self.form(said, initial=self.initial(row))
        if hasattr(form, "about"):
            form.about(row)
        return form


class ActView(View):
    """Shows and carries out one of `acts` on a row the person may see."""

    model: ClassVar[type[Model]]
    acts: ClassVar[Mapping[str, Act]]
    unit_path: ClassVar[str]
    inspect_url_name: ClassVar[str]

    def visible_rows(self) -> QuerySet:
        return only_visible(self.model._default_manager.all(), self.request.user, self.unit_path)

    def dispatch(self, request: HttpRequest, *args: Any, pk: int, name: str, **kwargs: Any) -> HttpResponseBase:
        if name not in self.acts:
            raise Http404(name)
        self.act = self.acts[name]
        if not request.user.has_perm(self.act.permission):
            raise PermissionDenied
        self.row = get_object_or_404(self.visible_rows(), pk=pk)
        if not self.act.permitted(request.user, self.row):
            raise PermissionDenied
        if not self.act.allowed(self.row):
            messages.warning(
                request,
                _("“%(act)s” is not open as things stand; nothing was changed.") % {"act": self.act.label},
            )
            return redirect(self.inspect_url_name, self.row.pk)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.act.asked(self.row))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.act.asked(self.row, request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            self.act.do(self.row, request.user, form.cleaned_data)
        except ValueError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, self.act.done)
        return redirect(self.inspect_url_name, self.row.pk)

    def page(self, form: forms.Form) -> HttpResponse:
        context = {"act": self.act, "row": self.row, "form": form, "back": self.inspect_url_name}
        return render(self.request, "audits/desk/act.html", context)
