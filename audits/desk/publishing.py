"""After publishing, the deadline it brought: told to whoever published."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from audits.desk.deadlines import standing
from audits.desk.queries import newest_verdicts, with_newest_verdict
from audits.registry.models import Column
from portal.pages.models import ArticlePage


def tell_the_new_deadline(request: HttpRequest, page: Page) -> None:
    """Hook of Wagtail's own "publish"; the portal's approval pages show the same through the template tag."""
    if not isinstance(page, ArticlePage) or page.first_published_at is None:
        return
    column = page.get_parent().specific
    judged = with_newest_verdict(Column.objects.filter(page=column), "pk")
    verdict = next(iter(newest_verdicts(judged).values()), None)
    now = standing(
        column,
        state=verdict.state if verdict else "",
        seen=None,
        due_on=None,
        published=timezone.localdate(page.first_published_at),
        today=timezone.localdate(),
    )
    if now.due_on:
        told = {"column": column.title, "date": now.due_on.isoformat()}
        messages.success(request, _("“%(column)s” is updated; the next update is due by %(date)s.") % told)
