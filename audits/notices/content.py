"""What a paper says: one value that the .docx and the .pdf are both made from, so that they say the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections import Counter
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils import timezone

from audits.cases.models import Case
from audits.evidence.enums import EvidenceStatus
from audits.evidence.queries import latest_evidence
from audits.notices.enums import Step
from audits.notices.models import Paper
from audits.rules.profiles import load_profile
from audits.rules.states import ColumnState
from audits.rules.workdays import civil_day

DRAFT_NUMBER = "〔草稿·未编号〕"
DRAFT_MARK = "草稿（未签发，不具效力）"
#: The county document that the papers quote; its words stand in quotation marks.
COUNTY_DOCUMENT = "县《全面推广电子政务网应用实施方案》"
HEADERS = ("序号", "栏目（站点）", "类别", "最近更新", "逾期天数", "判定依据", "证据")
#: Words of screens and bulletins, and what a paper says instead.
PAPER_WORDS = (("睡眠栏目（长期未更新）", "长期未更新"), ("睡眠栏目", "更新不及时栏目"), ("僵尸网站", "长期未更新网站"))
TITLES = {
    Step.REMINDER: "栏目更新不及时问题提示单",
    Step.RECTIFICATION: "栏目更新不及时问题整改通知书",
    Step.SUPERVISION: "栏目更新不及时问题督办通知单",
}
ANNOUNCEMENTS = {
    Step.REMINDER: "现提示如下：",
    Step.RECTIFICATION: "现通知你单位限期整改：",
    Step.SUPERVISION: "上述栏目经整改后再次出现同样问题，现予督办：",
}
REQUIREMENTS = {
    Step.REMINDER: "请你单位对照附件逐一核对，及时更新栏目内容、补注发布日期。",
    Step.RECTIFICATION: "请你单位指定专人，对照附件逐一整改，及时更新栏目内容、补注发布日期，并完善日常更新机制。",
    Step.SUPERVISION: "请你单位由分管领导牵头，查明问题反复的原因，对照附件逐一整改，明确每个栏目的责任人和更新周期。",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A heading of the first level and the paragraphs below it; the opening of a paper has no heading."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One column of the unit: the cells under HEADERS, and the notes below them."""

    cells: tuple[str, ...]
    notes: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class PaperContent:
    """The elements of a paper in the order of GB/T 9704-2012. `draft_mark` is empty once the paper is signed."""

    draft_mark: str
    authority: str
    number: str
    title: str
    addressee: str
    sections: tuple[Section, ...]
    attachment: str
    date: str
    annex_title: str
    annex_note: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    copies: str
    printed_on: str

    def sha256(self) -> str:
        """Equal contents have equal hashes: the same content is not rendered twice."""
        canonical = json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def item_facts(case: Case) -> dict[str, Any]:
    """What a paper tells of a case, as JSON-ready values, from its newest verdict and its newest evidence."""
    verdict, column = case.verdict, case.column
    profile = load_profile(verdict.profile)
    window = profile.windows[column.column_class]
    return {
        "site": column.site.name,
        "column": column.name,
        "url": column.url,
        "class": window.label,
        "state": verdict.state,
        "updated": verdict.updated.isoformat() if verdict.updated else None,
        "days_overdue": verdict.days_overdue,
        "as_of": civil_day(verdict.observation.as_of).isoformat(),
        "rule": verdict.rule_id,
        "clause": "“空白栏目”项" if verdict.state == ColumnState.BLANK else window.clause,
        "profile": verdict.profile,
        "profile_version": verdict.profile_version,
        "citation": profile.citation,
        "sentence": verdict.sentence,
        "evidence": _evidence_facts(case),
    }


def _evidence_facts(case: Case) -> dict[str, str]:
    evidence = latest_evidence(case)
    if evidence is None:
        return {"missing": "尚未采集"}
    if evidence.status == EvidenceStatus.MISSING:
        return {"missing": evidence.missing_reason}
    return {
        "file": PurePosixPath(evidence.original).name,
        "sha256": evidence.sha256_original,
        "taken_at": f"{timezone.localtime(evidence.taken_at):%Y-%m-%d %H:%M}",
    }


def compose(paper: Paper) -> PaperContent:
    """The content of a paper from its row, its items' frozen facts and the names in the settings."""
    facts = [item.facts for item in paper.items.order_by("position", "pk")]
    step = Step(paper.step)
    signed_on = chinese_day(paper.signed_on) if paper.signed_on else ""
    return PaperContent(
        draft_mark="" if paper.serial else DRAFT_MARK,
        authority=settings.PAPER_AUTHORITY,
        number=paper.number or DRAFT_NUMBER,
        title=TITLES[step],
        addressee=f"{paper.unit.name}：",
        sections=(
            Section("", (_opening(step, facts),)),
            Section("一、存在问题", (_findings(facts),)),
            Section("二、办理要求", (REQUIREMENTS[step] + _HOW_TO_COMPLY, _deadline(paper, facts), _WHAT_FOLLOWS)),
            Section("三、异议处理", (_OBJECTION + _contact(),)),
        ),
        attachment="附件：更新不及时栏目清单",
        date=signed_on or "　　年　　月　　日",
        annex_title="更新不及时栏目清单",
        annex_note=f"单位：{paper.unit.name}　　共{len(facts)}个栏目",
        headers=HEADERS,
        rows=tuple(_row(number, fact) for number, fact in enumerate(facts, start=1)),
        copies="抄送：县政府办，县网络中心。",
        printed_on=f"{signed_on or '　　年　　月　　日'}印发",
    )


def reply_workdays(step: str, facts: list[dict[str, Any]]) -> int:
    """Workdays for the reply; where items were judged under several profiles, the most generous one counts."""
    return max(load_profile(code).reply_workdays[step] for code in {fact["profile"] for fact in facts})


def chinese_day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_HOW_TO_COMPLY = "更新应当发布新的信息，不得以修改原有信息的日期代替；确无更新需要的，请申请豁免、归并或者停用。"
_WHAT_FOLLOWS = (
    "收到反馈后将组织复查：全部恢复更新的，予以办结；仍未更新的，退回重办；"
    "页面无法访问或者无法判定的，另行复查。逾期未反馈的，予以催办。"
)
_OBJECTION = "对附件所列判定有异议的，请在上述期限内书面提出，并附栏目页面、发布记录等材料；经核实属误判的，予以核减。"


def _opening(step: Step, facts: list[dict[str, Any]]) -> str:
    citations = "，".join(sorted({fact["citation"] for fact in facts}))
    as_of = chinese_day(max(dt.date.fromisoformat(fact["as_of"]) for fact in facts))
    return (
        f"{COUNTY_DOCUMENT}要求各单位“建立工作机制，指定专人负责做好门户网站信息保障工作”，"
        f"“坚决杜绝‘僵尸网站’、‘睡眠栏目’现象”。{citations}，县网络中心对各单位栏目的更新情况进行了检查，"
        f"并经人工复核确认：截至{as_of}，你单位有{len(facts)}个栏目更新不及时。{ANNOUNCEMENTS[step]}"
    )


def _findings(facts: list[dict[str, Any]]) -> str:
    counts = Counter(fact["state"] for fact in facts)
    longest = max(fact["days_overdue"] for fact in facts)
    parts = [
        f"长期未更新的{counts[ColumnState.DORMANT]}个（最长已逾期{longest}天）" if counts[ColumnState.DORMANT] else "",
        f"空白栏目{counts[ColumnState.BLANK]}个" if counts[ColumnState.BLANK] else "",
        f"未标注发布日期的{counts[ColumnState.UNDATED]}个" if counts[ColumnState.UNDATED] else "",
    ]
    return f"上述栏目中，{'、'.join(part for part in parts if part)}，详见附件。"


def _deadline(paper: Paper, facts: list[dict[str, Any]]) -> str:
    days = reply_workdays(paper.step, facts)
    until = f"（即{chinese_day(paper.deadline)}前，含当日）" if paper.deadline else ""
    return (
        f"请自签发之日起{days}个工作日内{until}完成办理，经分管领导审定后，在督查工作台书面反馈；"
        "不能按期办结的，应当在期限内说明原因。"
    )


def _contact() -> str:
    return f"联系方式：{settings.AUDIT_CONTACT}。" if settings.AUDIT_CONTACT else ""


def _row(number: int, fact: dict[str, Any]) -> Row:
    evidence = fact["evidence"]
    no_date = "无信息" if fact["state"] == ColumnState.BLANK else "未标日期"
    picture = (
        f"证据：{evidence['taken_at']}截图，原图SHA-256前12位{evidence['sha256'][:12]}"
        if "file" in evidence
        else f"证据：暂无截图（{evidence['missing']}），以采集记录为准"
    )
    return Row(
        cells=(
            str(number),
            f"{fact['column']}（{fact['site']}）",
            fact["class"],
            fact["updated"] or no_date,
            str(fact["days_overdue"]) if fact["state"] == ColumnState.DORMANT else "—",
            fact["clause"],
            evidence.get("file", "暂无截图"),
        ),
        notes=(f"判定说明：{_paper_words(fact['sentence'])}", f"网址：{fact['url']}", picture),
    )


def _paper_words(sentence: str) -> str:
    for screen, paper in PAPER_WORDS:
        sentence = sentence.replace(screen, paper)
    return sentence
