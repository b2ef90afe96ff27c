"""Every page kind: axe finds nothing serious, the first view is light, nothing is asked of another host, no scripts."""

from __future__ import annotations

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.shots.county import build
from tests.shots.test_shots import addresses

READ = ("home", "unit", "column", "article", "search", "directory", "problem", "not-found", "sign-in")
WORKED = ("calendar", "approvals", "approval", "from-document", "import-report", "requests", "submissions", "people")
LIGHT = 150 * 1024


@pytest.fixture
def county():
    return build()


def serious(page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in ("serious", "critical")
    ]


def test_axe_finds_nothing_serious(county, page_at, sign_in):
    pages, found = {}, {}
    for name in (*READ, *WORKED):
        who, address = addresses(county)[name]
        if who not in pages:
            pages[who] = page_at(1280)
            if who:
                sign_in(pages[who], county.users[who])
        pages[who].goto(address)
        problems = serious(pages[who])
        if problems:
            found[name] = problems
    assert found == {}


def test_the_first_view_is_light_and_reads_without_scripts(county, browser, live_server):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sizes: list[int] = []
    asked: list[str] = []

    def note(response) -> None:
        asked.append(response.url)
        if not response.headers.get("content-type", "").startswith("image/"):
            sizes.append(len(gzip.compress(response.body())))

    page.on("response", note)
    for name in READ:
        sizes.clear()
        page.goto(addresses(county)[name][1])
        page.wait_for_load_state()
        assert sum(sizes) < LIGHT, (name, sum(sizes))
        assert page.locator("main").inner_text().strip(), name
    context.close()
    assert all(url.startswith(live_server.url) for url in asked)


def test_nothing_is_cut_off_at_200_percent(county, browser, live_server):
    """Zoom at 200 % on an office screen leaves half of its pixels."""
    context = browser.new_context(viewport={"width": 683, "height": 384}, base_url=live_server.url)
    page = context.new_page()
    for name in READ:
        page.goto(addresses(county)[name][1])
        assert page.evaluate("document.documentElement.scrollWidth") <= 683, name
    context.close()
