"""The engines that the search bench holds beside each other, each with the county's articles in it.

An engine is asked for a text and gives the places of the best ten articles in the county.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.bench.search_county import Article
from tests.bench.search_topics import COLUMNS, NAMED, UNITS, synonyms

_ROWS = 500


@dataclass(frozen=True)
class Built:
    """An engine that is built, as another process can open it: its name, the articles' ids, its folder."""

    name: str
    ids: list[int]
    folder: Path

    @property
    def has_portal(self) -> bool:
        return self.name != "tantivy"


class SearchEngine(Protocol):
    """What the bench asks of every engine."""

    def build(self) -> int:
        """Index everything; returns how many articles there are."""

    def ask(self, text: str, **more: Any) -> list[int]:
        """Places in the county of the first page's articles, the best first."""

    def size_mb(self) -> float:
        """What the index takes on the disk; 0 where it is part of something else."""


def opened(built: Built, articles: Sequence[Article] = ()) -> SearchEngine:
    """The engine, in this process; `articles` are needed by the yardstick while it is built."""
    if built.name == "tantivy":
        return Tantivy(articles, built.folder)
    return WagtailsDatabase(built.ids) if built.name == "database" else OurEngine(built.ids)


def start_django() -> None:
    import logging

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    django.setup()
    logging.disable(logging.WARNING)


def anybody() -> Any:
    """A request of somebody who has not signed in."""
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

    request = HttpRequest()
    request.META = {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000"}
    request.user, request.session = AnonymousUser(), SessionBase()
    return request


def fill_database(articles: list[Article]) -> list[int]:
    """Write the county's pages; returns the articles' ids in the county's order."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone
    from wagtail.models import Page

    from portal.pages.enums import ColumnClass
    from portal.pages.models import ArticlePage
    from portal.pages.services import add_column_page, add_unit_page, ensure_home
    from portal.units.models import Person, Unit
    from search.models import Synonyms

    call_command("migrate", verbosity=0)
    now = timezone.now()
    home = ensure_home(title="栖云县电子政务网门户", county="栖云县", base_url="http://127.0.0.1:8000")
    columns = []
    Person.objects.bulk_create([Person(name=name) for name in NAMED])
    for number, (name, short) in enumerate(UNITS):
        unit = Unit.objects.create(code=f"u{number}", name=f"栖云县{name}", short_name=short, kind="department")
        section = add_unit_page(home=home, unit=unit)
        columns.append(
            [
                add_column_page(unit_page=section, title=title, slug=f"c{place}", column_class=ColumnClass(kind))
                for place, (title, kind) in enumerate(COLUMNS)
            ]
        )
    for one, other in synonyms():
        Synonyms.objects.create(text=f"{one}，{other}")
    pattern = Page.objects.get(pk=columns[0][0].pk)
    made_of: dict[int, int] = defaultdict(int)
    pages = []
    for number, article in enumerate(articles):
        column = columns[article.unit][article.column]
        made_of[column.pk] += 1
        published = now - dt.timedelta(days=article.days_ago)
        page = ArticlePage(
            title=article.title,
            slug=f"a{number}",
            path=Page._get_path(column.path, column.depth + 1, made_of[column.pk]),
            depth=column.depth + 1,
            content_type=_article_type(),
            locale=pattern.locale,
            first_published_at=published,
            last_published_at=published,
            url_path=f"{column.url_path}a{number}/",
            draft_title=article.title,
            document_number=article.number,
            body=json.dumps([{"type": "text", "value": f"<p>{article.body}</p>"}]),
        )
        pages.append(page)
    ids = []
    first = Page.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    for start in range(0, len(pages), _ROWS):
        with transaction.atomic():
            for number, page in enumerate(pages[start : start + _ROWS], start=first + start):
                page.pk = page.id = page.page_ptr_id = number
                ids.append(number)
            base = Page._meta.concrete_fields
            Page.objects.bulk_create(
                [
                    Page(**{field.attname: getattr(page, field.attname) for field in base})
                    for page in pages[start : start + _ROWS]
                ]
            )
            own = ArticlePage._meta.local_concrete_fields
            names = ", ".join(f'"{field.column}"' for field in own)
            marks = ", ".join(["%s"] * len(own))
            with connection.cursor() as cursor:
                cursor.executemany(
                    f'INSERT INTO "{ArticlePage._meta.db_table}" ({names}) VALUES ({marks})',
                    [
                        [field.get_db_prep_save(getattr(page, field.attname), connection) for field in own]
                        for page in pages[start : start + _ROWS]
                    ],
                )
    for unit in columns:
        for column in unit:
            Page.objects.filter(pk=column.pk).update(numchild=made_of[column.pk])
    return ids


def _article_type() -> Any:
    from django.contrib.contenttypes.models import ContentType

    from portal.pages.models import ArticlePage

    return ContentType.objects.get_for_model(ArticlePage)


class OurEngine:
    """Whoosh or PostgreSQL behind the results page's own search: permission, facets, highlight included."""

    def __init__(self, ids: list[int]) -> None:
        self.place_of = {pk: place for place, pk in enumerate(ids)}

    def build(self) -> int:
        from search import services

        return services.rebuild()

    def ask(self, text: str, **more: Any) -> list[int]:
        from search import lexicon, queries
        from search.parsing import parse

        lexicon.refresh()
        found = queries.search(parse(text), request=anybody(), **more)
        slugs = [hit.url.rstrip("/").rsplit("/", 1)[-1] for hit in found.hits]
        return [int(slug[1:]) for slug in slugs]

    @property
    def is_embedded(self) -> bool:
        """Whether the index is files of this machine, read by the web process."""
        from django.conf import settings

        return Path(settings.SEARCH_INDEX_DIR).exists()

    def size_mb(self) -> float:
        from django.conf import settings

        folder = Path(settings.SEARCH_INDEX_DIR)
        if not self.is_embedded:
            from django.db import connection
            from modelsearch.backends import get_search_backend

            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_total_relation_size(%s)", [get_search_backend().engine.table])
                return cursor.fetchone()[0] / 1e6
        return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / 1e6


class WagtailsDatabase:
    """What Wagtail's own backend finds: pages by its search, no facets, no highlight."""

    def __init__(self, ids: list[int]) -> None:
        self.place_of = {pk: place for place, pk in enumerate(ids)}

    def build(self) -> int:
        from django.core.management import call_command

        call_command("wagtail_update_index", verbosity=0)
        return len(self.place_of)

    def ask(self, text: str, **more: Any) -> list[int]:
        from portal.pages.models import ArticlePage

        return [self.place_of[page.pk] for page in ArticlePage.objects.live().search(text)[:10]]

    def size_mb(self) -> float:
        return 0.0


class Tantivy:
    """The yardstick: our tokens in tantivy, no database, no highlight."""

    def __init__(self, articles: Sequence[Article], folder: Path) -> None:
        import tantivy

        self.articles = articles
        self.folder = folder / "tantivy"
        self.folder.mkdir(exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("place", stored=True)
        for name in ("title", "number", "text", "stands"):
            schema.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        self.index = tantivy.Index(schema.build(), path=str(self.folder))

    def build(self) -> int:
        import tantivy

        from search.analysis import words

        def tokens(text: str) -> str:
            placed = ((place, token) for token, places in words(text).items() for place in places)
            return " ".join(token for _place, token in sorted(placed))

        writer = self.index.writer(256_000_000, 1)
        for place, article in enumerate(self.articles):
            document = tantivy.Document()
            document.add_integer("place", place)
            document.add_text("title", tokens(article.title))
            document.add_text("number", tokens(article.number))
            document.add_text("text", tokens(article.body))
            document.add_text("stands", tokens(f"栖云县{' '.join(UNITS[article.unit])} {COLUMNS[article.column][0]}"))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        return len(self.articles)

    def ask(self, text: str, **more: Any) -> list[int]:
        from search.parsing import parse

        # Tokens of words lie between those of characters, so a run of characters is asked as all of them.
        terms = [" ".join(f'+"{token}"' for token in term) for term in parse(text).terms]
        if not terms:
            return []
        query = self.index.parse_query(
            " ".join(f"+({term})" for term in terms),
            ["title", "number", "text", "stands"],
            field_boosts={"title": 2.0, "number": 12.0, "stands": 0.5},
        )
        searcher = self.index.searcher()
        return [searcher.doc(address)["place"][0] for _, address in searcher.search(query, 10).hits]

    def size_mb(self) -> float:
        return sum(file.stat().st_size for file in self.folder.iterdir()) / 1e6
