"""After publishing, the deadline it brought: told to whoever published."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from audits.desk.deadlines import next_due
from portal.pages.models import ArticlePage


def tell_the_new_deadline(request: HttpRequest, page: Page) -> None:
    """Hook of Wagtail's own "publish"; the portal's approval pages show the same through the template tag."""
    if not isinstance(page, ArticlePage) or page.first_published_at is None:
        return
    column = page.get_parent().specific
    due = next_due(column, timezone.localdate(page.first_published_at))
    if due:
        told = {"column": column.title, "date": due.isoformat()}
        messages.success(request, _("“%(column)s” is updated; the next update is due by %(date)s.") % told)
