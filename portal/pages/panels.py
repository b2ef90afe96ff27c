"""What waits for a person in the portal, on the first page of the workbench."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from portal.pages.approval import queries as approval
from portal.pages.models import ColumnPage
from portal.pages.permissions import DECIDE_SUBMISSION
from portal.pages.reading.queries import count_open_problems
from portal.pages.requests.enums import RequestState, SubmissionState
from portal.pages.requests.models import ColumnRequest, Submission
from portal.pages.requests.services import DECIDE_REQUEST
from portal.units.session import own_units, signed_in


class PortalTodoPanel(Component):
    """Only what there is; below "my columns", but above them for a person whom articles wait for."""

    name = "portal_todo"
    template_name = "pages/admin/todo.html"

    def __init__(self, request: HttpRequest) -> None:
        user = signed_in(request)
        waits = any(turn.is_of(user) for turn in approval.turns_of(request))
        self.order = 45 if waits else 60

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"todo": todo_of(parent_context["request"])}


def todo_of(request: HttpRequest) -> list[tuple[str, int, str]]:
    """What, how many, and the address that lists them, for whoever asks."""
    user = signed_in(request)
    mine = sum(turn.is_of(user) for turn in approval.turns_of(request))
    problems = count_open_problems(user, own_units(request))
    rows = [
        (_("Articles waiting for me"), mine, reverse("portal_approval:list")),
        (_("Problems with pages"), problems, reverse("portal_reading:problems")),
    ]
    if user.has_perm(DECIDE_REQUEST):
        asked = ColumnRequest.objects.filter(state=RequestState.ASKED).count()
        orphans = ColumnPage.objects.without_owner().count()
        rows += [
            (_("Requests about columns"), asked, reverse("portal_requests:columns")),
            (_("Columns without an owner"), orphans, reverse("portal_staffing:people")),
        ]
    if user.has_perm(DECIDE_SUBMISSION):
        offered = Submission.objects.filter(state=SubmissionState.OFFERED).count()
        rows.append((_("Submissions"), offered, reverse("portal_requests:submissions")))
    return [row for row in rows if row[1]]
