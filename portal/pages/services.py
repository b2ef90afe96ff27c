"""Building the page tree: what the sample, the tests and the importers use instead of the admin's forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from wagtail.log_actions import log
from wagtail.models import Page, Site, WorkflowPage
from wagtail.rich_text import RichText

from portal.pages.addresses import give_address
from portal.pages.models import ArticlePage, ColumnPage, HomePage, UnitPage
from portal.units.models import Person, Unit, User
from portal.units.services import ensure_groups, ensure_unit_groups

#: Held by the network centre (`portal.units.services.ensure_groups`).
IMPORT_OLD_DATES = "pages.import_old_dates"
TITLE_LENGTH = 255

#: Paragraphs of plain text, or a stream as Wagtail stores it: [("text", "<p>…</p>"), ("heading", "…"), …].
Body = str | Sequence[tuple[str, Any]]


@transaction.atomic
def ensure_home(
    *, title: str, base_url: str, county: str = "", contact_phone: str = "", site_id_code: str = ""
) -> HomePage:
    """The portal's front page and the Wagtail site that starts at it; made once, then returned as it is.

    `base_url` is where readers find the portal ("http://portal.example:8000"). `title` may begin with
    the name of the county, which the masthead then sets apart.
    """
    home = HomePage.objects.first()
    if home is not None:
        return home
    root = Page.get_first_root_node()
    welcome = Page.objects.child_of(root).filter(content_type__model="page")
    home = HomePage(
        title=title,
        slug="portal",
        county=county,
        contact_phone=contact_phone,
        site_id_code=site_id_code,
        live=False,  # until the site below leads to it, it has no address
    )
    root.add_child(instance=home)
    address = urlsplit(base_url)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": address.port or (443 if address.scheme == "https" else 80),
            "site_name": title,
            "root_page": home,
        },
    )
    # What a bare Wagtail brings: a page that greets, groups that may write everywhere, and an approval by one of them.
    for page in welcome:
        page.delete()
    WorkflowPage.objects.filter(page=root).delete()
    Group.objects.filter(name__in=("Editors", "Moderators")).delete()
    home.save_revision().publish()
    ensure_groups()  # what the network centre may do begins at this page
    return home


@transaction.atomic
def add_unit_page(*, home: HomePage, unit: Unit) -> UnitPage:
    """A unit's section (its address is the unit's code) and the groups that may write in it."""
    page = UnitPage(title=unit.name, slug=unit.code, unit=unit)
    Page.objects.get(pk=home.pk).add_child(instance=page)
    ensure_unit_groups(unit=unit)
    return page


@transaction.atomic
def add_column_page(
    *,
    unit_page: UnitPage,
    title: str,
    slug: str,
    column_class: str,
    rhythm_days: int | None = None,
    leader: Person | None = None,
    officer: Person | None = None,
    intro: str = "",
) -> ColumnPage:
    """Open a column in a unit's section. `rhythm_days` is only for a rhythm stricter than the rule."""
    page = ColumnPage(
        title=title,
        slug=slug,
        column_class=column_class,
        rhythm_days=rhythm_days,
        leader=leader,
        officer=officer,
        intro=intro,
    )
    Page.objects.get(pk=unit_page.pk).add_child(instance=page)
    return page


@transaction.atomic
def draft_article(
    *, column: ColumnPage, title: str, body: Body, owner: User | None = None, **fields: Any
) -> ArticlePage:
    """A draft in a column, with an address and a first revision. `fields`: other fields of ArticlePage."""
    article = ArticlePage(
        title=title[:TITLE_LENGTH],
        slug=give_address(timezone.localdate()),
        body=_stream(body),
        owner=owner,
        live=False,
        **fields,
    )
    # A fresh copy: treebeard keeps the number of children on the instance, and callers keep theirs for long.
    Page.objects.get(pk=column.pk).add_child(instance=article)
    article.save_revision(user=owner)
    return article


@transaction.atomic
def publish_article(
    *,
    column: ColumnPage,
    title: str,
    body: Body,
    published_at: dt.datetime | None = None,
    source: str = "",
    responsible_editor: str = "",
    owner: User | None = None,
) -> ArticlePage:
    """Publish an article. Without `published_at` (aware) the system sets 发布时间; only sample and tests give one."""
    article = draft_article(
        column=column,
        title=title,
        body=body,
        owner=owner,
        source=source,
        responsible_editor=responsible_editor,
        first_published_at=published_at,
    )
    article.latest_revision.publish(user=owner, skip_permission_checks=True)
    article.refresh_from_db()
    return article


@transaction.atomic
def import_article(
    *,
    column: ColumnPage,
    title: str,
    body: Body,
    published_at: dt.datetime,
    importer: User,
    now: dt.datetime,
    **fields: Any,
) -> ArticlePage:
    """Bring in old content with the publish time (aware) it had elsewhere: marked as imported, and logged.

    Raises PermissionDenied for someone without the right to import with old dates, ValueError for a time to come.
    """
    if not importer.has_perm(IMPORT_OLD_DATES):
        raise PermissionDenied
    if published_at > now:
        raise ValueError(f"发布时间{timezone.localtime(published_at):%Y-%m-%d %H:%M}晚于现在")
    article = draft_article(
        column=column,
        title=title,
        body=body,
        owner=importer,
        first_published_at=published_at,
        imported_at=now,
        **fields,
    )
    article.latest_revision.publish(user=importer, skip_permission_checks=True)
    article.refresh_from_db()
    log(article, "portal.import", user=importer, data={"published_at": published_at.isoformat()})
    return article


@transaction.atomic
def copy_article(*, article: ArticlePage, column: ColumnPage, user: User, **fields: Any) -> ArticlePage:
    """A draft in a column with the content of another article; `fields` override those of the article."""
    draft = article.get_latest_revision_as_object()
    kept = ("source", "responsible_editor", "document_number", "issuing_body", "issued_on", "validity", "event_on")
    values = {name: getattr(draft, name) for name in kept}
    return draft_article(column=column, title=draft.title, body=draft.body, owner=user, **{**values, **fields})


def _stream(body: Body) -> Sequence[tuple[str, Any]]:
    if not isinstance(body, str):
        return body
    paragraphs = [line.strip() for line in body.splitlines() if line.strip()]
    return [("text", RichText("".join(f"<p>{escape(line)}</p>" for line in paragraphs)))]
