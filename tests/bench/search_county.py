"""A county of any size for the search bench: articles whose facts are known without any analysis, and questions.

What an article is about is decided when it is written and kept as a fact; whether a question is answered well is judged
by these facts alone. The texts are as awkward as a county's: an article about something need not name it in its title,
others mention it in passing or hold its words apart, short notices lie beside long reports, and some words mean two
things.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Topic:
    """A matter as it is written, in two parts; how else the office writes it, and how a hurried reader asks for it."""

    head: str
    tail: str
    synonym: str = ""
    loosely: str = ""
    traditional: str = ""
    typo: str = ""

    @property
    def name(self) -> str:
        return self.head + self.tail


TOPICS = [
    Topic("防汛", "抗旱", loosely="抗旱和防汛", traditional="防汛抗旱", typo="防讯抗旱"),
    Topic("秸秆", "禁烧", loosely="禁烧秸秆", typo="秸杆禁烧"),
    Topic("政务", "公开", loosely="怎么公开政务", traditional="政務公開", typo="政务工开"),
    Topic("森林", "防火", loosely="防火 森林", traditional="森林防火", typo="森林防伙"),
    Topic("食品", "抽检", loosely="抽检的食品", typo="食品抽捡"),
    Topic("城乡", "低保", synonym="最低生活保障", loosely="低保 城乡", traditional="城鄉低保"),
    Topic("危房", "改造", loosely="如何改造危房", typo="危房改照"),
    Topic("招商", "引资", loosely="引资与招商", traditional="招商引資", typo="招商引姿"),
    Topic("信访", "接待", loosely="接待信访", traditional="信訪接待"),
    Topic("消防", "演练", loosely="演练 消防", traditional="消防演練"),
    Topic("垃圾", "分类", loosely="分类的垃圾", traditional="垃圾分類", typo="垃圾份类"),
    Topic("医保", "缴费", synonym="医疗保险费缴纳", loosely="缴费 医保", traditional="醫保繳費"),
    Topic("养老", "认证", loosely="认证养老", traditional="養老認證"),
    Topic("疫苗", "接种", loosely="接种什么疫苗", typo="疫苗接中"),
    Topic("春耕", "备耕", loosely="备耕及春耕"),
    Topic("粮食", "收购", loosely="收购粮食", traditional="糧食收購"),
    Topic("农机", "补贴", synonym="农业机械补助", loosely="补贴农机", traditional="農機補貼"),
    Topic("乡村", "振兴", loosely="振兴乡村", traditional="鄉村振興", typo="乡村振行"),
    Topic("饮水", "安全", loosely="安全饮水", typo="饮水安权"),
    Topic("道路", "养护", loosely="养护 道路"),
    Topic("校车", "检查", loosely="检查校车"),
    Topic("控辍", "保学", loosely="保学控辍"),
    Topic("营商", "环境", loosely="环境 营商", traditional="營商環境", typo="营商还境"),
    Topic("档案", "移交", loosely="移交档案", traditional="檔案移交"),
    Topic("地质", "灾害", loosely="灾害 地质"),
    Topic("燃气", "排查", loosely="排查燃气"),
    Topic("烟花", "禁放", synonym="禁止燃放爆竹", loosely="禁放烟花"),
    Topic("公开", "招聘", synonym="用工对接", loosely="招聘 公开"),
    Topic("人才", "引进", loosely="引进人才"),
    Topic("双拥", "慰问", loosely="慰问双拥"),
    Topic("反诈", "宣传", synonym="防范电信诈骗", loosely="宣传反诈"),
    Topic("土地", "流转", loosely="流转的土地"),
    Topic("公租房", "分配", synonym="公共租赁住房", loosely="分配公租房"),
    Topic("学位", "申请", loosely="申请学位"),
    Topic("民政", "救助", loosely="救助 民政"),
    Topic("5G", "基站", loosely="基站 5g"),
    Topic("WiFi", "覆盖", loosely="覆盖 wifi"),
    Topic("ETC", "办理", loosely="办理etc"),
    Topic("青苔岭", "景区", loosely="景区 青苔岭"),
    Topic("沈砚秋", "事迹", loosely="事迹 沈砚秋"),
]
#: Words of two meanings -> places in `TOPICS` of all that they mean.
AMBIGUOUS = {
    "公开": (2, 27),
    "安全": (18,),
    "养老": (12,),
    "补贴": (16,),
    "分配": (32,),
    "申请": (33,),
    "引进": (28,),
    "环境": (22,),
    "民政": (34,),
}
#: Full name, and how everybody calls it.
UNITS = [
    ("教育局", "教育局"),
    ("民政局", "民政局"),
    ("水务局", "水务局"),
    ("林业局", "林业局"),
    ("财政局", "财政局"),
    ("档案馆", "档案馆"),
    ("卫生健康局", "卫健局"),
    ("市场监督管理局", "市监局"),
    ("应急管理局", "应急局"),
    ("交通运输局", "交通局"),
]
COLUMNS = (("工作动态", "dynamic"), ("通知公告", "notice"), ("政策文件", "policy"))
ENDINGS = ("工作的通知", "情况的通报", "实施方案", "专项检查的公告", "有关事项的函", "培训简讯")
#: What is typed in pinyin, and what its completions must hold: a title's matter, a unit, a person.
TYPED = [
    ("fangxunkang", "防汛抗旱"),
    ("zwgk", "政务公开"),
    ("senlinf", "森林防火"),
    ("ljfl", "垃圾分类"),
    ("xczx", "乡村振兴"),
    ("yingshang", "营商环境"),
    ("nongji", "农机补贴"),
    ("yimiao", "疫苗接种"),
    ("qingtail", "青苔岭"),
    ("weisheng", "卫生健康局"),
    ("jiaoyuju", "教育局"),
    ("wjj", "卫生健康局"),
    ("shuiwu", "水务局"),
    ("gaoyuanzhi", "高远志"),
    ("ouyangq", "欧阳清禾"),
    ("lms", "黎明生"),
]
PEOPLE = ("高远志", "欧阳清禾", "黎明生")
#: Words of two characters that official texts are full of, the commonest first.
FILLER = (
    "工作落实会议精神责任组织领导群众服务单位部门全面推进加强监督确保目标任务措施进度统计数据汇总报送材料时间要求"
    "现场走访村组干部党员学习培训资料整理台账更新完善制度规范流程提升效率解决问题反馈意见资金使用项目建设质量验收"
)
_WORDS = [FILLER[start : start + 2] for start in range(0, len(FILLER), 2)]
_WEIGHTS = [1 / (rank + 4) for rank in range(len(_WORDS))]


@dataclass(frozen=True)
class Article:
    title: str
    body: str
    unit: int
    column: int
    days_ago: int
    #: Place in `TOPICS`; None where it is about nothing that is asked for.
    topic: int | None
    mentions: tuple[int, ...]
    number: str
    #: Numbers of other documents that it quotes.
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A question, its kind, and the grade of every right answer by the article's place in the list."""

    kind: str
    text: str
    grades: dict[int, int]
    #: Narrowed to a column class and to the last month, as the page's filters do.
    column_class: str = ""
    period: str = ""
    is_held_out: bool = False


@dataclass
class County:
    articles: list[Article]
    questions: list[Judged] = field(default_factory=list)


def synonyms() -> list[tuple[str, str]]:
    """What the office has taught the search."""
    return [(topic.name, topic.synonym) for topic in TOPICS if topic.synonym]


def typos() -> list[tuple[str, str]]:
    """What is typed, what was meant."""
    return [(topic.typo, topic.name) for topic in TOPICS if topic.typo]


def county(*, documents: int, seed: int = 20261118) -> County:
    """A county with so many articles; a quarter have a topic of their own, a fifth mention others' in passing."""
    source = random.Random(seed)
    numbers: list[str] = []
    articles = [_article(source, place, numbers) for place in range(documents)]
    return County(articles=articles, questions=_questions(source, articles))


def _article(source: random.Random, place: int, numbers: list[str]) -> Article:
    topic = source.randrange(len(TOPICS)) if source.random() < 0.25 else None
    mentions = tuple(n for n in source.sample(range(len(TOPICS)), 2) if n != topic) if source.random() < 0.2 else ()
    apart = source.sample(range(len(TOPICS)), 2) if source.random() < 0.1 else []
    unit = source.randrange(len(UNITS))
    quotes = tuple(source.sample(numbers, 1)) if numbers and source.random() < 0.1 else ()
    number = ""
    if source.random() < 0.1:
        number = f"栖{UNITS[unit][1][0]}发〔{source.randrange(2018, 2027)}〕{place + 1}号"
        numbers.append(number)
    pieces = [_sentence(source) for _ in range(source.choice((8, 16, 26, 26, 40)))]
    inserted = [f"栖云县人民政府{_sentence(source)}"]
    if topic is not None:
        inserted += [f"{_written(source, topic)}{_sentence(source)}" for _ in range(source.randrange(2, 5))]
    inserted += [f"有关{_written(source, mention)}事项按原规定办理" for mention in mentions]
    inserted += [f"有关{TOPICS[n].head}{_sentence(source)}" for n in apart]
    inserted += [f"参照{quoted}执行" for quoted in quotes]
    for piece in inserted:
        pieces.insert(source.randrange(len(pieces)), piece)
    if number:
        pieces.insert(0, number)
    return Article(
        title=_title(source, topic),
        body="。".join(pieces) + "。",
        unit=unit,
        column=source.randrange(len(COLUMNS)),
        days_ago=source.randrange(900),
        topic=topic,
        mentions=mentions,
        number=number,
        quotes=quotes,
    )


def _title(source: random.Random, topic: int | None) -> str:
    """Of an article about something: mostly that, with something between its parts, or nothing of it at all."""
    vague = "".join(source.choice(_WORDS) for _ in range(source.randrange(3, 7))) + source.choice(ENDINGS)
    if topic is None:
        return vague
    begin = source.choice(("关于做好", "关于开展", "关于加强", "关于", ""))
    return source.choices(
        (
            f"{begin}{_written(source, topic)}{source.choice(ENDINGS)}",
            f"{begin}{TOPICS[topic].head}和{source.choice(_WORDS)}{TOPICS[topic].tail}{source.choice(ENDINGS)}",
            vague,
        ),
        (70, 15, 15),
    )[0]


def _written(source: random.Random, topic: int) -> str:
    """Half the time as the office's synonym, where there is one."""
    return TOPICS[topic].synonym if TOPICS[topic].synonym and source.random() < 0.5 else TOPICS[topic].name


def _sentence(source: random.Random) -> str:
    return "".join(source.choices(_WORDS, _WEIGHTS, k=source.randrange(6, 20)))


def _questions(source: random.Random, articles: list[Article]) -> list[Judged]:
    about: dict[int, dict[int, int]] = defaultdict(dict)
    for place, article in enumerate(articles):
        for mention in article.mentions:
            about[mention][place] = 1
        if article.topic is not None:
            about[article.topic][place] = 2
    found = [
        *_of_topics(about),
        *_of_units(source, articles, about),
        *_of_documents(source, articles),
        *_narrowed(articles, about),
    ]
    answerable = [question for question in found if question.grades]
    held_out = set(source.sample(range(len(answerable)), len(answerable) // 3))
    return [
        Judged(
            question.kind,
            question.text,
            question.grades,
            question.column_class,
            question.period,
            is_held_out=place in held_out,
        )
        for place, question in enumerate(answerable)
    ]


def _of_topics(about: dict[int, dict[int, int]]) -> Iterable[Judged]:
    for number, topic in enumerate(TOPICS):
        yield Judged("topic", topic.name, about[number])
        yield Judged("said loosely", topic.loosely, about[number])
        if topic.synonym:
            yield Judged("synonym", topic.synonym, about[number])
        if topic.traditional:
            yield Judged("traditional", topic.traditional, about[number])
        if topic.name[0].isascii():
            wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() else letter for letter in topic.name.upper())
            yield Judged("full width", wide, about[number])
        if number % 2 == 0:
            same = [n for n, other in enumerate(TOPICS) if topic.head in (other.head, other.tail)]
            yield Judged("part of a word", topic.head, _together(about, same))
    for word, topics in AMBIGUOUS.items():
        yield Judged("two meanings", word, _together(about, topics))


def _together(about: dict[int, dict[int, int]], topics: Iterable[int]) -> dict[int, int]:
    grades: dict[int, int] = {}
    for topic in topics:
        for place, grade in about[topic].items():
            grades[place] = max(grade, grades.get(place, 0))
    return grades


def _of_units(source: random.Random, articles: list[Article], about: dict[int, dict[int, int]]) -> Iterable[Judged]:
    for number, topic in enumerate(TOPICS):
        unit = source.randrange(len(UNITS))
        full, short = UNITS[unit]
        asked = (f"{short} {topic.name}", f"{topic.name}{short}", f"栖云县{full} {topic.name}")[number % 3]
        grades = {place: grade for place, grade in about[number].items() if articles[place].unit == unit}
        yield Judged("unit and topic", asked, grades)
    for number in range(0, len(TOPICS), 3):
        column = source.randrange(len(COLUMNS))
        asked = f"{TOPICS[number].name} {COLUMNS[column][0]}"
        grades = {place: grade for place, grade in about[number].items() if articles[place].column == column}
        yield Judged("column and topic", asked, grades)
    for number, topic in enumerate(TOPICS):
        unit, column = number % len(UNITS), number % len(COLUMNS)
        asked = f"{UNITS[unit][1]}{COLUMNS[column][0]} {topic.head} {topic.tail}"
        grades = {
            place: grade
            for place, grade in about[number].items()
            if articles[place].unit == unit and articles[place].column == column
        }
        yield Judged("unit and column and topic", asked, grades)


def _of_documents(source: random.Random, articles: list[Article]) -> Iterable[Judged]:
    titles: dict[str, dict[int, int]] = defaultdict(dict)
    quoting: dict[str, dict[int, int]] = defaultdict(dict)
    for place, article in enumerate(articles):
        titles[article.title][place] = 2
        for quoted in article.quotes:
            quoting[quoted][place] = 1
    for title in source.sample(sorted(title for title in titles if "关于" in title), 20):
        yield Judged("title in quotes", f"“{title}”", titles[title])
    numbered = [place for place, article in enumerate(articles) if article.number]
    for count, place in enumerate(source.sample(numbered, 30)):
        number = articles[place].number
        head, rest = number.split("发〔")
        year, last = rest.split("〕")
        wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() else letter for letter in f"〔{year}〕{last}")
        forms = (number, f"{head}发 {last}", f"〔{year}〕{last}", f"{head}发[{year}]{last[:-1]}", last, wide)
        yield Judged("number", forms[count % len(forms)], {**quoting[number], place: 2})


def _narrowed(articles: list[Article], about: dict[int, dict[int, int]]) -> Iterable[Judged]:
    for number in range(1, len(TOPICS), 3):
        column = number % len(COLUMNS)
        grades = {
            place: grade
            for place, grade in about[number].items()
            if articles[place].column == column and articles[place].days_ago <= 365
        }
        yield Judged("date and class", TOPICS[number].name, grades, COLUMNS[column][1], "year")
