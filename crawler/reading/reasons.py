"""What the reader says of dates and blocks, in Chinese for the people who check it."""

from __future__ import annotations

import re

_FIXED = {
    # dates
    "in the words of a footer or a pager": "页脚或翻页文字中的日期",
    "too little to be a date": "不足以认定为日期",
    "in running text": "行文中的日期",
    "in a title or running text": "标题或行文中的日期",
    "in a title; the list shows dates elsewhere": "标题中的日期，列表另有日期",
    "in running text; the list shows dates elsewhere": "行文中的日期，列表另有日期",
    "in a title, and only in few": "标题中的日期，且仅个别条目有",
    "a later date beside the publish date (deadline, validity)": "发布日期旁的截止、有效期等日期",
    "another date is labelled as published": "另有标明“发布”的日期",
    "stands beside no entry": "旁边没有条目",
    "in a block that is not the column's": "不在本栏目的列表中",
    "the page is not read as a list": "本页未按列表判读",
    "no year makes it a date": "无法推定年份",
    "after the day the page was seen": "晚于检查日期",
    "another date of the entry counts": "同一条目以另一日期为准",
    "outside of what the selector finds": "不在所设选择器选中的范围内",
    # blocks
    "titles of sentence length": "标题长如一句话",
    "short links: a menu": "链接文字短，似菜单",
    "its part of all titles": "占全页标题的份额",
    "links into the column's own folder": "链接指向本栏目目录",
    "in the column's own part": "在“当前位置”或栏目名称之后",
    "before the column's own part": "在“当前位置”或栏目名称之前",
    "after the footer's text": "在页脚文字之后",
    "marked as a list": "代码标记为列表",
    "floats over the page": "浮于页面之上",
    "the pager is its own": "翻页紧随其后",
}
_FORMS = (
    (re.compile(r"another event: (['\"])(.*)\1", re.S), r"另一事项的日期：“\2”"),
    (re.compile(r"(\d+) items"), r"\1 条"),
    (re.compile(r"(\d+) dated"), r"\1 条有日期"),
    (re.compile(r"heading (['\"])(.*)\1 is the column's name", re.S), r"标题“\2”即栏目名称"),
    (re.compile(r"heading (['\"])(.*)\1 is that of a side list", re.S), r"标题“\2”似侧栏列表"),
    (re.compile(r"in <(\w+)>"), r"位于 <\1> 之内"),
    (re.compile(r"marked (['\"])(.*)\1", re.S), r"代码标记为“\2”"),
)
_CREDIT = re.compile(r"[+-]\d+\.\d ")


def in_chinese(reason: str) -> str:
    """A `Mention.reason`, a reason of `findings` or a line of `Block.why`; what is not known stays as it is."""
    credit = _CREDIT.match(reason)
    points, said = (credit[0], reason[credit.end() :]) if credit else ("", reason)
    if said in _FIXED:
        return points + _FIXED[said]
    for form, words in _FORMS:
        if match := form.fullmatch(said):
            return points + match.expand(words)
    return reason
