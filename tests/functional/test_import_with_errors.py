"""Old articles in a sheet: the report names every wrong row, and nothing comes in until all of it is right."""

from __future__ import annotations

from playwright.sync_api import expect

from portal.pages.models import ArticlePage
from tests.functional.stories import make_office

HEAD = "标题,正文,发布时间\n"


def test_errors_are_named_and_nothing_is_half_imported(page_at, sign_in, tmp_path):
    office = make_office()
    wrong, right = tmp_path / "旧.csv", tmp_path / "改好.csv"
    wrong.write_text(HEAD + "通知一,正文,2024-03-05\n,正文,2024-02-30\n", encoding="gbk")
    right.write_text(HEAD + "通知一,正文,2024-03-05\n通知二,正文,2024-02-28\n", encoding="gbk")
    page = page_at(1280)
    sign_in(page, office.chen)
    page.goto(f"/intake/columns/{office.column.pk}/import/")
    page.set_input_files("#id_file", wrong)
    page.click("text=试运行")
    expect(page.locator("main")).to_contain_text("可导入 1 篇，已存在 0 篇，有误 1 篇")
    expect(page.locator("tr", has_text="没有标题")).to_contain_text("不是有效的日期")
    expect(page.locator("text=全部导入")).to_have_count(0)

    page.click("text=重新上传")
    page.set_input_files("#id_file", right)
    page.click("text=试运行")
    assert not ArticlePage.objects.exists()
    page.click("text=全部导入")
    expect(page.locator(".told")).to_contain_text("已导入 2 篇稿件")
    page.goto(office.column.get_url())
    expect(page.locator(".entries time").first).to_have_text("2024-03-05")
