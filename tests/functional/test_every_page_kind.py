"""Every page kind: axe finds nothing serious, the keyboard reaches all of it, the first view is light, no scripts."""

from __future__ import annotations

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.functional.stories import every_page
from tests.integration.desk.county import make_desk
from tests.shots.county import build
from tests.shots.desk_screens import desk_addresses
from tests.shots.test_shots import addresses

READ = ("home", "unit", "column", "article", "search", "directory", "problem", "browsers", "not-found", "sign-in")
LIGHT = 150 * 1024


@pytest.fixture
def county():
    return build()


#: The one rule of WCAG 2.2 AA that axe leaves out unless it is asked.
RULES = {"target-size": {"enabled": True}}
#: Wagtail's own: the fields of rich text, of many files, of tags and of a table's clipboard have no name.
WAGTAILS = (
    'aria-input-field-name: <div aria-describedby="placeholder',
    'label: <input id="fileupload"',
    'label: <input type="text" class="ui-widget-content ui-autocomplete-input"',
    'label: <textarea id="HandsontableCopyPaste"',
)


def serious(page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"], "rules": RULES}).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    told = [f"{each['id']}: {node['html'][:160]}" for each in grave for node in each["nodes"]]
    return [problem for problem in told if not problem.startswith(WAGTAILS)]


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_axe_finds_nothing_serious(width, county, page_at, sign_in):
    found = {}
    for name, page, address in every_page(addresses(county), county.users, page_at, sign_in, width):
        if name.startswith("admin"):
            continue
        page.goto(address)
        for medium in ("screen", "print") if name in ("article", "approval-sheet") else ("screen",):
            page.emulate_media(media=medium)
            problems = serious(page)
            if problems:
                found[f"{name}, {medium}"] = problems
        page.emulate_media(media="screen")
    assert found == {}


@pytest.mark.long
def test_axe_finds_nothing_serious_in_the_workbench(county, page_at, sign_in):
    screens = {name: each for name, each in addresses(county).items() if name.startswith("admin")}
    screens |= {f"admin-new-{kind}": ("centre", address) for kind, address in new_pages(county).items()}
    assert grave_on(every_page(screens, county.users, page_at, sign_in)) == {}


@pytest.mark.long
def test_axe_finds_nothing_serious_in_the_desk(page_at, sign_in):
    desk = make_desk()
    assert grave_on(every_page(desk_addresses(desk), desk.users, page_at, sign_in)) == {}


def new_pages(county) -> dict[str, str]:
    parents = {"article": county.column, "column": county.section}
    return {kind: f"/admin/pages/add/pages/{kind}page/{parent.pk}/" for kind, parent in parents.items()}


def grave_on(screens) -> dict[str, list[str]]:
    found = {}
    for name, page, address in screens:
        assert page.goto(address).status == 200, address
        page.wait_for_load_state("networkidle")
        found[name] = serious(page)
    return {name: problems for name, problems in found.items() if problems}


_FOCUSED = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const name = (e.textContent || e.name || e.id).trim().slice(0, 30);
  return {name, ring, top: box.top, inside: box.bottom > 0 && box.top < innerHeight};
}
"""


def test_the_tab_key_reaches_everything_and_shows_where_it_is(county, page_at):
    """One test for all of them: the county takes longer to build than they take to walk."""
    at = addresses(county)
    for name in ("home", "unit", "column", "article", "search", "directory", "problem"):
        walk_by_tab(page_at(1280), at[name][1], name)


def walk_by_tab(page, address: str, name: str) -> None:
    page.goto(address)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    first = page.evaluate(_FOCUSED)
    assert first["name"] == "跳到正文", name
    assert first["top"] >= 0, name
    wanted = page.locator("a[href]:visible, button:visible, input:visible:not([type=hidden]), select:visible").count()
    reached = []
    for _press in range(wanted + 10):
        focused = page.evaluate(_FOCUSED)
        if focused is None:
            break
        reached.append(focused)
        assert focused["ring"], (name, focused)
        assert focused["inside"], (name, focused)
        page.keyboard.press("Tab")
    assert len(reached) >= wanted, (name, len(reached), wanted)
    page.goto(address)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main", name


@pytest.mark.long
def test_every_page_asks_for_the_fast_mode_of_360_browsers(county, page_at, sign_in):
    """The workbench too; there a page of Wagtail's that has a head of its own would be missed otherwise."""
    for name, page, address in every_page(addresses(county), county.users, page_at, sign_in):
        html = page.request.get(address).text()
        assert '<meta name="renderer" content="webkit">' in html, name


def test_the_first_view_is_light_and_reads_without_scripts(county, browser, live_server):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sizes: list[int] = []
    asked: list[str] = []

    def note(response) -> None:
        asked.append(response.url)
        is_of_the_browser = response.url.startswith(("chrome:", "chrome-extension:"))
        if not is_of_the_browser and not response.headers.get("content-type", "").startswith("image/"):
            sizes.append(len(gzip.compress(response.body())))

    page.on("response", note)
    for name in READ:
        sizes.clear()
        page.goto(addresses(county)[name][1])
        page.wait_for_load_state()
        assert sum(sizes) < LIGHT, (name, sum(sizes))
        assert page.locator("body").inner_text().strip(), name
    context.close()
    # A PDF in the page is shown by a part of the browser itself, which asks nobody.
    assert [url for url in asked if not url.startswith((live_server.url, "chrome:", "chrome-extension:"))] == []


def test_nothing_is_cut_off_at_200_percent(county, browser, live_server):
    """Zoom at 200 % on an office screen leaves half of its pixels."""
    context = browser.new_context(viewport={"width": 683, "height": 384}, base_url=live_server.url)
    page = context.new_page()
    for name in READ:
        page.goto(addresses(county)[name][1])
        assert page.evaluate("document.documentElement.scrollWidth") <= 683, name
    context.close()
