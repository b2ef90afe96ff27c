"""Content that comes in files, for editors and importers; below /intake/."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.files import AttachmentRules
from portal.pages.intake import services
from portal.pages.intake.document import DocumentError
from portal.pages.intake.models import ImportBatch
from portal.pages.intake.rows import RowsError
from portal.pages.models import ColumnPage
from portal.pages.services import IMPORT_OLD_DATES
from portal.units.session import signed_in


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"))

    def __init__(self, *args: Any, accept: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accept = tuple(accept.split(","))
        self.fields["file"].widget.attrs["accept"] = accept

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(self.accept):
            raise forms.ValidationError(_("Choose a file of this kind: %(kinds)s") % {"kinds": " ".join(self.accept)})
        limit = AttachmentRules.load().max_megabytes
        if file.size > limit * 2**20:
            raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit})
        return file


def _column(request: HttpRequest, pk: int) -> ColumnPage:
    """Raises Http404 for a column in which the person may not write: nobody learns that it is there."""
    column = get_object_or_404(ColumnPage, pk=pk)
    if not column.permissions_for_user(signed_in(request)).can_add_subpage():
        raise Http404
    return column


@login_required(login_url="sign_in")
def from_document(request: HttpRequest, column_pk: int) -> HttpResponse:
    """从文档发布: one .docx becomes a draft, shown as it will look, ready to be submitted."""
    column = _column(request, column_pk)
    form = FileForm(request.POST or None, request.FILES or None, accept=".docx")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            article, problems = services.draft_from_document(
                column=column, name=file.name, content=file.read(), user=signed_in(request)
            )
        except DocumentError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("The document is a draft now. Look it through, then submit it."))
            for problem in problems:
                messages.warning(request, problem)
            return redirect("portal_approval:detail", article.pk)
    return render(request, "intake/from_document.html", {"column": column, "form": form})


@login_required(login_url="sign_in")
def bulk(request: HttpRequest, column_pk: int) -> HttpResponse:
    """Hand in a file of old articles; it is only looked through."""
    column = _column(request, column_pk)
    if not signed_in(request).has_perm(IMPORT_OLD_DATES):
        raise PermissionDenied
    form = FileForm(request.POST or None, request.FILES or None, accept=".xlsx,.csv,.zip")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = services.look_through(
                column=column, name=file.name, content=file.read(), user=signed_in(request), now=timezone.now()
            )
        except RowsError as error:
            form.add_error("file", str(error))
        else:
            return redirect("portal_intake:batch", batch.pk)
    return render(request, "intake/bulk.html", {"column": column, "form": form})


@login_required(login_url="sign_in")
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a dry run, row by row, and the button that imports."""
    found = get_object_or_404(ImportBatch.objects.select_related("column"), pk=pk)
    _column(request, found.column_id)
    if not signed_in(request).has_perm(IMPORT_OLD_DATES):
        raise PermissionDenied
    if request.method == "POST":
        try:
            made = services.carry_out(batch=found, user=signed_in(request), now=timezone.now())
        except ValueError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(count)s articles were imported.") % {"count": made})
        return redirect("portal_intake:batch", found.pk)
    counts = {kind: sum(row["outcome"] == kind for row in found.report) for kind in ("ok", "known", "error")}
    return render(request, "intake/batch.html", {"batch": found, "column": found.column, "counts": counts})
