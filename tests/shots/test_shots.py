"""Every page kind and admin screen at 360, 768 and 1280 pixels, and on paper: `make shots`, then look at them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.functional.conftest import SCREENS
from tests.functional.stories import every_page
from tests.integration.desk.county import make_desk
from tests.shots.county import build
from tests.shots.desk_screens import desk_addresses
from tests.shots.states import every_state

FOLDER = Path(os.environ.get("SHOTS_DIR", "var/shots")).resolve()


def addresses(county) -> dict[str, tuple[str, str]]:
    """Name -> (who looks, address); nobody is a reader who has not signed in."""
    column, article = county.column, county.article
    return {
        "home": ("", "/"),
        "home-own-unit": ("editor", "/"),
        "unit": ("", county.section.get_url()),
        "column": ("", column.get_url()),
        "article": ("", article.get_url()),
        "search": ("", "/search/?q=森林防火"),
        "search-nothing": ("", "/search/?q=珠穆朗玛"),
        "search-empty": ("", "/search/"),
        "column-page-2": ("", f"{column.get_url()}?page=2"),
        "directory": ("", "/directory/"),
        "problem": ("", f"/problem/{article.pk}/"),
        "browsers": ("", "/browsers/"),
        "not-found": ("", "/nothing/"),
        "refused": ("editor", "/staff/"),
        "sign-in": ("", "/sign-in/"),
        "calendar": ("editor", "/calendar/"),
        "approvals": ("leader", "/approval/"),
        "approval": ("leader", f"/approval/{county.signing.pk}/"),
        "approval-draft": ("editor", f"/approval/{county.draft.pk}/"),
        "approval-sheet": ("editor", f"/approval/{county.signing.pk}/sheet/"),
        "emergency": ("editor", f"/approval/{county.draft.pk}/in-an-emergency/"),
        "deputies": ("leader", "/approval/deputies/"),
        "from-document": ("editor", f"/intake/columns/{column.pk}/document/"),
        "import": ("centre", f"/intake/columns/{column.pk}/import/"),
        "import-report": ("centre", f"/intake/imports/{county.batch}/"),
        "problems": ("editor", "/problems/"),
        "requests": ("editor", "/requests/columns/"),
        "requests-centre": ("centre", "/requests/columns/"),
        "submissions": ("office", "/requests/submissions/"),
        "offer": ("editor", f"/requests/articles/{article.pk}/offer/"),
        "people": ("centre", f"/staff/?unit={county.section.unit_id}"),
        "leaves": ("centre", f"/staff/memberships/{county.users['editor'].person.memberships.get().pk}/leave/"),
        "accounts-sheet": ("centre", "/staff/import/"),
        "password": ("editor", "/account/password/"),
        "admin-home": ("editor", "/admin/"),
        "admin-editor": ("editor", f"/admin/pages/{county.draft.pk}/edit/"),
        "admin-explorer": ("editor", f"/admin/pages/{column.pk}/"),
        "admin-history": ("editor", f"/admin/pages/{article.pk}/history/"),
        "admin-copy": ("editor", f"/admin/pages/{article.pk}/copy/"),
        "admin-compare": ("editor", f"/admin/pages/{article.pk}/revisions/compare/earliest...latest/"),
        "admin-move": ("editor", f"/admin/pages/{article.pk}/move/"),
        "admin-images": ("editor", "/admin/images/"),
        "admin-image": ("editor", f"/admin/images/{county.image.pk}/"),
        "admin-document": ("editor", f"/admin/documents/edit/{county.document.pk}/"),
        "admin-new-article": ("editor", f"/admin/pages/add/pages/articlepage/{column.pk}/"),
        "admin-editor-signing": ("editor", f"/admin/pages/{county.signing.pk}/edit/"),
        "admin-editor-published": ("editor", f"/admin/pages/{article.pk}/edit/"),
        "admin-account": ("editor", "/admin/account/"),
        "admin-find": ("editor", "/admin/pages/search/?q=森林"),
        "admin-report-aging": ("editor", "/admin/reports/aging-pages/"),
        "admin-report-workflow": ("editor", "/admin/reports/workflow/"),
        "admin-report-history": ("centre", "/admin/reports/site-history/"),
        "admin-redirects": ("centre", "/admin/redirects/"),
        "admin-redirect-new": ("centre", "/admin/redirects/add/"),
        "admin-new-column": ("centre", f"/admin/pages/add/pages/columnpage/{county.section.pk}/"),
        "admin-take-down-column": ("centre", f"/admin/pages/{column.pk}/unpublish/"),
        "admin-upload": ("editor", "/admin/documents/multiple/add/"),
        "admin-column": ("centre", f"/admin/pages/{column.pk}/edit/"),
        "admin-section": ("centre", f"/admin/pages/{county.section.pk}/edit/"),
        "admin-units": ("centre", "/admin/snippets/units/unit/"),
        "admin-unit-new": ("centre", "/admin/snippets/units/unit/add/"),
        "admin-words": ("centre", "/admin/snippets/search/dictionaryword/"),
        "admin-take-down": ("editor", f"/admin/pages/{article.pk}/unpublish/"),
        "admin-documents": ("editor", "/admin/documents/"),
        "admin-attachment-rules": ("office", "/admin/settings/pages/attachmentrules/"),
    }


def take(name: str, page: Page, width: int, *, full: bool) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=full)


@pytest.mark.parametrize("width", SCREENS)
def test_shots(width: int, page_at, sign_in):
    FOLDER.mkdir(parents=True, exist_ok=True)
    county = build()
    pages = {}
    for name, page, address in every_page(addresses(county), county.users, page_at, sign_in, width):
        pages[name] = page
        page.goto(address)
        take(name, page, width, full="admin" not in name)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width or name.startswith("admin"), f"{name} is {wide} px wide at {width}"
    if width == 1280:
        for name in ("article", "column", "approval-sheet"):
            pages[name].goto(addresses(county)[name][1])
            pages[name].pdf(path=FOLDER / f"{name}.pdf", format="A4")


@pytest.mark.parametrize("width", SCREENS)
def test_shots_after_an_act(width: int, page_at, sign_in):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in every_state(build(), page_at, sign_in, width):
        take(name, page, width, full="admin" not in name)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width or name.startswith("admin"), f"{name} is {wide} px wide at {width}"


@pytest.mark.parametrize("width", SCREENS)
def test_shots_of_the_desk(width: int, page_at, sign_in):
    FOLDER.mkdir(parents=True, exist_ok=True)
    desk = make_desk()
    for name, page, address in every_page(desk_addresses(desk), desk.users, page_at, sign_in, width):
        page.goto(address)
        take(f"desk-{name}", page, width, full=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide at {width}"
