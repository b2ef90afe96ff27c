"""Nobody in an office meets a word of English: not on screens, in menus, nor in what a screen reader says."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from wagtail.contrib.redirects.models import Redirect

from tests.factories import make_portal
from tests.functional.stories import every_page
from tests.integration.desk.county import make_desk
from tests.shots.county import build
from tests.shots.desk_screens import desk_addresses
from tests.shots.test_shots import addresses

#: Names of formats, keys and products, which are the same in Chinese.
NAMES = re.compile(
    "docx|doc|wps|xlsx|xls|et|pptx|ppt|ofd|pdf|jpg|jpeg|png|zip|gif|webp|avif|svg|csv|txt|KB|MB|GB|PDF|CSV|TSV|XLSX|JPG|PNG"
    "|WebP|Atom|Word|WPS|Excel|UTF|GBK|URL|HTML|HTTP|Wagtail|Chromium|Firefox|Safari|Chrome|Microsoft|Edge|Internet"
    "|Explorer|QQ|IE|Ctrl|Shift|Alt|Enter|Esc|Tab|Cmd|JavaScript|AB",
    re.IGNORECASE,
)
#: Addresses, accounts, what has a digit in it, files, and what Wagtail calls a kind of page by.
CODES = re.compile(r"(?:https?:/)?/[\w./:-]*|\b[\w-]+@[\w.-]+|\b[\w-]*\d[\w-]*\b|[\w-]+\.[a-z]{2,5}\b|\bpages\.\w+")
_READ = """
() => {
  const said = [];
  const shown = (e) => e.checkVisibility({checkVisibilityCSS: true});
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement;
    const silent = parent.closest("script, style, template, noscript, code, iframe");
    if (!silent && shown(parent)) said.push(node.textContent);
  }
  const speaking = "[title], [aria-label], [placeholder], img[alt], input[type=submit]";
  for (const e of document.querySelectorAll(speaking)) {
    if (!shown(e)) continue;
    for (const name of ["title", "aria-label", "placeholder", "alt"]) said.push(e.getAttribute(name) || "");
    if (e.type === "submit") said.push(e.value || "");
  }
  return [document.title, ...said];
}
"""


def english(page: Page) -> set[str]:
    """Pieces of text with a word in Latin letters that is neither a name nor an address, a file or an account."""
    found = set()
    for said in page.evaluate(_READ):
        text = " ".join(said.split())
        plain = CODES.sub(" ", text)
        if not all(map(NAMES.fullmatch, re.findall(r"[A-Za-z]{2,}", plain))):
            found.add(text[:120])
    return found


#: What opens on a click and stays within the page.
OPENERS = (
    "[data-w-dropdown-target=toggle]",
    "[data-side-panel-toggle]",
    "button.c-sf-add-button",
    ".sidebar__inner button[aria-haspopup]",
)


def walk(page: Page, address: str) -> set[str]:
    """What a screen says in English, at rest and with each of its menus and panels open."""
    answer = page.goto(address)
    assert answer.status == 200, (address, answer.status)
    assert answer.request.redirected_from is None, f"{address} leads to {page.url}"
    page.wait_for_load_state("networkidle")
    found = english(page)
    for opener in OPENERS:
        toggles = page.locator(opener)
        for place in range(min(toggles.count(), 8)):
            toggle = toggles.nth(place)
            if not toggle.is_visible():
                continue
            toggle.click()
            page.wait_for_timeout(250)
            found |= english(page) | dialogs(page)
            page.keyboard.press("Escape")
    return found


def dialogs(page: Page) -> set[str]:
    """What the dialogs say that lead on from an open panel: privacy, schedule."""
    found = set()
    for toggle in page.locator("[data-a11y-dialog-show]").all():
        if toggle.is_visible():
            toggle.click()
            page.wait_for_timeout(1000)  # some fetch what they say
            found |= english(page)
            page.keyboard.press("Escape")
    return found


def editors_screens(county) -> list[str]:
    pk, live, column = county.draft.pk, county.article.pk, county.column.pk
    document, image = county.document.pk, county.image.pk
    return [
        "/admin/",
        f"/admin/pages/add/pages/articlepage/{column}/",
        *(f"/admin/pages/{pk}/{act}/" for act in ("edit", "delete", "history", "usage", "workflow_history")),
        *(f"/admin/pages/{live}/{act}/" for act in ("edit", "copy", "move", "unpublish", "history")),
        f"/admin/pages/{live}/revisions/compare/earliest...latest/",
        f"/admin/pages/{column}/",
        f"/admin/bulk/wagtailcore/page/delete/?next=/admin/&id={pk}",
        "/admin/pages/search/?q=森林",
        "/admin/documents/",
        "/admin/documents/multiple/add/",
        f"/admin/documents/edit/{document}/",
        f"/admin/documents/delete/{document}/",
        f"/admin/documents/usage/{document}/",
        "/admin/images/",
        "/admin/images/multiple/add/",
        f"/admin/images/{image}/",
        f"/admin/images/{image}/delete/",
        f"/admin/images/usage/{image}/",
        "/admin/account/",
        "/admin/reports/aging-pages/",
        "/admin/reports/workflow/",
    ]


def centres_screens(county) -> list[str]:
    column, section = county.column.pk, county.section.pk
    redirect = Redirect.add_redirect("/old/", county.column).pk
    return [
        "/admin/",
        f"/admin/pages/{section}/",
        f"/admin/pages/{section}/edit/",
        f"/admin/pages/{column}/edit/",
        f"/admin/pages/{column}/move/",
        f"/admin/pages/add/pages/columnpage/{section}/",
        f"/admin/pages/{county.draft.pk}/delete/",
        *(f"/admin/pages/usage/pages/{kind}page/" for kind in ("article", "column", "unit")),
        "/admin/redirects/",
        "/admin/redirects/add/",
        f"/admin/redirects/{redirect}/",
        f"/admin/redirects/{redirect}/delete/",
        "/admin/redirects/import/",
        "/admin/reports/page-types-usage/",
        "/admin/snippets/units/unit/",
        "/admin/snippets/units/unit/add/",
        "/admin/snippets/search/dictionaryword/",
        "/admin/snippets/search/dictionaryword/add/",
        "/admin/snippets/search/synonyms/add/",
        "/admin/reports/site-history/",
    ]


@pytest.mark.long  # every screen of the workbench, its menus and panels opened: some minutes for each person
@pytest.mark.parametrize(("who", "screens"), [("editor", editors_screens), ("centre", centres_screens)])
def test_the_workbench_speaks_chinese(who, screens, page_at, sign_in):
    county = build()
    page = page_at(1280)
    sign_in(page, county.users[who])
    found = {address: walk(page, address) for address in screens(county)}
    wrong = [f"{address}: {text}" for address, said in found.items() for text in sorted(said)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_the_desk_speaks_chinese(page_at, sign_in):
    make_portal()  # else there is Wagtail's own first page
    desk = make_desk()
    screens = every_page(desk_addresses(desk), desk.users, page_at, sign_in)
    found = {name: walk(page, address) for name, page, address in screens}
    assert {name: said for name, said in found.items() if said} == {}


def test_the_portal_speaks_chinese(page_at, sign_in):
    found = {}
    county = build()
    for name, page, address in every_page(addresses(county), county.users, page_at, sign_in):
        if name.startswith("admin"):
            continue
        page.goto(address)
        said = english(page)
        if said:
            found[name] = said
    assert found == {}
