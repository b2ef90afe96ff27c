"""Chinese words that verdict sentences are made of."""

from __future__ import annotations

import datetime as dt

from crawler.reading import PageKind
from crawler.records import FetchOutcome

LOGIN = "须登录后方可查看，匿名读者无法读取其内容，无法判定更新情况，不视为空白或未更新"

#: A person said how the column is to be read, and nothing on the page answers to it any more.
SELECTOR_NO_MATCH = "所设选择器已不再匹配（按所设选择器和日期格式未读到条目）"

#: What a fetch that did not give the page came to; follows “本次检查时”.
OUTCOMES = {
    FetchOutcome.NOT_FOUND: "页面不存在",
    FetchOutcome.CLIENT_ERROR: "服务器拒绝提供页面",
    FetchOutcome.SERVER_ERROR: "服务器出错",
    FetchOutcome.TIMEOUT: "在规定时间内未能打开",
    FetchOutcome.DNS: "域名无法解析",
    FetchOutcome.TLS: "安全连接无法建立",
    FetchOutcome.REFUSED: "服务器拒绝连接",
    FetchOutcome.CONNECTION_LOST: "连接中断",
    FetchOutcome.REDIRECT_LOOP: "页面循环跳转",
    FetchOutcome.LOGIN_REQUIRED: "须登录后方可查看",
    FetchOutcome.TOO_LARGE: "页面超出采集大小上限，未读完整",
    FetchOutcome.NOT_TEXT: "返回的内容不是网页",
    FetchOutcome.BLOCKED_BY_GUARD: "跳转到登记范围以外的地址，按规则不予访问",
    FetchOutcome.NO_BROWSER: "采集端未安装浏览器",
}

#: Why a page that was fetched cannot be judged; follows “本次检查时”.
UNJUDGED_KINDS = {
    PageKind.SCRIPTED: "列表由脚本生成，采集端未能读取其内容",
    PageKind.CLOSED: "页面提示正在升级改版或建设中",
    PageKind.SOFT_404: "页面提示内容不存在",
    PageKind.CHALLENGE: "页面要求人机验证",
    PageKind.UNREADABLE: "页面内容无法识别",
}


def period(*, days: int | None, months: int | None) -> str:
    """每14日内, 每6个月内, 每1年内."""
    if days is not None:
        return f"每{days}日内"
    if months is not None and months % 12 == 0:
        return f"每{months // 12}年内"
    return f"每{months}个月内"


def day(date: dt.date) -> str:
    return date.isoformat()
