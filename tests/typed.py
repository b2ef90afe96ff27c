"""What may be typed into a search box by mistake or out of malice; the tests ask it of few pages, the bench of many."""

from __future__ import annotations

#: Seconds of work that anything may cost that is typed.
LONGEST = 0.3

BAD_INPUT = [
    "",
    "   ",
    "，。？！……",
    "政" * 10_000,
    "政 " * 5_000,
    "*:*",
    "a*b*c*",
    "***",
    "title:政务 AND (body:公开",
    "[a TO b] {x TO",
    '"""““””',
    "政务\0公开",
    "\0",
    "\x01\x02\x1b[0m",
    "🎉👩‍👩‍👧‍👦",
    "\u202e政务\u200f",
    "<script>alert(1)</script>",
    "'; DROP TABLE units_unit; --",
    "%00%ff",
    "{{ 41|add:83 }}{% now %}",
    "\ud7ff\uffff",
    "é" * 300,
    "*" * 10_000,
    "a* " * 3_000,
    "？" * 10_000,
    "(" * 10_000,
    "\0" * 10_000,
    "🎉" * 5_000,
    "~*? " * 2_000,
    " ".join(map(str, range(2_000))),
    "的 了 在 是 " * 500,
    "“政务" * 2_000,
    "2017-03-05 " * 900,
    "二〇一七年三月五日" * 1_000,
    # As many words, and as many phrases, as there can be of what stands in nearly every text.
    "工作 落实 会议 责任 组织 群众 服务 监督 推进 单位 领导 部门 全面 加强 确保 目标 任务 措施 进度 统计 " * 3,
    "“工作落实”“会议责任”“组织领导”“群众服务”“单位部门”“全面推进”" * 20,
    "工作落实会议责任组织领导群众服务单位部门" * 500,
    "5 0 1 2 3 4 6 7 8 9 " * 300,
]
