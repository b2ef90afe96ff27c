"""An editor of another unit, signed in, types the addresses of somebody else's work: all of them are refused."""

from __future__ import annotations

from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from portal.pages.services import draft_article
from portal.units.enums import Role
from portal.units.models import Unit
from portal.units.services import collection_of
from tests.factories import UnitFactory, make_unit_page
from tests.functional.stories import join, make_office

SECRET = "尚未公开的人事安排"


def test_at_least_twenty_addresses_are_refused(page_at, sign_in):
    office = make_office()
    draft = draft_article(column=office.column, title=SECRET, body=SECRET, owner=office.wang)
    unit = Unit.objects.get(code="qinghe")
    document = Document.objects.create(
        title=SECRET, collection=collection_of(unit), file=ContentFile(b"%PDF-1.4", name="a.pdf")
    )
    stranger = join(make_unit_page(UnitFactory(code="shiqiao", name="石桥镇")).unit, Role.EDITOR, "外人")
    page = page_at(1280)
    sign_in(page, stranger)
    pk, column, revision = draft.pk, office.column.pk, draft.latest_revision_id
    addresses = [
        *(f"/admin/pages/{pk}/{act}/" for act in ("edit", "delete", "copy", "move", "unpublish", "history", "usage")),
        *(f"/admin/pages/{pk}/{act}/" for act in ("privacy", "view_draft", "edit/preview", "workflow_history")),
        f"/admin/pages/{pk}/revisions/{revision}/view/",
        f"/admin/pages/{pk}/revisions/{revision}/revert/",
        f"/admin/pages/{pk}/revisions/compare/earliest...latest/",
        f"/admin/pages/add/pages/articlepage/{column}/",
        f"/admin/pages/{column}/edit/",
        f"/admin/pages/{column}/add_subpage/",
        *(f"/approval/{pk}/{act}" for act in ("", "sheet/", "in-an-emergency/")),
        f"/intake/columns/{column}/document/",
        f"/intake/columns/{column}/import/",
        f"/requests/articles/{pk}/offer/",
        f"/admin/documents/edit/{document.pk}/",
        f"/admin/documents/usage/{document.pk}/",
        f"/problem/{pk}/",
        "/staff/",
        draft.get_url(),
    ]
    assert len(addresses) >= 20
    for address in addresses:
        answer = page.request.get(address, headers={"accept": "text/html"}, max_redirects=0)
        assert answer.status in (302, 403, 404), (address, answer.status)
        assert SECRET not in answer.text(), address
        if answer.status == 302:
            assert answer.headers["location"] in ("/admin/", "/sign-in/"), (address, answer.headers["location"])
