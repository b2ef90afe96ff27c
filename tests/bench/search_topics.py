"""What the articles of the search bench are about, and how it is asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A matter as it is written, in two parts; how else the office writes it, and how a hurried reader asks for it."""

    head: str
    tail: str
    #: Place in `UNITS` of the unit that mostly writes about it.
    unit: int
    synonym: str = ""
    loosely: str = ""
    traditional: str = ""
    typo: str = ""

    @property
    def name(self) -> str:
        return self.head + self.tail


TOPICS = [
    Topic("防汛", "抗旱", 2, loosely="抗旱和防汛", traditional="防汛抗旱", typo="防讯抗旱"),
    Topic("秸秆", "禁烧", 8, loosely="禁烧秸秆", typo="秸杆禁烧"),
    Topic("政务", "公开", 9, loosely="怎么公开政务", traditional="政務公開", typo="政务工开"),
    Topic("森林", "防火", 3, loosely="防火 森林", traditional="森林防火", typo="森林防伙"),
    Topic("食品", "抽检", 7, loosely="抽检的食品", typo="食品抽捡"),
    Topic("城乡", "低保", 1, synonym="最低生活保障", loosely="低保 城乡", traditional="城鄉低保"),
    Topic("危房", "改造", 9, loosely="如何改造危房", typo="危房改照"),
    Topic("招商", "引资", 4, loosely="引资与招商", traditional="招商引資", typo="招商引姿"),
    Topic("信访", "接待", 1, loosely="接待信访", traditional="信訪接待"),
    Topic("消防", "演练", 8, loosely="演练 消防", traditional="消防演練"),
    Topic("垃圾", "分类", 9, loosely="分类的垃圾", traditional="垃圾分類", typo="垃圾份类"),
    Topic("医保", "缴费", 6, synonym="医疗保险费缴纳", loosely="缴费 医保", traditional="醫保繳費"),
    Topic("养老", "认证", 1, loosely="认证养老", traditional="養老認證"),
    Topic("疫苗", "接种", 6, loosely="接种什么疫苗", typo="疫苗接中"),
    Topic("春耕", "备耕", 3, loosely="备耕及春耕"),
    Topic("粮食", "收购", 4, loosely="收购粮食", traditional="糧食收購"),
    Topic("农机", "补贴", 4, synonym="农业机械补助", loosely="补贴农机", traditional="農機補貼"),
    Topic("乡村", "振兴", 3, loosely="振兴乡村", traditional="鄉村振興", typo="乡村振行"),
    Topic("饮水", "安全", 2, loosely="安全饮水", typo="饮水安权"),
    Topic("道路", "养护", 9, loosely="养护 道路"),
    Topic("校车", "检查", 0, loosely="检查校车"),
    Topic("控辍", "保学", 0, loosely="保学控辍"),
    Topic("营商", "环境", 7, loosely="环境 营商", traditional="營商環境", typo="营商还境"),
    Topic("档案", "移交", 5, loosely="移交档案", traditional="檔案移交"),
    Topic("地质", "灾害", 8, loosely="灾害 地质"),
    Topic("燃气", "排查", 8, loosely="排查燃气"),
    Topic("烟花", "禁放", 8, synonym="禁止燃放爆竹", loosely="禁放烟花"),
    Topic("公开", "招聘", 0, synonym="用工对接", loosely="招聘 公开"),
    Topic("人才", "引进", 0, loosely="引进人才"),
    Topic("双拥", "慰问", 1, loosely="慰问双拥"),
    Topic("反诈", "宣传", 7, synonym="防范电信诈骗", loosely="宣传反诈"),
    Topic("土地", "流转", 3, loosely="流转的土地"),
    Topic("公租房", "分配", 4, synonym="公共租赁住房", loosely="分配公租房"),
    Topic("学位", "申请", 0, loosely="申请学位"),
    Topic("民政", "救助", 1, loosely="救助 民政"),
    Topic("5G", "基站", 9, loosely="基站 5g"),
    Topic("WiFi", "覆盖", 9, loosely="覆盖 wifi"),
    Topic("ETC", "办理", 9, loosely="办理etc"),
    Topic("青苔岭", "景区", 3, loosely="景区 青苔岭"),
    Topic("沈砚秋", "事迹", 5, loosely="事迹 沈砚秋"),
    Topic("河道", "清淤", 2, loosely="清淤河道"),
    Topic("耕地", "保护", 3, synonym="基本农田管护", loosely="保护耕地", traditional="耕地保護", typo="耕地保户"),
    Topic("殡葬", "改革", 1, loosely="改革 殡葬", traditional="殯葬改革", typo="宾葬改革"),
    Topic("残疾人", "补助", 1, synonym="残疾人生活补贴", loosely="补助残疾人", traditional="殘疾人補助"),
    Topic("助学", "贷款", 0, synonym="生源地信用借款", loosely="贷款 助学", typo="助学代款"),
    Topic("退役", "安置", 1, synonym="复员军人安排", loosely="安置退役"),
    Topic("松材线虫", "防治", 3, loosely="防治松材线虫", traditional="松材線蟲防治", typo="松材线虫防制"),
    Topic("猪瘟", "防控", 7, loosely="防控 猪瘟", traditional="豬瘟防控", typo="猪温防控"),
    Topic("高龄", "津贴", 1, synonym="老年人福利补贴", loosely="津贴 高龄", typo="高龄津帖"),
    Topic("电动车", "上牌", 9, loosely="给电动车上牌", typo="电动车上排"),
    Topic("小额", "信贷", 4, synonym="脱贫人口借款", loosely="信贷 小额"),
    Topic("水库", "移民", 2, loosely="移民水库", traditional="水庫移民", typo="水库移明"),
    Topic("古树", "名木", 3, loosely="名木和古树", traditional="古樹名木"),
    Topic("违建", "拆除", 8, synonym="违法建筑清理", loosely="拆除违建", typo="违建折除"),
    Topic("清洁", "取暖", 4, loosely="取暖要清洁", traditional="清潔取暖"),
    Topic("公务员", "考录", 5, loosely="考录公务员", typo="公务员考陆"),
    Topic("托育", "服务", 6, loosely="服务 托育", traditional="托育服務"),
    Topic("禁捕", "退捕", 3, loosely="退捕与禁捕"),
    Topic("欠薪", "治理", 7, synonym="拖欠工资整治", loosely="治理欠薪", typo="欠新治理"),
    Topic("校园", "食堂", 0, loosely="食堂 校园", traditional="校園食堂", typo="校圆食堂"),
]
#: Of the topics from here on every question is held out.
FIRST_HELD_OUT = 40
#: Words that stand in more than one thing -> places in `TOPICS` of all that they mean.
AMBIGUOUS = {
    "公开": (2, 27),
    "补贴": (16, 43, 48),
    "安全": (18,),
    "养老": (12,),
    "分配": (32,),
    "引进": (28,),
    "环境": (22,),
    "民政": (34,),
    "保护": (41,),
    "移民": (51,),
    "取暖": (54,),
    "拖欠工资": (58,),
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
#: Title and class.
COLUMNS = (("工作动态", "dynamic"), ("通知公告", "notice"), ("政策文件", "policy"))
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
#: Whom articles name, beside those.
NAMED = (*PEOPLE, "苏映雪", "顾怀谷", "宋时雨", "程墨林", "方晓舟", "彭望山", "上官云起", "陆知秋", "薛存义")
#: Towns and townships.
PLACES = ("青苔岭镇", "柳溪镇", "石门乡", "白鹭镇", "枫树坪乡", "双河口镇", "茶店镇", "云门寨乡", "大沙洲镇", "古渡镇")
#: How a paper calls itself, and how its title ends then.
ACTS = {
    "通知": "工作的通知",
    "通报": "情况的通报",
    "方案": "实施方案",
    "公告": "专项检查的公告",
    "公示": "对象名单的公示",
    "简讯": "培训简讯",
}


def synonyms() -> list[tuple[str, str]]:
    """What the office has taught the search."""
    return [(topic.name, topic.synonym) for topic in TOPICS if topic.synonym]


def typos() -> list[tuple[str, str]]:
    """What is typed, what was meant."""
    return [(topic.typo, topic.name) for topic in TOPICS if topic.typo]
