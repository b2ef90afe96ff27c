"""An editor says when an article is to appear; signed, it waits, and at that time it is public with that time."""

from __future__ import annotations

import datetime as dt

import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from portal.pages.approval import services
from portal.pages.models import ArticlePage
from tests.functional.stories import make_office, reviewed_draft

TITLE = "清河镇明日停水公告"


def test_what_is_signed_appears_when_it_was_scheduled_for(page_at, sign_in):
    office = make_office()
    article = reviewed_draft(office, TITLE)
    services.send_back(article=article, user=office.zhao, comment="请定时发布", day=timezone.localdate())
    at = (timezone.localtime() + dt.timedelta(days=2)).replace(hour=8, minute=30, second=0, microsecond=0)
    page, colleague, phone = page_at(1280), page_at(768), page_at(360)

    sign_in(page, office.wang)
    page.goto(f"/admin/pages/{article.pk}/edit/")
    page.click("[data-side-panel-toggle=status]")
    page.click("button[data-a11y-dialog-show=schedule-publishing-dialog]")
    page.fill("#id_go_live_at", f"{at:%Y-%m-%d %H:%M}")
    # By the keyboard: the calendar lies over the button until the field is left.
    page.locator("#schedule-publishing-dialog button[type=submit]").press("Enter")
    page.wait_for_load_state("networkidle")
    page.goto(f"/approval/{article.pk}/")
    page.click("button:has-text('提交审签')")

    sign_in(colleague, office.liu)
    for _step in range(2):
        colleague.goto(f"/approval/{article.pk}/")
        colleague.click(".approve__act button[type=submit]")
    sign_in(phone, office.zhao)
    phone.goto(f"/approval/{article.pk}/")
    phone.click("text=同意发布")
    expect(phone.locator(".approve__state")).to_contain_text(f"{at:%Y-%m-%d %H:%M}")

    reader = page_at(360)
    reader.goto(office.column.get_url())
    expect(reader.locator("main")).not_to_contain_text(TITLE)
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=True):
        call_command("publish_scheduled")
    reader.goto(office.column.get_url())
    expect(reader.locator(".entries")).to_contain_text(TITLE)
    expect(reader.locator(".entries time").first).to_have_text(f"{at:%Y-%m-%d}")
    assert ArticlePage.objects.get(pk=article.pk).live
