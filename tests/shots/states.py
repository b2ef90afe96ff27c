"""Screens that have no address of their own: what a person sees after doing something."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.test import RequestFactory
from playwright.sync_api import Page
from wagtail.models import Page as PortalPage
from wagtail.models import PageViewRestriction

from portal.pages.reading.views import bad_request, server_error
from tests.shots.county import County

PRESS = "main button[type=submit]"


def every_state(
    county: County,
    page_at: Callable[[int], Page],
    sign_in: Callable[[Page, object], None],
    width: int = 1280,
) -> Iterator[tuple[str, Page]]:
    """(Name, browser page that shows it), what shuts somebody out last."""
    pages: dict[str, Page] = {}
    for name, (who, reach) in _states(county).items():
        if who not in pages:
            pages[who] = page_at(width)
            if who:
                sign_in(pages[who], county.users[who])
        reach(pages[who])
        pages[who].wait_for_load_state("networkidle")
        yield name, pages[who]


def _states(county: County) -> dict[str, tuple[str, Callable[[Page], None]]]:
    article, draft, signing = county.article.pk, county.draft.pk, county.signing.pk
    shut = PageViewRestriction(page=PortalPage.objects.get(pk=county.column.pk), restriction_type="password")
    leaving = county.users["editor"].person.memberships.get()

    def submitted(page: Page) -> None:
        page.goto(f"/approval/{draft}/")
        page.click("form[action$='/submit/'] button")

    def opened(page: Page) -> None:
        page.goto(f"/approval/{signing}/")
        for more in page.locator("details.approve__more summary").all():
            more.click()

    def published(page: Page) -> None:
        page.goto(f"/approval/{signing}/")
        page.click("form[action$='/agree/'] button")

    def told(page: Page) -> None:
        page.goto(f"/problem/{article}/")
        page.fill("#id_words", "附件打不开")
        page.click(PRESS)

    def one_time(page: Page) -> None:
        page.goto(f"/staff/?unit={county.section.unit_id}")
        page.locator("form[action$='/one-time-password/'] button").nth(1).click()

    def will_leave(page: Page) -> None:
        page.goto(f"/staff/memberships/{leaving.pk}/leave/")
        page.fill("#id_last_day", "2030-12-31")
        page.click(PRESS)

    def closed(page: Page) -> None:
        shut.password = "shared"
        shut.save()
        page.goto(county.column.get_url())

    def expired(page: Page) -> None:
        page.goto(f"/problem/{article}/")
        page.evaluate("document.querySelector('main [name=csrfmiddlewaretoken]').value = 'x'")
        page.fill("#id_words", "附件打不开")
        page.click(PRESS)

    def locked_out(page: Page) -> None:
        for _wrong in range(6):
            page.goto("/sign-in/")
            page.fill("#id_username", county.users["second"].username)
            page.fill("#id_password", "wrong")
            page.click(PRESS)

    def wrong_password(page: Page) -> None:
        page.goto("/sign-in/")
        page.fill("#id_username", county.users["office"].username)
        page.fill("#id_password", "wrong")
        page.click(PRESS)

    def actions(page: Page) -> None:
        page.goto(f"/admin/pages/{draft}/edit/")
        page.click("footer [data-w-dropdown-target=toggle]")

    def taken_down_for_nothing(page: Page) -> None:
        page.goto(f"/admin/pages/{article}/unpublish/")
        with page.expect_navigation():
            page.evaluate("document.getElementById('id_reason').form.submit()")

    return {
        "admin-editor-actions": ("editor", actions),
        "admin-take-down-no-reason": ("editor", taken_down_for_nothing),
        "approval-submitted": ("editor", submitted),
        "approval-opened": ("leader", opened),
        "approval-published": ("leader", published),
        "one-time-password": ("centre", one_time),
        "people-leaving": ("centre", will_leave),
        "problem-told": ("", told),
        "form-expired": ("", expired),
        "password-required": ("", closed),
        "server-error": ("", lambda page: _in_place_of("/broken/", server_error, page)),
        "bad-request": ("", lambda page: _in_place_of("/bad/", lambda asked: bad_request(asked, ValueError()), page)),
        "sign-in-wrong": ("", wrong_password),
        "locked-out": ("", locked_out),
    }


def _in_place_of(address: str, view: Callable, page: Page) -> None:
    """What no address leads to, as the server would answer it."""
    html = view(RequestFactory().get(address)).content
    page.route(f"**{address}", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(address)
