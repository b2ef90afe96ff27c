"""The page tree: HomePage > UnitPage (单位门户) > ColumnPage (栏目) > ArticlePage (稿件)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    Panel,
    PublishingPanel,
)
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager, PagePermissionTester
from wagtail.url_routing import RouteResult

from portal.pages import queries
from portal.pages.addresses import ARTICLES, AddressCounter, address_of
from portal.pages.blocks import ArticleBody
from portal.pages.enums import ColumnClass, Validity
from portal.pages.files import AttachmentRules
from portal.pages.forms import ArticleForm, ColumnForm, DayPanel, HeadlinePanel, Sheet
from portal.pages.permissions import ArticlePermissionTester, ColumnPermissionTester, SectionPermissionTester
from portal.units.enums import Role, UnitKind
from portal.units.models import Person, Unit, User
from portal.units.queries import people_by_role
from portal.units.session import units_read_for

__all__ = ["AddressCounter", "ArticlePage", "AttachmentRules", "ColumnPage", "HomePage", "PortalPage", "UnitPage"]

ARTICLES_PER_PAGE = 20
HOME_NOTICES = 8
HOME_ARTICLES_PER_KIND = 6
SECTION_ARTICLES = 12
RELATED_ARTICLES = 5
#: Fields of a column that its section shows, and that its address and its deadline are made of.
IN_SECTIONS = ("title", "slug", "path", "depth", "url_path", "column_class", "rhythm_days")
#: How long a notice counts as new.
NEW_FOR = dt.timedelta(days=3)
DESCRIPTION_LENGTH = 120


class PortalPage(Page):
    """What every page of the portal shares: the way back up, and the moment it is read."""

    objects = PageManager.from_queryset(queries.TreeQuerySet)()
    #: The page above, of a page that a request came to by the tree.
    above: PortalPage | None = None

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail's, which asks twice for each page on the way: for what it is, then for all of it."""
        if not path_components:
            return super().route(request, path_components)
        for kind in self.clean_subpage_models():
            page = kind.objects.child_of(self).filter(slug=path_components[0]).first()
            if page:
                page.above = self
                return page.route(request, path_components[1:])
        raise Http404(f"no page {path_components[0]!r} here")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Marked for `portal.pages.reading.cache`: whoever has not signed in reads the same."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        response.same_for_everyone = not getattr(request, "is_preview", False)  # type: ignore[attr-defined]
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        return {**context, "now": now, "today": timezone.localdate(now), "trail": self.trail()}

    def trail(self) -> list[Page]:
        """The pages above this one, the front page first."""
        if self.above:
            return [*self.above.trail(), self.above]
        return list(self.get_ancestors().filter(depth__gt=1))


class HomePage(PortalPage):
    """The portal's front page: the county's notices and what is new by kind of unit."""

    county = models.CharField(_("county"), max_length=40, blank=True)
    contact_phone = models.CharField(
        _("phone of the network centre"), max_length=40, blank=True, help_text=_("Whom to call; at the foot of pages.")
    )
    site_id_code = models.CharField(
        _("site identification code"), max_length=20, blank=True, help_text=_("网站标识码; empty if none was given.")
    )

    content_panels: ClassVar[list[Panel]] = [
        HeadlinePanel("title"),
        FieldPanel("county"),
        FieldPanel("contact_phone"),
        FieldPanel("site_id_code"),
    ]
    promote_panels: ClassVar[list[Panel]] = []
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["pages.UnitPage"]

    class Meta:
        verbose_name = _("home page")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Articles are found by their address; everything else by its place in the tree."""
        if len(path_components) != 2 or path_components[0] != ARTICLES:
            return super().route(request, path_components)
        article = ArticlePage.objects.filter(slug=path_components[1], alias_of__isnull=True, live=True).first()
        if article is None:
            raise Http404(f"no article {path_components[1]!r}")
        return RouteResult(article)

    def trail(self) -> list[Page]:
        return []

    @property
    def name_without_county(self) -> str:
        return self.title.removeprefix(self.county)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        today = context["today"]
        columns, articles = ColumnPage.objects.all(), queries.articles(request=request)
        sections = queries.sections(self, request=request)
        notices = queries.in_columns(articles, columns.filter(column_class=ColumnClass.NOTICE))
        named = {section.path: (section.short_name, section.url) for section in sections}
        of_kind = {kind: [section for section in sections if section.kind == kind] for kind in UnitKind}
        newest = queries.newest_of_each(articles, of_kind, most=HOME_ARTICLES_PER_KIND)
        of_unit = {section.unit_id: section for section in sections}
        own_section = next((of_unit[unit.pk] for unit in units_read_for(request) if unit.pk in of_unit), None)
        own_columns = list(columns.descendant_of(own_section).live()) if own_section else []
        return {
            **context,
            "notices": queries.headlines(queries.newest_first(notices)[:HOME_NOTICES], named, levels=2),
            "new_since": context["now"] - NEW_FOR,
            "kinds": [(kind, pages, newest[kind]) for kind, pages in of_kind.items()],
            "own_section": own_section,
            "own_columns": own_columns,
            "month": queries.figures_since(
                articles, dt.datetime.combine(today.replace(day=1), dt.time(), timezone.get_current_timezone())
            ),
        }


class UnitPage(PortalPage):
    """A unit's section of the portal; everything a unit's editors may touch lies below it."""

    unit = models.OneToOneField(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="page")

    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("unit"), FieldPanel("slug")]
    promote_panels: ClassVar[list[Panel]] = []
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = ["pages.ColumnPage"]

    class Meta:
        verbose_name = _("unit section")

    def permissions_for_user(self, user: User) -> PagePermissionTester:
        return SectionPermissionTester(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        columns = list(queries.readable(ColumnPage.objects.child_of(self).only(*IN_SECTIONS), request=request))
        articles = queries.articles(request=request, below=self)
        updated = queries.last_updates([column.path for column in columns], closed=queries.closed_to(request))
        newest = queries.newest_first(articles)[:SECTION_ARTICLES]
        named = {column.path: (column.title, column.get_url(request)) for column in columns}
        people = people_by_role(self.unit, context["today"])
        return {
            **context,
            "columns": [(column, named[column.path][1], updated.get(column.path)) for column in columns],
            "column_pages": columns,
            "updated": updated,
            "headlines": queries.headlines(newest, named, levels=1),
            "leaders": people.get(Role.LEADER, []),
            "officers": people.get(Role.EDITOR, []),
        }


class ColumnPageQuerySet(queries.TreeQuerySet):
    def descendant_of_unit(self, unit_id: int) -> ColumnPageQuerySet:
        """Columns of a unit's section."""
        section = UnitPage.objects.filter(unit=unit_id).first()
        return self.child_of(section) if section else self.none()

    def without_owner(self) -> ColumnPageQuerySet:
        """Live columns that nobody answers for."""
        return self.live().filter(models.Q(officer__isnull=True) | models.Q(leader__isnull=True))


class ColumnPage(PortalPage):
    """A column: a list of dated articles, its class, and who answers for it."""

    column_class = models.CharField(_("column class"), max_length=30, choices=ColumnClass.choices)
    rhythm_days = models.PositiveSmallIntegerField(
        _("update rhythm in days"), null=True, blank=True, help_text=_("Only stricter than the rule; empty: the rule.")
    )
    leader = models.ForeignKey(
        Person, verbose_name=_("leader in charge"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    officer = models.ForeignKey(
        Person,
        verbose_name=_("information officer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    intro = models.TextField(_("introduction"), blank=True)
    takes_submissions = models.BooleanField(
        _("county-level column"), default=False, help_text=_("Units may offer articles to it (信息报送).")
    )

    objects = PageManager.from_queryset(ColumnPageQuerySet)()

    base_form_class = ColumnForm
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("column_class"),
        FieldPanel("rhythm_days"),
        FieldPanel("leader"),
        FieldPanel("officer"),
        FieldPanel("intro"),
        FieldPanel("takes_submissions"),
        FieldPanel("slug"),
    ]
    promote_panels: ClassVar[list[Panel]] = []
    parent_page_types: ClassVar[list[str]] = ["pages.UnitPage"]
    subpage_types: ClassVar[list[str]] = ["pages.ArticlePage"]

    class Meta:
        verbose_name = _("column")

    @property
    def class_label(self) -> str:
        """As `get_column_class_display`, which translates every class to find the name of one; empty in a draft that
        has none yet.
        """
        return str(ColumnClass(self.column_class).label) if self.column_class else ""

    def permissions_for_user(self, user: User) -> PagePermissionTester:
        return ColumnPermissionTester(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        articles = queries.articles(request=request, below=self)
        years = queries.years(articles)
        year = request.GET.get("year", "")
        counts = {str(known): count for known, count, _newest in years}
        if year and year not in counts:
            raise Http404(f"no articles of {year!r} in this column")
        shown = articles.filter(first_published_at__year=int(year)) if year else articles
        pages = Paginator(queries.newest_first(shown), ARTICLES_PER_PAGE)
        pages.count = counts[year] if year else sum(counts.values())  # known already: not asked again
        articles_page = pages.get_page(request.GET.get("page"))
        listed: Any = articles_page.object_list
        here = (self.title, self.get_url(request) or "")
        return {
            **context,
            "column": self,
            "articles": articles_page,
            "headlines": queries.headlines(listed, {self.path: here}, levels=1),
            "page_numbers": pages.get_elided_page_range(articles_page.number, on_each_side=2, on_ends=1),
            "years": [known for known, _count, _newest in years],
            "year": year,
            "last_update": years[0][2] if years else None,
        }


class ArticlePage(PortalPage):
    """An article. Its publish time (发布时间) is Wagtail's `first_published_at`, which the system sets."""

    #: What is typed in as plain text and read by others: secrecy marks are looked for in it as in the body.
    TEXT_FIELDS: ClassVar[tuple[str, ...]] = (
        "title",
        "source",
        "responsible_editor",
        "document_number",
        "issuing_body",
    )
    #: Stable identity of an article across moves and renames; shown in a meta tag.
    #: An alias in another column shares it, and the address: it is the same article.
    uid = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    source = models.CharField(_("source"), max_length=80, blank=True)
    responsible_editor = models.CharField(_("responsible editor"), max_length=40, blank=True)
    body = StreamField(ArticleBody(), verbose_name=_("body"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    issuing_body = models.CharField(_("issuing body"), max_length=80, blank=True)
    issued_on = models.DateField(_("date of the document"), null=True, blank=True)
    validity = models.CharField(_("validity"), max_length=20, choices=Validity.choices, blank=True)
    event_on = models.DateField(
        _("day of the event"), null=True, blank=True, help_text=_("What is told of; it never counts as an update.")
    )
    #: Of a copy that the county office took over with edits: the unit's own article.
    copied_from = models.ForeignKey(
        "self",
        verbose_name=_("taken over from"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    #: When an importer brought it in with a publish time of its own; empty for what was published here.
    imported_at = models.DateTimeField(_("imported at"), null=True, blank=True, editable=False)

    base_form_class = ArticleForm
    content_panels: ClassVar[list[Panel]] = [
        HelpPanel(template="pages/panels/countdown.html"),
        HeadlinePanel("title", placeholder=_("Title"), help_text=" "),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("source"), FieldPanel("responsible_editor")]), DayPanel("event_on")],
            heading=_("Where it comes from"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("document_number"), FieldPanel("issuing_body")]),
                FieldRowPanel([DayPanel("issued_on"), FieldPanel("validity")]),
            ],
            heading=_("Official document"),
            classname="collapsed",
        ),
    ]
    edit_handler = Sheet([*content_panels, PublishingPanel()], base_form_class=ArticleForm)
    parent_page_types: ClassVar[list[str]] = ["pages.ColumnPage"]
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy: ClassVar[list[str]] = ["uid", "imported_at", "copied_from"]

    class Meta:
        verbose_name = _("article")
        permissions = [("import_old_dates", "Can import articles with the publish times they had elsewhere")]

    @property
    def description(self) -> str:
        """The beginning of the text, for meta tags and lists."""
        text = "".join(str(block.value) for block in self.body if block.block_type == "text")
        return Truncator(" ".join(strip_tags(text).split())).chars(DESCRIPTION_LENGTH)

    def permissions_for_user(self, user: User) -> ArticlePermissionTester:
        return ArticlePermissionTester(user, self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """An alias is the same article under the same address: told once."""
        urls: list[dict[str, Any]] = super().get_sitemap_urls(request)
        return [] if self.alias_of_id else urls

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Site, its root and /a/20261118-1234/, wherever in the tree the article stands."""
        parts = super().get_url_parts(request)
        if parts is None or parts[2] is None:
            return parts
        site_id, root_url, _path = parts
        return site_id, root_url, address_of(self.slug)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its place in the tree may change, so that way only leads on to the address."""
        address = self.get_url(request)
        if not getattr(request, "is_preview", False) and request.path != address:
            return HttpResponsePermanentRedirect(address)
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        *_home, section, column = context["trail"]
        siblings = queries.articles(request=request, below=column).exclude(pk=self.pk)
        here = {column.path: (column.title, column.get_url(request) or "")}
        return {
            **context,
            "column": column.specific,
            "section": section,
            "related": queries.headlines(queries.newest_first(siblings)[:RELATED_ARTICLES], here, levels=1),
        }


# Django looks for models here; those of an approval live with it, and need the pages above only by name.
from portal.pages.approval.models import Deputy, UnitTask, UnitTaskState  # noqa: E402, F401
from portal.pages.intake.models import ImportBatch  # noqa: E402, F401
from portal.pages.reading.models import PageProblem  # noqa: E402, F401
from portal.pages.requests.models import ColumnRequest, Submission  # noqa: E402, F401
