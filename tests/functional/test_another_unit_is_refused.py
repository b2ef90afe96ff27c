"""An editor of another unit, signed in, types the addresses of somebody else's work: all of them are refused."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from PIL import Image as Raster
from wagtail.documents.models import Document
from wagtail.images.models import Image

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
    drawn = io.BytesIO()
    Raster.new("RGB", (8, 8)).save(drawn, "PNG")
    file = ContentFile(drawn.getvalue(), name="a.png")
    picture = Image.objects.create(title=SECRET, collection=collection_of(unit), file=file)
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
        document.url,
        f"/admin/images/chooser/{picture.pk}/select_format/",
        "/admin/reports/page-types-usage/",
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
    # Lists of what is the stranger's own, and acts that say which of what was asked for they leave alone.
    for address in (
        "/admin/api/main/documents/",
        "/admin/api/main/images/",
        f"/admin/api/main/documents/{document.pk}/",
        f"/admin/api/main/images/{picture.pk}/",
        *(f"/admin/bulk/wagtailimages/image/{act}/?id={picture.pk}" for act in ("delete", "add_to_collection")),
        *(f"/admin/bulk/wagtaildocs/document/{act}/?id={document.pk}" for act in ("delete", "add_to_collection")),
    ):
        assert SECRET not in page.request.get(address, max_redirects=0).text(), address
