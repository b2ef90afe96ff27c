"""Building the page tree: what the sample, the tests and the importers use instead of the admin's forms."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from wagtail.models import Page, Site, WorkflowPage
from wagtail.rich_text import RichText

from portal.pages.addresses import article_slug
from portal.pages.models import ArticlePage, ColumnPage, HomePage, UnitPage
from portal.units.models import Person, Unit, User
from portal.units.services import ensure_unit_groups

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
    """Publish an article. Without `published_at` the system sets 发布时间; only importers give one (aware)."""
    uid = uuid.uuid4()
    day = timezone.localdate(published_at) if published_at else timezone.localdate()
    article = ArticlePage(
        title=title,
        slug=article_slug(uid=uid, day=day),
        uid=uid,
        source=source,
        responsible_editor=responsible_editor,
        body=_stream(body),
        owner=owner,
        live=False,
        first_published_at=published_at,
    )
    # A fresh copy: treebeard keeps the number of children on the instance, and callers keep theirs for long.
    Page.objects.get(pk=column.pk).add_child(instance=article)
    article.save_revision(user=owner).publish(user=owner, skip_permission_checks=True)
    article.refresh_from_db()
    return article


def _stream(body: Body) -> Sequence[tuple[str, Any]]:
    if not isinstance(body, str):
        return body
    paragraphs = [line.strip() for line in body.splitlines() if line.strip()]
    return [("text", RichText("".join(f"<p>{escape(line)}</p>" for line in paragraphs)))]
