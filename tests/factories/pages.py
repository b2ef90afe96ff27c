"""A page tree, made by the services that the portal itself uses."""

from __future__ import annotations

import datetime as dt
import itertools

from portal.pages.enums import ColumnClass
from portal.pages.models import ArticlePage, ColumnPage, HomePage, UnitPage
from portal.pages.services import Body, add_column_page, add_unit_page, ensure_home, publish_article
from portal.units.models import Person, Unit, User
from portal.units.services import ensure_groups
from tests.factories.units import UnitFactory

_numbers = itertools.count(1)


def make_portal(*, base_url: str = "http://127.0.0.1:8000") -> HomePage:
    """The front page, its Wagtail site and the county's groups."""
    if HomePage.objects.exists():
        ensure_groups()  # of the units that were added since
    return ensure_home(title="栖云县电子政务网门户", county="栖云县", base_url=base_url, contact_phone="0000-8230000")


def make_unit_page(unit: Unit | None = None) -> UnitPage:
    """A unit's section; the portal around it is made when it is not there."""
    return add_unit_page(home=make_portal(), unit=unit or UnitFactory())


def make_column_page(
    unit_page: UnitPage | None = None,
    *,
    title: str = "工作动态",
    slug: str = "",
    column_class: ColumnClass = ColumnClass.DYNAMIC,
    rhythm_days: int | None = None,
    leader: Person | None = None,
    officer: Person | None = None,
) -> ColumnPage:
    return add_column_page(
        unit_page=unit_page or make_unit_page(),
        title=title,
        slug=slug or f"c{next(_numbers)}",
        column_class=column_class,
        rhythm_days=rhythm_days,
        leader=leader,
        officer=officer,
    )


def make_article(
    column_page: ColumnPage | None = None,
    *,
    title: str = "关于开展政务公开检查的通知",
    published_at: dt.datetime | None = None,
    body: Body = "各单位要及时更新栏目。",
    source: str = "",
    owner: User | None = None,
) -> ArticlePage:
    return publish_article(
        column=column_page or make_column_page(),
        title=title,
        body=body,
        published_at=published_at,
        source=source,
        owner=owner,
    )
