"""One engine over one county, measured in a process of its own; prints one line of JSON. See `bench_search`."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from http import HTTPStatus
from math import log2
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.bench.search_county import COLUMNS, PEOPLE, TYPED, UNITS, County, Judged, county, synonyms
from tests.bench.search_county import typos as typing_errors

READERS = 8
_ROWS = 500


def private_mb() -> float:
    """Memory of this process that it shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1000


def fill_database(made: County) -> list[int]:
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
    Person.objects.bulk_create([Person(name=name) for name in PEOPLE])
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
    for number, article in enumerate(made.articles):
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
        found = queries.search(parse(text), request=_anybody(), **more)
        slugs = [hit.url.rstrip("/").rsplit("/", 1)[-1] for hit in found.hits]
        return [int(slug[1:]) for slug in slugs]

    def size_mb(self) -> float:
        from django.conf import settings

        folder = Path(settings.SEARCH_INDEX_DIR)
        if not folder.exists():
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

    def __init__(self, made: County, folder: Path) -> None:
        import tantivy

        self.made = made
        self.folder = folder / "tantivy"
        self.folder.mkdir()
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
        for place, article in enumerate(self.made.articles):
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
        return len(self.made.articles)

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


def _anybody() -> Any:
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

    request = HttpRequest()
    request.META = {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000"}
    request.user, request.session = AnonymousUser(), SessionBase()
    return request


#: Seconds by the clock, and of these at the processor of this process.
Spent = tuple[float, float]


def percentiles(times: list[Spent]) -> dict[str, float]:
    """Milliseconds; on a machine that others use too, the processor's tell more than the clock's."""
    found = {}
    for name, values in zip(("", " processor"), zip(*times, strict=True), strict=True):
        found[f"p50{name}"] = round(median(values) * 1000, 1)
        found[f"p95{name}"] = round(quantiles(values, n=20)[-1] * 1000, 1)
    return found


def to_ask(engine: Any, made: County) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Questions by what they cost: a word of some or of nearly all texts, several, a phrase, narrowed by date."""
    topics = [question.text for question in made.questions if question.kind == "topic"]
    parts = [question.text for question in made.questions if question.kind == "part of a word"]
    asked: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "word": [(text, {}) for text in parts],
        "word of all texts": [(text, {}) for text in ("工作", "落实", "会议", "责任", "组织", "人民政府", "工作 落实")],
        "AND": [(question.text, {}) for question in made.questions if question.kind == "unit and topic"],
        "phrase": [(question.text, {}) for question in made.questions if question.kind == "title in quotes"],
    }
    if isinstance(engine, OurEngine):
        from search.queries import Filters, Order

        narrowed = {"filters": Filters(unit="u1", period="year"), "order": Order.DATE}
        asked["filter + date"] = [(text, narrowed) for text in topics]
    return asked


def timings(engine: Any, made: County) -> dict[str, dict[str, float]]:
    """Milliseconds by kind of question; every question once to warm up, then once by the clock."""
    result = {}
    everything: list[Spent] = []
    for kind, questions in to_ask(engine, made).items():
        for text, more in questions:
            engine.ask(text, **more)
        times = [_clocked(engine, text, more) for text, more in questions]
        result[kind] = percentiles(times)
        everything += times
    result["all"] = percentiles(everything)
    return result


def _clocked(engine: Any, text: str, more: dict[str, Any]) -> Spent:
    started = time.perf_counter(), time.process_time()
    engine.ask(text, **more)
    return time.perf_counter() - started[0], time.process_time() - started[1]


_asked_by_readers: Any = None


def eight_readers(engine: Any, made: County) -> dict[str, dict[str, float]]:
    """The same questions from eight processes at once."""
    from django.db import connections

    global _asked_by_readers  # noqa: PLW0603 -- what the forked readers inherit
    connections.close_all()
    _asked_by_readers = engine
    result = {}
    everything: list[Spent] = []
    with ProcessPoolExecutor(READERS, mp_context=multiprocessing.get_context("fork")) as readers:
        for kind, questions in to_ask(engine, made).items():
            list(readers.map(_read, questions))
            times = list(readers.map(_read, questions * 2))
            result[kind] = percentiles(times)
            everything += times
    result["all"] = percentiles(everything)
    return result


def _read(asked: tuple[str, dict[str, Any]]) -> Spent:
    return _clocked(_asked_by_readers, *asked)


def whole_pages(made: County) -> dict[str, float]:
    """Milliseconds of the results page as a browser asks for it, template included."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")

    def page(text: str) -> Spent:
        started = time.perf_counter(), time.process_time()
        answer = client.get("/search/", {"q": text})
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"the page of {text} answered {answer.status_code}")
        return time.perf_counter() - started[0], time.process_time() - started[1]

    texts = [question.text for question in made.questions if question.kind in ("topic", "unit and topic")]
    for text in texts:
        page(text)
    return percentiles([page(text) for text in texts])


def relevance(engine: Any, made: County) -> dict[str, dict[str, float]]:
    """nDCG@10 and how many questions with an answer found nothing, by kind, and for the questions kept from tuning.

    What only narrows is asked of those that can narrow.
    """
    scores: dict[str, list[float]] = defaultdict(list)
    empty: dict[str, int] = defaultdict(int)
    for question in made.questions:
        if (question.period or question.column_class) and not isinstance(engine, OurEngine):
            continue
        places = engine.ask(question.text, **_narrowing(question))
        value = ndcg([question.grades.get(place, 0) for place in places], list(question.grades.values()))
        part = "held out" if question.is_held_out else "tuned"
        for name in (question.kind, f"{question.kind}, {part}", "all", part):
            scores[name].append(value)
            empty[name] += not places
    return {
        name: {"questions": len(values), "ndcg": round(sum(values) / len(values), 3), "without hit": empty[name]}
        for name, values in scores.items()
    }


def _narrowing(question: Judged) -> dict[str, Any]:
    if not question.period:
        return {}
    from search.queries import Filters

    return {"filters": Filters(column_class=question.column_class, period=question.period)}


def ndcg(grades: list[int], possible: list[int]) -> float:
    def gain(values: list[int]) -> float:
        return sum((2**value - 1) / log2(place + 2) for place, value in enumerate(values[:10]))

    best = gain(sorted(possible, reverse=True))
    return gain(grades) / best if best else 0.0


def lag(made: County, ids: list[int]) -> float:
    """Seconds from publishing until the queue's worker has made it findable; the queue's own wait comes on top."""
    from portal.pages.models import ArticlePage
    from search import services

    article = ArticlePage.objects.get(pk=ids[0])
    started = time.perf_counter()
    article.title = "滞后测量专用标题"
    article.save_revision().publish()
    services.index_changes()
    spent = time.perf_counter() - started
    found = OurEngine(ids).ask("滞后测量专用标题")
    if len(found) != 1:
        raise SystemExit(f"published, but not found: {found}")
    return round(spent, 2)


def memory(engine: Any, made: County) -> dict[str, float]:
    """Private MB of a fresh process: with the portal warm and search never used, then after a round of questions."""
    from django.db import connections

    connections.close_all()
    environment = {name: os.environ[name] for name in ("DATABASE_URL", "VAR_DIR", "DATA_DIR", "SEARCH_BACKEND")}
    texts = [question.text for question in made.questions]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        off, on = fresh.submit(_weigh, environment, texts).result()
    return {"search off": round(off, 1), "more with search": round(on - off, 1)}


def _weigh(environment: dict[str, str], texts: list[str]) -> tuple[float, float]:
    os.environ.update(environment)
    start_django()
    from django.test import Client

    Client(SERVER_NAME="127.0.0.1").get("/")
    off = private_mb()
    engine = OurEngine([])
    for text in texts:
        engine.ask(text)
    return off, private_mb()


def start_django() -> None:
    import logging

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    django.setup()
    logging.disable(logging.WARNING)


def typos() -> dict[str, Any]:
    """How many typing errors are answered with the right suggestion."""
    from search import corrections

    wrong = [typed for typed, meant in typing_errors() if corrections.suggest(typed, request=_anybody()) != meant]
    return {"asked": len(typing_errors()), "right": len(typing_errors()) - len(wrong), "wrong": wrong}


def typed_in_pinyin() -> dict[str, Any]:
    """How many beginnings in pinyin are completed to the title, unit or person that was meant."""
    from search import suggestions

    wrong = [
        typed
        for typed, meant in TYPED
        if not any(meant in line for line in suggestions.complete(typed, request=_anybody()))
    ]
    return {"asked": len(TYPED), "right": len(TYPED) - len(wrong), "wrong": wrong}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=["whoosh", "postgres", "database", "tantivy"], required=True)
    parser.add_argument("--documents", type=int, required=True)
    options = parser.parse_args()
    made = county(documents=options.documents)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["VAR_DIR"], os.environ["DATA_DIR"] = str(folder / "var"), str(folder / "data")
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'bench.sqlite3'}")
        backends = {"database": "wagtail.search.backends.database"}
        os.environ["SEARCH_BACKEND"] = backends.get(options.engine, f"search.backends.{options.engine}")
        if options.engine == "tantivy":
            os.environ["SEARCH_BACKEND"] = "search.backends.whoosh"
        start_django()
        ids = fill_database(made) if options.engine != "tantivy" else []
        engine: Any
        if options.engine == "tantivy":
            engine = Tantivy(made, folder)
        else:
            engine = WagtailsDatabase(ids) if options.engine == "database" else OurEngine(ids)
        started = time.perf_counter()
        engine.build()
        spent = time.perf_counter() - started
        answer: dict[str, Any] = {
            "engine": options.engine,
            "documents": options.documents,
            "documents/s": round(options.documents / spent, 1),
            "index MB": round(engine.size_mb(), 1),
            "load": round(os.getloadavg()[0], 1),
            "ms": timings(engine, made),
            "relevance": relevance(engine, made),
        }
        # The index in Rust runs threads of its own, which do not survive a fork.
        if options.engine != "tantivy":
            answer["ms, 8 readers"] = eight_readers(engine, made)
        if isinstance(engine, OurEngine):
            answer["ms, whole page"] = whole_pages(made)
            answer["typos"] = typos()
            answer["typed in pinyin"] = typed_in_pinyin()
            answer["lag s"] = lag(made, ids)
            if options.engine == "whoosh":
                answer["memory MB"] = memory(engine, made)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
