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
from django.views import View

from audits.desk.permissions import only_visible


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """Something a person may do to a row.

    `permission` is the full codename. `allowed(row)` says whether the row is in a state for it, without
    asking the database again. `do(row, user, cleaned data)` calls the workflow and may raise ValueError
    with one line for the person.
    """

    name: str
    label: Any
    permission: str
    allowed: Callable[[Any], bool]
    do: Callable[[Any, Any, Mapping[str, Any]], object]
    form: type[forms.Form]
    done: Any

    def open_to(self, user: Any, row: Any) -> bool:
        return user.has_perm(self.permission) and self.allowed(row)


class ActView(View):
    """Shows and carries out one of `acts` on a row the person may see."""

    model: ClassVar[type[Model]]
    acts: ClassVar[Mapping[str, Act]]
    unit_path: ClassVar[str]
    inspect_url_name: ClassVar[str]

    def get_queryset(self) -> QuerySet:
        return only_visible(self.model._default_manager.all(), self.request.user, self.unit_path)

    def dispatch(self, request: HttpRequest, *args: Any, pk: int, name: str, **kwargs: Any) -> HttpResponseBase:
        if name not in self.acts:
            raise Http404(name)
        self.act = self.acts[name]
        if not request.user.has_perm(self.act.permission):
            raise PermissionDenied
        self.row = get_object_or_404(self.get_queryset(), pk=pk)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.act.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.act.form(request.POST)
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
