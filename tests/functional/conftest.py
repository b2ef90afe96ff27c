"""A real portal on a free port and the distribution's Chromium in front of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from playwright.sync_api import Browser, Page, sync_playwright

from portal.units.models import User
from tests.factories import PASSWORD

# Playwright's sync API keeps an event loop in this thread, and Django then takes every query made here for
# one made from async code. The queries are a test's own, one after the other, so nothing can be mixed up.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

#: A phone, a tablet, an office screen: width -> height.
SCREENS = {360: 720, 768: 1024, 1280: 900}


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_kept() -> Iterator[None]:
    """Browsers keep style sheets and scripts, as they do of the real server; else each page asks for all of them."""
    serve = StaticFilesHandler.serve

    def kept(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response = serve(handler, request)
        patch_cache_control(response, max_age=3600)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        yield


@pytest.fixture(autouse=True)
def _real_database(django_db_serialized_rollback: None, transactional_db: None) -> None:
    """The server reads from another thread, so rows are committed; the page tree's root comes back for each test."""


@pytest.fixture
def browser(_real_database: None) -> Iterator[Browser]:
    """Started and stopped within each test: beside its event loop Django would set up and flush the database
    of the next one over another connection, and tests that run a loop of their own could not."""
    path = settings.CHROMIUM_PATH or shutil.which("chromium")
    assert path, "Chromium is not installed: install apt-packages.txt or set CHROMIUM_PATH"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def page_at(browser: Browser, live_server, tmp_path: Path) -> Iterator[Callable[[int], Page]]:
    """`page_at(360)`: a fresh reader's page of that width. Asking another host for anything fails the test."""
    contexts = []
    strangers: list[str] = []
    own_host = urlsplit(live_server.url).netloc

    def open_page(width: int = 1280) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": SCREENS[width]}, base_url=live_server.url, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)

        def note(request) -> None:
            address = urlsplit(request.url)
            if address.scheme in ("http", "https") and address.netloc != own_host:
                strangers.append(request.url)

        page.on("request", note)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert strangers == []


@pytest.fixture
def sign_in() -> Callable[[Page, User], None]:
    """`sign_in(page, user)` through the portal's own form, with the password that the factories give."""

    def through_the_form(page: Page, user: User) -> None:
        page.goto("/sign-in/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in/" not in url)

    return through_the_form
