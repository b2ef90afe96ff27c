"""A county of any size for the search bench: articles whose facts are known without any analysis, and questions.

What an article is about is decided when it is written and kept as a fact; whether a question is answered well is judged
by these facts alone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

TOPICS = [
    "防汛抗旱",
    "秸秆禁烧",
    "政务公开",
    "高考护航",
    "森林防火",
    "食品抽检",
    "城乡低保",
    "危房改造",
    "招商引资",
    "河长制",
    "林长制",
    "信访接待",
    "消防演练",
    "垃圾分类",
    "医保缴费",
    "养老认证",
    "疫苗接种",
    "春耕备耕",
    "粮食收购",
    "农机补贴",
    "乡村振兴",
    "饮水安全",
    "道路养护",
    "校车检查",
    "控辍保学",
    "营商环境",
    "档案移交",
    "地质灾害",
    "燃气排查",
    "烟花禁放",
    "招聘会",
    "人才引进",
    "征兵工作",
    "双拥慰问",
    "民法典宣传",
    "反诈宣传",
    "土地流转",
    "不动产登记",
    "公租房分配",
    "学位申请",
]
ENDINGS = ("工作的通知", "情况的通报", "实施方案", "专项检查的公告", "有关事项的函", "培训简讯")
UNITS = [
    "教育局",
    "民政局",
    "水务局",
    "林业局",
    "财政局",
    "档案馆",
    "卫生健康局",
    "市场监管局",
    "应急管理局",
    "交通运输局",
]
COLUMNS = (("工作动态", "dynamic"), ("通知公告", "notice"), ("政策文件", "policy"))
SYNONYMS = (
    ("城乡低保", "最低生活保障"),
    ("反诈宣传", "防范电信诈骗"),
    ("公租房分配", "公共租赁住房"),
    ("招聘会", "用工对接活动"),
)
TYPOS = (
    ("政务工开", "政务公开"),
    ("防讯抗旱", "防汛抗旱"),
    ("森林防伙", "森林防火"),
    ("危房改照", "危房改造"),
    ("招商引姿", "招商引资"),
    ("垃圾份类", "垃圾分类"),
    ("乡村振行", "乡村振兴"),
    ("饮水安权", "饮水安全"),
    ("疫苗接中", "疫苗接种"),
    ("营商还境", "营商环境"),
)
#: Words of two characters that official texts are full of.
FILLER = (
    "会议精神落实责任组织领导群众服务单位部门全面推进加强监督确保安全目标任务措施进度统计数据汇总报送材料时间要求"
    "现场走访村组干部党员学习培训资料整理台账更新完善制度规范流程提升效率解决问题反馈意见资金使用项目建设质量验收"
)


@dataclass(frozen=True)
class Article:
    title: str
    body: str
    unit: int
    column: int
    days_ago: int
    topic: str
    mentions: tuple[str, ...]
    number: str


@dataclass(frozen=True)
class Judged:
    """A question, its kind, and the grade of every right answer by the article's place in the list."""

    kind: str
    text: str
    grades: dict[int, int]
    is_held_out: bool = False


@dataclass
class County:
    articles: list[Article]
    questions: list[Judged] = field(default_factory=list)


def county(*, documents: int, seed: int = 20261118) -> County:
    """A county with so many articles; a quarter have a topic of their own, a fifth mention others' in passing."""
    source = random.Random(seed)
    articles = [_article(source, number) for number in range(documents)]
    return County(articles=articles, questions=_questions(source, articles))


def _article(source: random.Random, place: int) -> Article:
    has_topic = source.random() < 0.25
    topic = source.choice(TOPICS) if has_topic else ""
    mentions = tuple(source.sample(TOPICS, 2)) if source.random() < 0.2 else ()
    unit = source.randrange(len(UNITS))
    number = f"栖{UNITS[unit][0]}发〔{source.randrange(2018, 2027)}〕{place + 1}号" if source.random() < 0.1 else ""
    if topic:
        written = next((other for one, other in SYNONYMS if one == topic and source.random() < 0.5), topic)
        title = f"关于{source.choice(('做好', '开展', '加强', ''))}{written}{source.choice(ENDINGS)}"
    else:
        title = "".join(source.choice(_PAIRS) for _ in range(6)) + source.choice(ENDINGS)
    pieces = [_sentence(source) for _ in range(26)]
    for word in (topic, *mentions):
        if word:
            pieces.insert(source.randrange(len(pieces)), f"有关{word}事项按原规定办理")
    if number:
        pieces.insert(0, number)
    return Article(
        title=title,
        body="。".join(pieces) + "。",
        unit=unit,
        column=source.randrange(len(COLUMNS)),
        days_ago=source.randrange(900),
        topic=topic,
        mentions=mentions,
        number=number,
    )


_PAIRS = [FILLER[start : start + 2] for start in range(0, len(FILLER), 2)]


def _sentence(source: random.Random) -> str:
    return "".join(source.choice(_PAIRS) for _ in range(15))


def _questions(source: random.Random, articles: list[Article]) -> list[Judged]:
    about: dict[str, dict[int, int]] = defaultdict(dict)
    for place, article in enumerate(articles):
        for word in article.mentions:
            about[word][place] = 1
        if article.topic:
            about[article.topic][place] = 2
    found = [Judged("topic", topic, about[topic]) for topic in TOPICS]
    for topic in TOPICS:
        unit = source.randrange(len(UNITS))
        found.append(
            Judged(
                "unit and topic",
                f"{UNITS[unit]} {topic}",
                {place: grade for place, grade in about[topic].items() if articles[place].unit == unit},
            )
        )
    titles: dict[str, dict[int, int]] = defaultdict(dict)
    for place, article in enumerate(articles):
        titles[article.title][place] = 2
    for title in source.sample(sorted(title for title in titles if "关于" in title), 25):
        found.append(Judged("title in quotes", f"“{title}”", titles[title]))
    numbered = [place for place, article in enumerate(articles) if article.number]
    for count, place in enumerate(source.sample(numbered, 35)):
        number = articles[place].number
        head, rest = number.split("发〔")
        year, last = rest.split("〕")
        asked = (number, f"{head}发 {last}", f"〔{year}〕{last}", f"{head}发[{year}]{last[:-1]}", last)[count % 5]
        found.append(Judged("number", asked, {place: 2}))
    for one, other in SYNONYMS:
        found += [Judged("synonym", one, about[one]), Judged("synonym", other, about[one])]
    for topic in TOPICS[:24]:
        part = topic[:2]
        same = {place: grade for word in TOPICS if word[:2] == part for place, grade in about[word].items()}
        found.append(Judged("part of a word", part, same))
    answerable = [question for question in found if question.grades]
    held_out = set(source.sample(range(len(answerable)), len(answerable) // 3))
    return [
        Judged(question.kind, question.text, question.grades, place in held_out)
        for place, question in enumerate(answerable)
    ]
