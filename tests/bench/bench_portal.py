"""Requests per second and p95 of the portal's pages with a county's content, on SQLite and on PostgreSQL.

`make bench-portal`. The yardstick of the same run is the front page of a bare `wagtail start` project under the same
server. Cold: the cache is purged before every request. Warm: it is not. "My columns" is the first page of the workbench
of an editor with 20 columns, which is never kept.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.servers import BASE_DIR, free_port, postgresql, running

WORKERS = 2
THREADS = 2
TEXT = "为做好相关工作，切实保障人民群众生命财产安全，现将有关事项通知如下，请认真抓好贯彻落实。" * 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--columns", type=int, default=2000)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=300, help="per page, warm; a tenth of it cold")
    parser.add_argument("--without-search", action="store_true", help="indexing takes most of the time")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(options)
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bare = yardstick(Path(folder), options.requests)
        print(
            f"\nyardstick: front page of a bare wagtail project: {bare['rps']:.0f} requests/s, p95 {bare['p95']:.1f} ms"
        )
        for name in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
            with database(name, Path(folder)) as url:
                environment = {
                    **os.environ,
                    "DATABASE_URL": url,
                    "VAR_DIR": f"{folder}/{name}/var",
                    "DATA_DIR": f"{folder}/{name}/data",
                    "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
                    "LOG_LEVEL": "ERROR",
                }
                command = [sys.executable, "-m", "tests.bench.bench_portal", "--inside", *sys.argv[1:]]
                told = subprocess.run(command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, check=True)
                table(name, json.loads(told.stdout.splitlines()[-1]), bare)


@contextlib.contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    (folder / name).mkdir()
    if name == "sqlite":
        yield f"sqlite:///{folder}/{name}/db.sqlite3"
    else:
        with postgresql() as url:
            yield url


def table(name: str, found: dict[str, Any], bare: dict[str, float]) -> None:
    print(f"\n{name}: {found['size']}; filled in {found['filled']:.0f} s; publish to visible {found['lag']:.0f} ms")
    print(
        f"{'page':12} {'queries':>8} {'warm r/s':>9} {'warm p95':>9} {'cold r/s':>9} {'cold p95':>9}   p95 / yardstick"
    )
    for page, row in found["pages"].items():
        warm, cold = row["warm"], row["cold"]
        ratio = f"warm {warm['p95'] / bare['p95']:.1f}, cold {cold['p95'] / bare['p95']:.1f}"
        print(
            f"{page:12} {row['queries']:8d} {warm['rps']:9.0f} {warm['p95']:9.1f} "
            f"{cold['rps']:9.0f} {cold['p95']:9.1f}   {ratio}"
        )


def yardstick(folder: Path, requests: int) -> dict[str, float]:
    """`wagtail start`, one migration, the same server."""
    project = folder / "bare"
    project.mkdir()
    run = [str(Path(sys.executable).parent / "wagtail"), "start", "bare", str(project)]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    settings = "from .base import *\nSECRET_KEY = 'bench'\nALLOWED_HOSTS = ['*']\nDEBUG = False\n"
    (project / "bare" / "settings" / "bench.py").write_text(settings, encoding="utf-8")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bare.settings.bench"}
    for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=project, env=environment, check=True)
    with server("bare.wsgi", project, environment) as address:
        return measure(lambda: get(address + "/"), requests)


@contextlib.contextmanager
def server(application: str, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    port = free_port()
    args = [sys.executable, "-m", "gunicorn", application, "-b", f"127.0.0.1:{port}", "-w", str(WORKERS)]
    with running([*args, "--log-level", "error"], port=port, cwd=folder, env=environment):
        yield f"http://127.0.0.1:{port}"


def get(address: str, cookie: str = "") -> bytes:
    request = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request, timeout=60) as response:
        body: bytes = response.read()
        return body


def measure(ask: Callable[[], object], requests: int, before: Callable[[], object] = lambda: None) -> dict[str, float]:
    """Ask so often from THREADS threads; milliseconds of each answer, `before` not counted."""
    for _ in range(WORKERS * 2):
        ask()
    times: list[float] = []

    def one_after_the_other() -> None:
        for _ in range(requests // THREADS):
            before()
            started = time.perf_counter()
            ask()
            times.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=one_after_the_other) for _ in range(THREADS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    return {"rps": len(times) / elapsed, "p95": statistics.quantiles(times, n=20)[18]}


# In a process of its own, with the database of the round


def inside(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    editor, column = fill(options)
    if not options.without_search:
        call_command("rebuild_index", stdout=sys.stderr)
    filled = time.perf_counter() - started
    with server("portal.wsgi", BASE_DIR, dict(os.environ)) as address:
        pages = measure_pages(address, editor, column, options)
        lag = measure_lag(address, column)
    size = f"{options.units} units, {options.columns} columns, {options.articles} articles"
    print(json.dumps({"pages": pages, "lag": lag, "filled": filled, "size": size}))


def fill(options: argparse.Namespace) -> tuple[Any, Any]:
    """The tree by the portal's services, the articles by bulk; returns an editor and one of its columns."""
    from django.db import connection
    from django.utils import timezone
    from wagtail.models import Locale, Page

    from portal.pages.models import ArticlePage, ColumnPage
    from portal.pages.services import add_column_page, add_unit_page, ensure_home, publish_article
    from portal.units.enums import Role, UnitKind
    from portal.units.models import Person, Unit, User
    from portal.units.services import enrol, ensure_groups

    home = ensure_home(title="栖云县电子政务网门户", base_url="http://127.0.0.1:8000", county="栖云县")
    ensure_groups()
    kinds, classes = list(UnitKind), ["dynamic", "notice", "policy"]
    per_unit = options.columns // options.units
    for number in range(options.units):
        kind = kinds[number % 4]
        unit = Unit.objects.create(
            code=f"u{number}", name=f"栖云县第{number}单位", short_name=f"{number}单位", kind=kind
        )
        section = add_unit_page(home=home, unit=unit)
        for place in range(per_unit):
            add_column_page(
                unit_page=section, title=f"栏目{place}", slug=f"c{place}", column_class=classes[place % len(classes)]
            )
    user = User.objects.create(username="bench")
    person = Person.objects.create(name="王敏", user=user)
    enrol(person=person, unit=Unit.objects.get(code="u0"), role=Role.EDITOR, day=timezone.localdate())

    columns = list(ColumnPage.objects.order_by("path"))
    kind_of = publish_article(column=columns[0], title="第一篇", body=TEXT).content_type
    locale, now = Locale.get_active(), timezone.now()
    per_column = options.articles // len(columns)
    fields = [field.column for field in ArticlePage._meta.local_fields]
    body = json.dumps([{"type": "text", "value": f"<p>{TEXT}</p>", "id": str(uuid.uuid4())}])
    given = {"body": body, "source": "", "responsible_editor": "", "document_number": "", "issuing_body": ""}
    statement = f"INSERT INTO pages_articlepage ({', '.join(fields)}) VALUES ({', '.join(['%s'] * len(fields))})"
    convert = ArticlePage._meta.get_field("uid").get_db_prep_value
    for number, column in enumerate(columns):
        first = 1 if number == 0 else 0
        rows = [
            Page(
                title=f"关于做好第{number * per_column + place}项工作的通知",
                draft_title="x",
                slug=f"20260101-{number * per_column + place}",
                path=Page._get_path(column.path, column.depth + 1, place + 1),
                depth=column.depth + 1,
                url_path=f"{column.url_path}20260101-{number * per_column + place}/",
                content_type=kind_of,
                locale=locale,
                live=True,
                first_published_at=now - dt.timedelta(minutes=30 * (place * len(columns) + number)),
                last_published_at=now,
                translation_key=uuid.uuid4(),
            )
            for place in range(first, per_column)
        ]
        made = Page.objects.bulk_create(rows)
        values = [
            [
                page.pk
                if name == "page_ptr_id"
                else convert(uuid.uuid4(), connection)
                if name == "uid"
                else given.get(name)
                if name in given
                else ""
                if name == "validity"
                else None
                for name in fields
            ]
            for page in made
        ]
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
        Page.objects.filter(pk=column.pk).update(numchild=per_column)
    return user, ColumnPage.objects.get(pk=columns[1].pk)


def measure_pages(address: str, editor: Any, column: Any, options: argparse.Namespace) -> dict[str, Any]:
    from django.test import Client

    from portal.pages.models import ArticlePage
    from portal.pages.reading.cache import GENERATION

    def purge() -> None:
        from django.core.cache import caches

        caches["pages"].set(GENERATION, uuid.uuid4().hex, None)

    client = Client()
    client.force_login(editor)
    session = f"sessionid={client.cookies['sessionid'].value}"
    article = ArticlePage.objects.child_of(column).first()
    pages = {"home": "/", "column": column.get_url(), "article": article.get_url()}
    if not options.without_search:
        pages["search"] = "/search/?q=%E5%B7%A5%E4%BD%9C"
    found: dict[str, Any] = {}
    for name, path in pages.items():
        found[name] = {
            "queries": queries(path, Client()),
            "warm": measure(lambda path=path: get(address + path), options.requests),
            "cold": measure(lambda path=path: get(address + path), max(20, options.requests // 10), purge),
        }
    mine = measure(lambda: get(f"{address}/admin/", session), max(20, options.requests // 5))
    found["my columns"] = {"queries": queries("/admin/", client), "warm": mine, "cold": mine}
    return found


def queries(path: str, client: Any) -> int:
    """Queries of the second uncached request."""
    from django.core.cache import caches
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counted = 0
    for _ in range(2):
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path, headers={"host": "127.0.0.1"}).status_code == 200, path
        counted = len(captured)
    return counted


def measure_lag(address: str, column: Any) -> float:
    """Milliseconds from the end of publishing, in another process than the server, to a list that shows it."""
    from portal.pages.services import publish_article

    lags = []
    for number in range(5):
        get(address + column.get_url())
        title = f"新发第{number}篇"
        publish_article(column=column, title=title, body="正文")
        started = time.perf_counter()
        while title.encode() not in get(address + column.get_url()):
            if time.perf_counter() - started > 30:
                raise RuntimeError("what was published does not show within 30 s")
        lags.append((time.perf_counter() - started) * 1000)
    return max(lags)


if __name__ == "__main__":
    main()
