"""A column's class, suggested from its name, with the reason; the unit confirms it or puts it right."""

from __future__ import annotations

import dataclasses
import re

from crawler.reading import PageKind
from portal.pages.enums import ColumnClass


@dataclasses.dataclass(frozen=True, slots=True)
class Suggestion:
    """A class and the Chinese sentence that says why."""

    column_class: ColumnClass
    reason: str


#: What county columns are called. The longest word in a name decides; between equally long ones, the group further up.
_VOCABULARY: tuple[tuple[ColumnClass, str, str], ...] = (
    (
        ColumnClass.ARCHIVE,
        "历史专题类",
        "历史专题 专题回顾 往期专题 往期回顾 历史归档 已归档 归档 档案回顾 专题专栏 专题 专栏 主题教育 回头看 "
        "学习贯彻 纪念活动 党史学习教育 群众路线 三严三实 两学一做 不忘初心",
    ),
    (
        ColumnClass.PERSONNEL_PLANNING,
        "人事、规划计划类",
        "人事任免 人事信息 人事管理 人事工作 人事公告 人事 任免 任前公示 干部任用 干部公示 公务员招考 事业单位招聘 "
        "公开招聘 公开选调 招录 招考 招聘 选调 遴选 录用 职称评审 表彰奖励 "
        "发展规划 规划计划 专项规划 总体规划 五年规划 国土空间规划 规划 工作计划 年度计划 行动计划 计划 "
        "工作总结 年度总结 总结 政府工作报告 工作报告 年度报告 年报 统计公报 统计信息 统计数据 统计 "
        "财政预决算 部门预决算 预决算 财政预算 财政决算 预算 决算 三公经费 财政信息 财务公开 资金信息 专项资金 "
        "重点项目 重大项目 数据发布 数据公开 数据开放 建议提案 提案办理 建议办理",
    ),
    (
        ColumnClass.POLICY,
        "政策文件类",
        "政策文件 政策法规 政策解读 文件解读 规范性文件 行政规范性文件 法律法规 政府文件 部门文件 上级文件 本级文件 "
        "文件通知 红头文件 公文 文件 政策 法规 规章制度 规章 条例 办法 制度建设 制度 解读 行政复议决定 立法",
    ),
    (
        ColumnClass.NOTICE,
        "通知公告类",
        "通知公告 公告公示 公示公告 公示信息 通知通告 会议通知 放假通知 停水停电 招标公告 中标公告 招标投标 招投标 "
        "招标 采购公告 政府采购 采购信息 采购 拍卖公告 拍卖 挂牌 竞价 征求意见 意见征集 征集公告 拟征收 征地公告 "
        "行政处罚 行政许可 行政执法 双公示 双随机 抽查 听证 征地 拆迁 "
        "通知 公告 公示 通告 通报 预警信息 预警 提示 督查通报",
    ),
    (
        ColumnClass.STATIC,
        "机构、概况、指南类",
        "单位概况 单位简介 部门概况 部门简介 本地概况 乡镇概况 县情概况 社区概况 历史沿革 自然地理 概况 概览 简介 介绍 "
        "走进 认识 主要职责 机构职能 职能职责 部门职能 工作职责 职责 职能 "
        "机构设置 内设机构 下属单位 直属单位 直属机构 组织机构 组织架构 机构 领导班子 领导信息 领导分工 领导之窗 "
        "领导简历 领导 办事指南 服务指南 公开指南 信息公开指南 公开目录 信息公开目录 依申请公开 办事流程 流程图 "
        "指南 目录 流程 联系我们 联系方式 联系电话 通讯录 电话号码 办公地址 办公时间 联系 地图 网站地图 使用帮助 帮助 "
        "关于我们 关于本站 常见问题 问答 表格下载 资料下载 下载中心 下载 权责清单 权力清单 责任清单 清单 "
        "友情链接 版权声明 隐私声明 荣誉 办事服务 服务事项 便民服务 在线办事 县情 投资环境 风光 名胜 特产",
    ),
    (
        ColumnClass.DYNAMIC,
        "动态、要闻类",
        "工作动态 政务动态 部门动态 单位动态 机关动态 乡镇动态 镇街动态 基层动态 社区动态 县区动态 行业动态 业务动态 "
        "党建动态 监管动态 执法动态 动态信息 动态 今日要闻 本地要闻 政务要闻 要闻 时政要闻 头条 新闻中心 新闻动态 "
        "图片新闻 视频新闻 综合新闻 本地新闻 新闻发布 新闻 工作进展 工作信息 政务信息 工作简报 简报 信息快报 快报 快讯 "
        "资讯 播报 活动报道 媒体报道 媒体聚焦 报道 图说 影像 会议活动 领导活动 领导讲话 基层党建 党建工作 党建 "
        "回应关切 学习教育 学习园地 工作交流 经验交流 风采 聚焦 图片展示 "
        "党风廉政 廉政建设 文明创建 精神文明 乡村振兴 平安建设 安全生产 疫情防控 为民服务 文化活动 志愿服务",
    ),
)


#: Classes by their Chinese names.
CLASS_TITLES = {column_class: title for column_class, title, _ in _VOCABULARY}
_WORDS = sorted(
    ((word, column_class, title) for column_class, title, line in _VOCABULARY for word in line.split()),
    key=lambda entry: -len(entry[0]),
)
#: What a name ends in says what the column holds: 人事动态 are news, 招聘公告 are notices.
_TAIL = re.compile(r"(动态|要闻|新闻|快讯|简报|进展|公告|公示|通知|通告|指南|简介|概况|流程|解读)$")
_YEAR = re.compile(r"(19|20)\d{2}")


def suggest_class(name: str, *, page_kind: str = "") -> Suggestion:
    """The class that a column's name speaks of.

    Where the name says nothing, a page of mere text (`page_kind` static) is one that stands. Else the column
    gets the class with the longest clock: until the unit has confirmed, doubt counts in its favour.
    """
    name = re.sub(r"\s+", "", name)
    tail = _TAIL.search(name)
    for text in (tail.group(), name) if tail else (name,):
        for word, column_class, title in _WORDS:
            if word in text:
                return Suggestion(column_class, f"名称含“{word}”，按{title}")
    if _YEAR.search(name):
        return Suggestion(ColumnClass.ARCHIVE, "名称含年份，疑为历史专题，按历史专题类，待单位确认")
    if page_kind == PageKind.STATIC:
        return Suggestion(ColumnClass.STATIC, f"页面为文字介绍而非信息列表，按{CLASS_TITLES[ColumnClass.STATIC]}")
    return Suggestion(
        ColumnClass.PERSONNEL_PLANNING,
        "名称未能表明类别，按更新期限最宽的人事、规划计划类（1年），疑点利益归于单位，待单位确认",
    )
