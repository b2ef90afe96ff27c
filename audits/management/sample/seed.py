"""The sample county, written into the portal and the registry: all of it or nothing, once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.html import escape
from wagtail.models import Page, PageViewRestriction
from wagtail.rich_text import RichText
from wagtail.signal_handlers import disable_reference_index_auto_update

from audits.management.sample import county
from audits.management.sample.articles import SHANGHAI, Article, write_county
from audits.management.sample.places import column_path
from audits.registry import services as registry
from audits.registry.enums import SiteKind
from audits.registry.models import Column, Site
from portal.pages.addresses import give_address
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.services import add_column_page, add_unit_page, ensure_home
from portal.units.enums import Role
from portal.units.models import Person, Unit, User
from portal.units.services import enrol, ensure_groups

#: The sites' ports as seeded; the demo moves a site whose port is taken.
FIRST_PORT = 8801
#: How long before the inspection the people took up their roles.
IN_OFFICE = dt.timedelta(days=900)
#: Makes the articles' identities the same every time.
SAMPLE = uuid.UUID("5f0d6c2e-6f43-4a56-9a5e-2d1f0c7b8a11")
REASON = "单位已确认栏目清单、类别和更新周期"

Progress = Callable[[str], None]


class SeedError(ValueError):
    """The sample county cannot be written here; the message is one line for a person."""


def sample_as_of() -> dt.datetime | None:
    """The moment the county was seeded for; None if it is not there. The registry got its outside sites then."""
    sites = Site.objects.filter(code__in=county.outside_sites(), kind=SiteKind.OUTSIDE)
    moment = sites.order_by("created_at").values_list("created_at", flat=True).first()
    return moment.astimezone(SHANGHAI) if moment else None


def seed(*, as_of: dt.datetime, progress: Progress) -> bool:
    """Write the sample county as it stands at `as_of` (aware); False if it is there already.

    Raises SeedError when it is there for another moment, or when the database holds something else.
    """
    stored = sample_as_of()
    if stored is not None:
        if stored != as_of:
            raise SeedError(
                f"the sample county is seeded as of {stored:%Y-%m-%d %H:%M}: "
                f"for {as_of:%Y-%m-%d %H:%M} empty the database first (make clean)"
            )
        return False
    if Unit.objects.exists():
        raise SeedError("the database holds units that are not the sample's: the sample county needs an empty one")
    progress("writing articles")
    articles = write_county(as_of.date())
    with transaction.atomic():
        add_people(as_of.date() - IN_OFFICE)
        add_portal(articles, progress)
        add_outside_sites(as_of)
        confirm_columns(as_of)
        add_exemptions(as_of)
        add_downtimes(as_of)
    return True


# People


def add_people(day: dt.date) -> None:
    """Units, the people in them since `day`, and the sample's accounts."""
    ensure_groups()
    password = make_password(county.PASSWORD)
    accounts = {account.name: account for account in county.accounts()}
    for row in county.units().values():
        unit = Unit.objects.create(
            code=row.code, name=row.name, short_name=row.short_name, kind=row.kind, duty=row.duty, phone=row.phone
        )
        enrol(person=_person(row.leader, row.leader_position, row.phone), unit=unit, role=Role.LEADER, day=day)
        enrol(person=_person(row.officer, "信息员", row.phone), unit=unit, role=Role.EDITOR, day=day)
    ensure_groups()
    for account in accounts.values():
        unit = Unit.objects.get(code=account.unit)
        person = Person.objects.filter(name=account.name).first() or _person(account.name, account.position, unit.phone)
        person.user = User.objects.create(username=account.username, password=password)
        person.save(update_fields=["user"])
        enrol(person=person, unit=unit, role=Role(account.role), day=day)


def _person(name: str, position: str, phone: str) -> Person:
    return Person.objects.create(name=name, position=position, phone=phone)


# The portal


def add_portal(articles: dict[str, tuple[Article, ...]], progress: Progress) -> None:
    """Sections, columns and articles; the registry follows by itself."""
    home = ensure_home(
        title=county.PORTAL_TITLE,
        base_url=settings.PORTAL_BASE_URL,
        county=county.NAME,
        contact_phone=county.units()["wlzx"].phone,
    )
    for number, row in enumerate(county.units().values(), start=1):
        unit = Unit.objects.get(code=row.code)
        leader, officer = (Person.objects.get(name=name) for name in (row.leader, row.officer))
        section = add_unit_page(home=home, unit=unit)
        for column in county.columns():
            if column.host != row.code:
                continue
            page = add_column_page(
                unit_page=section,
                title=column.name,
                slug=column.slug,
                column_class=column.column_class,
                rhythm_days=column.rhythm_days,
                leader=leader,
                officer=officer,
            )
            _publish(page, column.key, articles[column.key], row)
            if column.special == "private":
                PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
            if column.special == "county":
                ColumnPage.objects.filter(pk=page.pk).update(takes_submissions=True)
            if column.special == "unpublished":
                ColumnPage.objects.get(pk=page.pk).unpublish()  # `page` does not know of its articles yet
        progress(f"portal: {number} of {len(county.units())} units, {ArticlePage.objects.count()} articles")


def _publish(page: ColumnPage, key: str, articles: tuple[Article, ...], unit: county.Unit) -> None:
    """Put articles below a column, oldest first.

    `publish_article` writes a revision and a log entry for each, which takes four times as long; there are
    no references in these bodies that would have to be indexed.
    """
    parent = Page.objects.get(pk=page.pk)
    with disable_reference_index_auto_update():
        for number, article in reversed(list(enumerate(articles))):
            uid = uuid.uuid5(SAMPLE, f"{key}/{number}")
            text = "".join(f"<p>{escape(line)}</p>" for line in article.text.paragraphs)
            parent.add_child(
                instance=ArticlePage(
                    title=article.text.title,
                    slug=give_address(article.published_at.date()),
                    uid=uid,
                    source=unit.short_name,
                    responsible_editor=unit.officer,
                    body=[("text", RichText(text))],
                    first_published_at=article.published_at,
                    last_published_at=article.published_at,
                )
            )


# The registry


def add_outside_sites(as_of: dt.datetime) -> None:
    """Register the outside sites and their columns, on trial."""
    for port, row in enumerate(county.outside_sites().values(), start=FIRST_PORT):
        site = registry.add_outside_site(
            url=f"http://127.0.0.1:{port}/",
            code=row.code,
            name=row.name,
            unit=Unit.objects.get(code=row.unit),
            login_required=row.login_required,
            now=as_of,
        )
        for column in county.columns():
            if column.host == row.code:
                registry.add_column(
                    site=site,
                    name=column.name,
                    url=column_path(row, column.slug),
                    column_class=column.column_class,
                    rhythm_days=column.rhythm_days,
                    now=as_of,
                    reason="样例数据",
                )


def confirm_columns(as_of: dt.datetime) -> None:
    """The sample's reviewer notes what the units confirmed; columns that the table has on trial are left out."""
    reviewer = sample_user(Role.NETWORK_CENTRE)
    on_trial = {column.key for column in county.columns() if column.state == "trial"}
    for site in Site.objects.filter(code__in=_codes()):
        columns = [each for each in sample_columns().filter(site=site) if key_of(each) not in on_trial]
        registry.confirm_columns(site=site, actor=reviewer, reason=REASON, now=as_of, columns=columns)


def add_exemptions(as_of: dt.datetime) -> None:
    """The exemptions that are on file for columns of the portal."""
    reviewer = sample_user(Role.NETWORK_CENTRE)
    columns = columns_by_key()
    for column in county.columns():
        if column.special == "exempt":
            registry.exempt(
                column=columns[column.key],
                reason="专项工作已结束，栏目保留供查阅",
                approved_by=reviewer,
                valid_from=as_of.date() - dt.timedelta(days=60),
                valid_until=as_of.date() + dt.timedelta(days=180),
                now=as_of,
            )


def add_downtimes(as_of: dt.datetime) -> None:
    """The stop that is on file for the site under repair."""
    under_repair = [row.code for row in county.outside_sites().values() if row.style == "maintenance"]
    for site in Site.objects.filter(code__in=under_repair):
        registry.file_downtime(
            site=site,
            reason="网站改版升级",
            approved_by=sample_user(Role.NETWORK_CENTRE),
            starts_at=as_of - dt.timedelta(days=2),
            ends_at=as_of + dt.timedelta(days=5),
            now=as_of,
        )


# Finding the sample again


def sample_user(role: Role) -> User:
    """The sample's account of that role. Raises User.DoesNotExist when the county is not seeded."""
    username = next(account.username for account in county.accounts() if account.role == role)
    return User.objects.get(username=username)


def sample_columns() -> QuerySet[Column]:
    """The sample's registered columns: there may be others beside it."""
    return Column.objects.filter(site__code__in=_codes()).select_related("site")


def _codes() -> list[str]:
    return [*county.units(), *county.outside_sites()]


def key_of(column: Column) -> str:
    """A column of the sample's key in the table: its site and the last part of its address."""
    parts = [part for part in column.location.split("/") if part and "." not in part]
    return f"{column.site.code}/{parts[-1]}"


def columns_by_key() -> dict[str, Column]:
    """The sample's registered columns by key."""
    return {key_of(column): column for column in sample_columns()}
