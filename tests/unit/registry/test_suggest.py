"""A column's class, suggested from its name: the vocabulary of county sites, and the reason."""

from __future__ import annotations

import pytest

from audits.registry.suggest import suggest_class

NAMES = {
    "dynamic": "工作动态 政务动态 乡镇动态 要闻 今日要闻 图片新闻 新闻中心 人事动态 简报 公示动态 回应关切 校园风采",
    "notice": "通知公告 公告 公示公告 会议通知 招标采购 政府采购 招聘公告 任前公示 督查通报 行政处罚公示 行政执法",
    "policy": "政策文件 政策法规 规范性文件 政策解读 文件解读 法律法规 部门文件 规章制度",
    "personnel_planning": "人事任免 人事信息 招考招聘 规划计划 五年规划 工作计划 工作总结 年报 财政预决算 数据发布",
    "static": "单位概况 县情概况 机构职能 机构设置 内设机构 领导之窗 办事指南 联系我们 网站地图 常见问题 县情",
    "archive": "专题专栏 历史专题 主题教育 党建专栏 2017年创卫",
}


@pytest.mark.parametrize(("name", "column_class"), [(name, code) for code in NAMES for name in NAMES[code].split()])
def test_usual_names(name: str, column_class: str) -> None:
    suggestion = suggest_class(name)

    assert suggestion.column_class == column_class
    assert suggestion.reason.startswith("名称含")


def test_reason_quotes_the_word_that_decided() -> None:
    assert suggest_class("通 知 公 告").reason == "名称含“公告”，按通知公告类"


@pytest.mark.parametrize("name", ["好人好事", "信息公开", "三农服务", "News", ""])
def test_name_that_says_nothing_gets_the_longest_clock_and_says_so(name: str) -> None:
    suggestion = suggest_class(name)

    assert suggestion.column_class == "personnel_planning"
    assert "疑点利益归于单位，待单位确认" in suggestion.reason


def test_page_of_mere_text_stands() -> None:
    suggestion = suggest_class("栖云印象", page_kind="static")

    assert suggestion.column_class == "static"
    assert suggest_class("工作动态", page_kind="static").column_class == "dynamic"
    assert "文字介绍" in suggestion.reason
