"""A county of any size for the search bench: articles that are written from facts, known without any analysis.

What an article is to a topic is decided first and kept; see `Role`. Then it is written as awkwardly as a county writes:
half of the articles about something do not name it in their titles, long plans treat it in one paragraph among many,
short notices mention it, footers list it beside other things, and its two words stand apart in texts about neither. Of
each role there is a fixed number for every topic, so that in a larger county the same answers lie among more that is
none.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import IntEnum

from tests.bench.search_topics import ACTS, COLUMNS, NAMED, PLACES, TOPICS, UNITS

#: Words of two characters that official texts are full of, the commonest first.
FILLER = (
    "工作落实会议精神责任组织领导群众服务单位部门全面推进加强监督确保目标任务措施进度统计数据汇总报送材料时间要求"
    "现场走访村组干部党员学习培训资料整理台账更新完善制度规范流程提升效率解决问题反馈意见资金使用项目建设质量验收"
)
_WORDS = [FILLER[start : start + 2] for start in range(0, len(FILLER), 2)]
_WEIGHTS = [1 / (rank + 4) for rank in range(len(_WORDS))]
#: Articles of each role that a topic has at least and at most.
ABOUT, PLANS, OFFICES, MENTIONS = (8, 14), (6, 10), (1, 3), (24, 40)
#: Parts of the other articles that list topics in their footers, or hold the words of one apart.
LISTING, APART = 0.1, 0.15
#: Articles that appoint somebody, and those where somebody is present.
APPOINTED, PRESENT = (3, 6), (8, 14)
_LEADS = (
    "为进一步做好{}工作，现将有关事项通知如下",
    "近日，{unit}组织开展{}",
    "根据上级关于{}的部署，结合我县实际，提出以下意见",
    "今年以来，我县把{}摆在突出位置",
)
_LEADS_WITHOUT = ("现将有关材料印发给你们，请认真贯彻执行", "经研究，现就有关事项通知如下", "近日，县里召开专题会议")
_SAID = ("{}", "要抓好{}", "对{}逐项研究", "在{}中", "围绕{}", "{}的各项要求")
_MENTIONED = ("有关{}事项按原规定办理", "会议还听取了{}情况汇报", "{}另行部署", "同日检查了{}")
_VAGUE = (
    "关于报送有关材料的紧急通知",
    "县政府召开专题推进会",
    "工作简报（第{number}期）",
    "关于下达{year}年第{few}批项目计划的通知",
    "关于转发上级文件的通知",
    "关于进一步压实责任的意见",
    "县领导到基层调研",
    "关于{year}年{few}季度工作的情况通报",
)


class Role(IntEnum):
    """What an article is to a topic; the number is the grade of the answer."""

    MENTIONED = 1
    #: One paragraph of a plan for many things, or who sits in its office.
    TREATED = 2
    ABOUT = 3


_ROLES = {
    "about": Role.ABOUT,
    "plan": Role.TREATED,
    "office": Role.TREATED,
    "mention": Role.MENTIONED,
    "appointing": Role.ABOUT,
    "present": Role.MENTIONED,
}


@dataclass(frozen=True)
class Article:
    title: str
    body: str
    unit: int
    column: int
    days_ago: int
    #: Place in `TOPICS` -> what the article is to it.
    roles: dict[int, Role]
    #: Of an article about something: the town it is about, what it calls itself, whether it says how to apply.
    place: str
    act: str
    is_guide: bool
    #: Towns that it names in passing.
    passing: tuple[str, ...]
    #: Name -> what the article is to a person.
    people: dict[str, Role]
    #: Places in `TOPICS` of what its words stand apart of.
    apart: tuple[int, ...]
    number: str
    #: Numbers of other documents that it quotes.
    quotes: tuple[str, ...]


@dataclass
class _Plan:
    """What is decided of an article before it is written."""

    kind: str = ""
    topics: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def county(*, documents: int, seed: int = 20261126) -> list[Article]:
    """A county with so many articles."""
    source = random.Random(seed)
    plans = _plans(source)
    if len(plans) > documents:
        raise ValueError(f"{documents} documents are too few: what is asked for takes {len(plans)}")
    for _ in range(documents - len(plans)):
        chance = source.random()
        kind = "listing" if chance < LISTING else "apart" if chance < LISTING + APART else ""
        count = {"listing": 4, "apart": 2}.get(kind, 0)
        plans.append(_Plan(kind, source.sample(range(len(TOPICS)), count)))
    source.shuffle(plans)
    numbers: list[str] = []
    return [_article(source, place, plan, numbers) for place, plan in enumerate(plans)]


def _plans(source: random.Random) -> list[_Plan]:
    """Articles that answer something, as many for every topic and person."""
    plans: list[_Plan] = []
    treated: list[int] = []
    mentioned: list[int] = []
    for topic in range(len(TOPICS)):
        plans += [_Plan("about", [topic]) for _ in range(source.randint(*ABOUT))]
        plans += [_Plan("office", [topic]) for _ in range(source.randint(*OFFICES))]
        treated += [topic] * source.randint(*PLANS)
        mentioned += [topic] * source.randint(*MENTIONS)
    for kind, topics, size in (("plan", treated, 3), ("mention", mentioned, 2)):
        source.shuffle(topics)
        plans += [_Plan(kind, list(dict.fromkeys(topics[at : at + size]))) for at in range(0, len(topics), size)]
    for name in NAMED:
        plans += [_Plan("appointing", [], [name]) for _ in range(source.randint(*APPOINTED))]
        plans += [_Plan("present", [], [name]) for _ in range(source.randint(*PRESENT))]
    return plans


def _article(source: random.Random, place: int, plan: _Plan, numbers: list[str]) -> Article:
    kind, topics = plan.kind, plan.topics
    at_home = kind in ("about", "office") and source.random() < 0.6
    unit = TOPICS[topics[0]].unit if at_home else source.randrange(len(UNITS))
    town = source.choice(PLACES) if kind == "about" and source.random() < 0.6 else ""
    act = source.choice(list(ACTS))
    is_guide = kind == "about" and source.random() < 0.35
    passing = tuple(source.sample(PLACES, 2)) if source.random() < 0.3 else ()
    quotes = tuple(source.sample(numbers, 1)) if numbers and source.random() < 0.1 else ()
    number = ""
    if source.random() < 0.1:
        number = f"栖{UNITS[unit][1][0]}发〔{source.randrange(2018, 2027)}〕{place + 1}号"
        numbers.append(number)
    title = _title(source, plan, town, act)
    beginning, inserted, end = _told(source, plan, unit, town, is_guide)
    pieces = [_sentence(source) for _ in range(_length(source, kind))]
    inserted += [f"栖云县人民政府{_sentence(source)}", *(f"参照{quoted}执行" for quoted in quotes)]
    inserted += [f"{'、'.join(passing)}等地参加"] if passing else []
    for piece in inserted:
        pieces.insert(source.randrange(len(pieces) + 1), piece)
    role = _ROLES.get(kind)
    return Article(
        title=title,
        body="。".join([*([number] if number else []), *beginning, *pieces, *end]) + "。",
        unit=unit,
        column=source.randrange(len(COLUMNS)),
        days_ago=source.randrange(900),
        roles=dict.fromkeys(topics, role) if role else {},
        place=town,
        act=act if kind == "about" and _says(title, act) else "",
        is_guide=is_guide,
        passing=passing,
        people=dict.fromkeys(plan.names, role) if role else {},
        apart=tuple(topics) if kind == "apart" else (),
        number=number,
        quotes=quotes,
    )


def _says(title: str, act: str) -> bool:
    return title.endswith(ACTS[act])


def _length(source: random.Random, kind: str) -> int:
    """Sentences of an article: plans are long, notices that mention something are often short."""
    if kind == "plan":
        return source.choice((40, 60, 90))
    if kind in ("mention", "present", "office"):
        return source.choice((3, 5, 8, 16, 26))
    return source.choice((8, 16, 26, 26, 40))


def _title(source: random.Random, plan: _Plan, town: str, act: str) -> str:
    """Of an article about something: half the time that, also with words between its parts; else nothing of it."""
    begin = source.choice(("关于做好", "关于开展", "关于加强", "关于", ""))
    words = "".join(source.choice(_WORDS) for _ in range(source.randrange(3, 7)))
    vague = source.choice(_VAGUE).format(
        number=source.randrange(1, 90), year=source.randrange(2023, 2027), few=source.choice("一二三")
    )
    if plan.kind == "office":
        return f"关于调整{TOPICS[plan.topics[0]].name}领导小组成员的通知"
    if plan.kind == "plan":
        return f"栖云县{source.randrange(2023, 2027)}年{source.choice(('重点工作任务分解', '工作要点', '工作总结'))}"
    if plan.kind == "appointing":
        return source.choice(("关于部分干部职务任免的通知", f"关于{plan.names[0]}同志任职的通知", vague))
    if plan.kind == "about":
        topic = TOPICS[plan.topics[0]]
        named = _written(source, plan.topics[0])
        where = town if source.random() < 0.7 else ""
        return source.choices(
            (
                f"{begin}{where}{named}{ACTS[act]}",
                f"{begin}{topic.head}和{source.choice(_WORDS)}{topic.tail}{ACTS[act]}",
                f"{begin}{where}{words}{ACTS[act]}",
                vague,
            ),
            (40, 10, 25, 25),
        )[0]
    return source.choice((vague, f"{begin}{words}{source.choice(list(ACTS.values()))}"))


def _told(
    source: random.Random, plan: _Plan, unit: int, town: str, is_guide: bool
) -> tuple[list[str], list[str], list[str]]:
    """What an article says of its topics and people: at its beginning, anywhere, and at its end."""
    beginning: list[str] = []
    inserted: list[str] = []
    end: list[str] = []
    if plan.kind == "about":
        (topic,) = plan.topics
        lead = source.choice(_LEADS if source.random() < 0.8 else _LEADS_WITHOUT)
        beginning = [lead.format(_written(source, topic), unit=UNITS[unit][1])]
        inserted = [
            f"{source.choice(_SAID).format(_named(source, topic))}{_sentence(source)}"
            for _ in range(source.randint(2, 6))
        ]
        if town:
            inserted += [f"{town}{_sentence(source)}" for _ in range(source.randint(1, 3))]
        if is_guide:
            inserted += ["符合条件的向村（社区）提出申请，经审核后办理", f"办理{_named(source, topic)}所需的证件为"]
    for topic in plan.topics:
        name = _written(source, topic)
        if plan.kind == "plan":
            inserted.append(f"{source.choice('二三四五')}、{name}。{_sentence(source)}。{_sentence(source)}")
        elif plan.kind == "office":
            beginning = [f"因人事变动，{name}领导小组成员调整如下"]
        elif plan.kind == "mention":
            inserted.append(source.choice(_MENTIONED).format(name))
        elif plan.kind == "apart":
            inserted += [f"有关{TOPICS[topic].head}{_sentence(source)}", f"{_sentence(source)}{TOPICS[topic].tail}"]
    if plan.kind == "listing":
        end = [f"相关链接：{'、'.join(_written(source, topic) for topic in plan.topics)}"]
    for name in plan.names:
        if plan.kind == "appointing":
            inserted += [f"任命{name}同志为栖云县{UNITS[unit][0]}副局长", f"{name}同志试用期一年"]
        else:
            inserted.append(f"{name}等参加{_sentence(source)}")
    return beginning, inserted, end


def _written(source: random.Random, topic: int) -> str:
    """Half the time as the office's synonym, where there is one."""
    return TOPICS[topic].synonym if TOPICS[topic].synonym and source.random() < 0.5 else TOPICS[topic].name


def _named(source: random.Random, topic: int) -> str:
    """As a text goes on: now and then one of the two words alone."""
    return source.choices((_written(source, topic), TOPICS[topic].head, TOPICS[topic].tail), (70, 15, 15))[0]


def _sentence(source: random.Random) -> str:
    return "".join(source.choices(_WORDS, _WEIGHTS, k=source.randrange(6, 20)))
