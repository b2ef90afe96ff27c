"""Every column a person answers for, the most urgent first, with what to do next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from audits.desk import permissions
from audits.desk.deadlines import next_due
from audits.desk.queries import newest_verdicts
from audits.desk.table_of_columns import MyColumn, in_html
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column
from audits.rules.profiles import load_profile
from audits.runs.models import Verdict
from portal.pages import queries
from portal.pages.approval.queries import turns_of
from portal.pages.models import ArticlePage
from portal.units.models import Unit
from portal.units.session import own_units

#: No article of any column is on its way.
NOTHING: Mapping[str, int] = MappingProxyType({})
#: Of a column and its site: all that a row is made of.
SHOWN = ("name", "location", "column_class", "rhythm_days", "standing", "page_id", "site__base_url")


class MyColumnsPanel(Component):
    """The first thing an editor sees after signing in."""

    name = "my_columns"
    template_name = "audits/desk/my_columns.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        under_way = Counter(turn.article.path[: -Page.steplen] for turn in turns_of(request))
        return {"rows": in_html(my_columns(own_units(request), permissions.today(), under_way))}


def my_columns(units: Iterable[Unit], today: dt.date, under_way: Mapping[str, int] = NOTHING) -> list[MyColumn]:
    """Watched columns of units on a civil day; as many queries for many columns and articles.

    `under_way`: path of a column's page -> how many of its articles are on their way through approval.
    """
    watched = Column.objects.filter(site__unit__in=units).exclude(standing=ColumnStanding.RETIRED)
    shown = watched.select_related("site").annotate(page_path=F("page__path")).only(*SHOWN).order_by("name")
    columns = [(column, column.page_path or "") for column in shown]
    verdicts = newest_verdicts(column for column, _path in columns)
    published = queries.last_updates(filter(None, (path for _column, path in columns)), ArticlePage.objects.live())
    windows = load_profile(settings.AUDIT_PROFILE).windows
    mine = [
        _my_column(
            column,
            verdicts.get(column.pk),
            today=today,
            published_at=published.get(path),
            pending=under_way.get(path, 0),
            warn_days=windows[column.column_class].warn_days or 0,
        )
        for column, path in columns
    ]
    return sorted(mine, key=lambda row: row.urgency)


def _my_column(
    column: Column,
    verdict: Verdict | None,
    *,
    today: dt.date,
    published_at: dt.datetime | None,
    pending: int,
    warn_days: int,
) -> MyColumn:
    seen, due, state, sentence = (
        (verdict.updated, verdict.due_on, verdict.state, verdict.sentence) if verdict else (None, None, "", "")
    )
    published = timezone.localdate(published_at) if published_at else None
    fresher = bool(published and (seen is None or published > seen))
    updated = published if fresher else seen
    if fresher and published:
        due = next_due(column, published)
    if due is None:
        return MyColumn(column, state, sentence, updated, None, pending=pending, fresher=fresher)
    left, given = (due - today).days, (due - updated).days if updated else None
    warn = min(warn_days, (given or 0) // 2)
    return MyColumn(column, state, sentence, updated, due, left, given, warn, pending, fresher)
