"""Whoever belongs to another unit walks every address there is, and meets nothing of a unit's drafts and files."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import TaskState

from portal.pages.approval.services import submit
from portal.pages.models import ArticlePage
from portal.pages.services import draft_article
from portal.units.enums import Role
from portal.units.services import collection_of, enrol
from tests.factories import PersonFactory, UnitFactory, make_column_page, make_unit_page

pytestmark = pytest.mark.django_db
#: They have no unit's rights in the portal, as a reader has none.
_LATER = [pytest.param(role, marks=pytest.mark.long) for role in (Role.SUPERVISION_BUREAU, Role.COUNTY_OFFICE)]
SECRET = "绝不外泄"
#: As it is written in JSON.
ESCAPED = json.dumps(SECRET).strip('"')
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
#: What says nothing of pages: files of the programs, and signing out.
NOT_ASKED = re.compile(r"static|jsi18n|sprite|sign-out|logout|failwhale|[(?*\\]")
#: No address has so many combinations of pages, documents and steps that are worth asking.
MOST_COMBINATIONS = 30


def addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        yield from addresses(pattern, route) if isinstance(pattern, URLResolver) else [route.strip("^$")]


@pytest.fixture
def drafts() -> tuple[ArticlePage, ArticlePage, Document]:
    """A draft with a document, and one that waits for its proof-reader."""
    unit = UnitFactory(code="qinghe", name="清河镇")
    column = make_column_page(make_unit_page(unit), title="工作动态")
    wang = PersonFactory().user
    enrol(person=wang.person, unit=unit, role=Role.EDITOR, day=timezone.localdate())
    file = ContentFile(b"text", name="qh.txt")
    document = Document.objects.create(title=SECRET, collection=collection_of(unit), file=file)
    body = [("attachments", [document])]
    draft, waiting = (draft_article(column=column, title=SECRET, body=body, owner=wang) for _ in range(2))
    submit(article=waiting, user=wang)
    return draft, ArticlePage.objects.get(pk=waiting.pk), document


@pytest.mark.parametrize("role", [Role.EDITOR, Role.LEADER, Role.READER, *_LATER])
def test_nothing_of_another_units_drafts_is_told_anywhere(drafts, role):
    draft, waiting, document = drafts
    stranger = PersonFactory()
    elsewhere = make_unit_page(UnitFactory(code="shiqiao", name="石桥镇")).unit
    enrol(person=stranger, unit=elsewhere, role=role, day=timezone.localdate())
    client = Client(raise_request_exception=False)
    client.force_login(stranger.user)
    pages = [draft.pk, waiting.pk, draft.get_parent().pk, document.pk]
    named = {
        "revision_id": [draft.latest_revision_id, waiting.latest_revision_id],
        "revision_id_a": ["earliest"],
        "revision_id_b": ["latest", draft.latest_revision_id],
        "workflow_state_id": [waiting.current_workflow_state.pk],
        "task_state_id": TaskState.objects.values_list("pk", flat=True),
        "action_name": ["approve", "reject"],
        "app_label": ["pages", "wagtailcore", "wagtaildocs"],
        "content_type_app_name": ["pages"],
        "content_type_model_name": ["articlepage"],
        "model_name": ["articlepage", "page", "document"],
        "action": ["delete", "move", "unpublish", "publish"],
    }
    asked, told = 0, []
    for route in sorted(set(addresses(get_resolver()))):
        if NOT_ASKED.search(route):
            continue
        places = PLACE.findall(route)
        for values in itertools.islice(
            itertools.product(*(named.get(place, pages) for place in places)), MOST_COMBINATIONS
        ):
            address = "/" + PLACE.sub("{}", route).format(*values) + f"?id={draft.pk}"
            answer = client.get(address)
            words = answer.getvalue().decode("utf-8", "replace")
            asked += 1
            told += [address] if SECRET in words or ESCAPED in words else []
    assert asked > 500
    # What an answer leaves as a message for the next page is told there.
    assert SECRET not in client.get("/admin/").content.decode()
    assert told == []
