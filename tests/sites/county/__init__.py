"""The outside sites of the sample county: what each address answers on the day of the inspection."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template

from audits.management.sample import county
from audits.management.sample.articles import SHANGHAI, Article, write_county
from audits.management.sample.places import column_path

FOLDER = Path(__file__).parent
#: The style whose site nobody serves.
DOWN = "down"
_WEEKDAYS = "一二三四五六日"


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """A column of an outside site with its articles, newest first."""

    column: county.SampleColumn
    articles: tuple[Article, ...]


Pages = dict[str, Answer]


class SitePages:
    """Builds one site's pages from its style's template."""

    def __init__(self, site: county.OutsideSite, as_of: dt.datetime) -> None:
        self.site = site
        self.today = as_of.astimezone(SHANGHAI).date()
        written = write_county(self.today)
        self.listings = [
            Listing(column, written[column.key]) for column in county.columns() if column.host == site.code
        ]
        self._template = Template((FOLDER / site.style / "page.html").read_text(encoding="utf-8"))

    def page(self, *, heading: str, main: str, menu: str = "", side: str = "", meta: str = "") -> str:
        return self._template.substitute(
            site=self.site.name,
            owner=county.units()[self.site.unit].name,
            heading=escape(heading),
            main=main,
            menu=menu,
            side=side,
            meta=meta,
            today=f"{self.today.year}年{self.today.month}月{self.today.day}日 星期{_WEEKDAYS[self.today.weekday()]}",
            year=self.today.year,
        )


def pages_of(site: county.OutsideSite, as_of: dt.datetime) -> Pages:
    """Every address of a site and what it answers; a site that is down answers nothing."""
    return {} if site.style == DOWN else _STYLES[site.style](SitePages(site, as_of))


def _menu(site: SitePages, between: str = "") -> str:
    return "".join(
        f'{between}<a href="{column_path(site.site, each.column.slug)}">{escape(each.column.name)}</a>'
        for each in site.listings
    )


def _paragraphs(article: Article) -> str:
    return "".join(f"<p>{escape(line)}</p>\n" for line in article.text.paragraphs)


# The old kind: tables, GB2312, no charset in the header.


def _gb2312(site: SitePages) -> Pages:
    menu = _menu(site, " | ")

    def answer(heading: str, main: str) -> Answer:
        text = site.page(heading=heading, main=main, menu=menu)
        return Answer(text.encode("gb2312", errors="xmlcharrefreplace"), content_type="text/html")

    pages: Pages = {}
    blocks = []
    for listing in site.listings:
        column = listing.column
        rows = []
        for number, article in enumerate(listing.articles, start=101):
            path = f"/{column.slug}/html/{number}.htm"
            shown = "" if column.special == "undated" else f"<td width=90>[{article.published_at:%Y-%m-%d}]</td>"
            link = f"<a href={path} target=_blank>{escape(article.text.title)}</a>"
            rows.append(f"<tr><td width=12>·</td><td>{link}</td>{shown}</tr>")
            when = (
                "" if column.special == "undated" else f"<p align=center>发布日期：{article.published_at:%Y-%m-%d}</p>"
            )
            heading = f"<p align=center><b>{escape(article.text.title)}</b></p>"
            pages[path] = answer(article.text.title, f"{heading}{when}{_paragraphs(article)}")
        table = f"<table width=100% border=0>\n{chr(10).join(rows)}\n</table>"
        pages[column_path(site.site, column.slug)] = answer(column.name, table)
        blocks.append(f"<b>{column.name}</b><table width=100% border=0>{''.join(rows[:4])}</table>")
    pages["/"] = pages["/index.htm"] = answer("首页", "".join(blocks))
    return pages


# The content management system that most counties had.


def _trs(site: SitePages) -> Pages:
    menu = _menu(site)
    newest = sorted((a for each in site.listings for a in each.articles), key=lambda a: a.published_at, reverse=True)
    side = "\n".join(f'<li><a href="/xxgk/jyyw/">{escape(article.text.title)}</a></li>' for article in newest[:6])
    pages: Pages = {}
    blocks = []
    for listing in site.listings:
        column = listing.column
        rows = []
        for number, article in enumerate(listing.articles):
            at = article.published_at
            name = f"{at:%Y%m}/t{at:%Y%m%d}_{61200 + 37 * number + len(pages)}.html"
            title = article.text.title
            if column.special == "deadlines":
                until = at.date() + dt.timedelta(days=40)
                title = f"{title}（{until.year}年{until.month}月{until.day}日截止）"
            rows.append(
                f'<li><a href="./{name}" title="{escape(title)}">{escape(title)}</a><span>{at:%Y-%m-%d}</span></li>'
            )
            meta = (
                f'<meta name="ArticleTitle" content="{escape(title)}">\n'
                f'<meta name="PubDate" content="{at:%Y-%m-%d %H:%M}">'
            )
            main = (
                f"<h2>{escape(title)}</h2><div>发布时间：{at:%Y-%m-%d %H:%M}　来源：{site.site.name}</div>"
                f'<div class="trs_editor_view">{_paragraphs(article)}</div>'
            )
            pages[f"/xxgk/{column.slug}/{name}"] = _utf8(
                site.page(heading=title, main=main, menu=menu, side=side, meta=meta)
            )
        if column.special == "pinned":
            rows.insert(0, rows.pop())  # the oldest stands on top
        blocks.append(f"<h3>{column.name}</h3><ul>{''.join(rows[:4])}</ul>".replace("./", f"/xxgk/{column.slug}/"))
        meta = f'<meta name="ColumnName" content="{column.name}">\n<meta name="ColumnType" content="{column.name}">'
        listed = "\n".join(rows)
        pager = '<script>createPageHTML(1, 0, "index", "html");</script>'
        main = f'<div class="right-list-box"><ul>\n{listed}\n</ul></div>\n<div class="page">{pager}</div>'
        pages[f"/xxgk/{column.slug}/"] = pages[f"/xxgk/{column.slug}/index.html"] = _utf8(
            site.page(heading=column.name, main=main, menu=menu, side=side, meta=meta)
        )
    pages["/"] = _utf8(site.page(heading="首页", main="".join(blocks), menu=menu, side=side))
    return pages


# A newer one: no tables, dates without a year.


def _modern(site: SitePages) -> Pages:
    menu = _menu(site)
    pages: Pages = {}
    blocks = []
    for listing in site.listings:
        column = listing.column
        shown = {"yearless": "%m-%d", "undated": ""}.get(column.special, "%Y/%m/%d")
        rows = []
        for number, article in enumerate(listing.articles, start=1):
            path = f"/{column.slug}/content/post_{number}.html"
            when = f'<span class="when">{article.published_at:{shown}}</span>' if shown else ""
            rows.append(f'<div class="news-item"><a href="{path}">{escape(article.text.title)}</a>{when}</div>')
            pages[path] = _utf8(
                site.page(heading=article.text.title, main=f"<article>{_paragraphs(article)}</article>", menu=menu)
            )
        pages[f"/{column.slug}/"] = _utf8(
            site.page(heading=column.name, main=f'<div class="news-list">\n{chr(10).join(rows)}\n</div>', menu=menu)
        )
        blocks.append(f"<h3>{column.name}</h3>{''.join(rows[:3])}")
    pages["/"] = _utf8(site.page(heading="首页", main="".join(blocks), menu=menu))
    return pages


# A list that only a script fills.


def _script(site: SitePages) -> Pages:
    menu = _menu(site, " · ")
    pages: Pages = {}
    for listing in site.listings:
        slug = listing.column.slug
        items = [
            {"title": article.text.title, "url": f"/{slug}/{number}.html", "date": f"{article.published_at:%Y-%m-%d}"}
            for number, article in enumerate(listing.articles, start=1)
        ]
        data = json.dumps({"total": len(items), "articles": items}, ensure_ascii=False).encode()
        unanswered = listing.column.special == "unanswered"
        pages[f"/api/articles/{slug}.json"] = (
            Answer(b"", status=500) if unanswered else Answer(data, content_type="application/json")
        )
        main = (
            '<ul id="list"></ul><div class="loading">正在加载，请稍候……</div>\n'
            f'<script>fetch("/api/articles/{slug}.json").then(r => r.json()).then(d => {{\n'
            '  document.querySelector(".loading").remove();\n'
            '  for (const a of d.articles) { const li = document.createElement("li");\n'
            '    li.innerHTML = `<a href="${a.url}">${a.title}</a><span>${a.date}</span>`;\n'
            '    document.getElementById("list").append(li); }\n'
            "});</script>"
        )
        pages[f"/{slug}/"] = _utf8(site.page(heading=listing.column.name, main=main, menu=menu))
        for item, article in zip(items, listing.articles, strict=True):
            pages[item["url"]] = _utf8(site.page(heading=article.text.title, main=_paragraphs(article), menu=menu))
    pages["/"] = _utf8(site.page(heading="首页", main="<p>请从上方栏目进入。</p>", menu=menu))
    return pages


# One that wants to know who asks, and one that answers nothing but "later".


def _signin(site: SitePages) -> Pages:
    to_login = Answer(b"", status=302, location="/login")
    columns = {column_path(site.site, each.column.slug): to_login for each in site.listings}
    return {"/": to_login, **columns, "/login": _utf8(site.page(heading="", main=""))}


def _maintenance(site: SitePages) -> Pages:
    later = dataclasses.replace(_utf8(site.page(heading="", main="")), status=503)
    return {"/": later, **{column_path(site.site, each.column.slug): later for each in site.listings}}


def _utf8(text: str) -> Answer:
    return Answer(text.encode())


_STYLES: dict[str, Callable[[SitePages], Pages]] = {
    "gb2312": _gb2312,
    "trs": _trs,
    "modern": _modern,
    "script": _script,
    "signin": _signin,
    "maintenance": _maintenance,
}
