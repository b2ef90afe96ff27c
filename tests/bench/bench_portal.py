"""Requests per second and p95 of the portal's pages with a county's content, on SQLite and on PostgreSQL.

`make bench-portal`; what it finds is kept in var/bench/portal.json, a part for each database. Cold: every page is made
anew. Warm: pages come from the cache. The yardstick is the front page of a bare `wagtail start` project under the same
server, on SQLite as it is made. It is asked in turns with the page, a few times each, so that whatever else the machine
does slows both. The search and "my columns" are never kept; beside them, the first page of a Wagtail workbench in which
there is nothing, and on PostgreSQL the yardstick moved there, which tells what the database itself takes.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.servers import BASE_DIR, free_port, postgresql, running

WORKERS = 2
THREADS = 2
#: Of each thread: until every worker has its templates and what it keeps for itself.
UNCOUNTED = 10
#: Of each thread, until it is another page's turn.
IN_A_ROW = 10
RESULTS = BASE_DIR / "var" / "bench" / "portal.json"
#: Indexes by what is in them: both databases hold the same articles, and indexing takes longer than all the rest.
INDEXES = BASE_DIR / "var" / "bench" / "portal-indexes"
#: What a reader looks for, two words that some of the articles hold; and a word that all of them hold.
QUESTIONS = {"search": "防汛 抗旱", "search, all": "工作"}
SIGN_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
user = get_user_model().objects.create_superuser("bench")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]})
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """A page that is asked for; `session` is the key of who asks, `before` is done before each time."""

    address: str
    session: str = ""
    before: Callable[[], object] = lambda: None

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}"} if self.session else {}

    def ask(self) -> bytes:
        request = urllib.request.Request(self.address, headers=self.headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            body: bytes = response.read()
            return body


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--columns", type=int, default=2000)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=200, help="per page, warm and cold")
    parser.add_argument("--without-search", action="store_true", help="indexing takes most of the time")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--inside", nargs="+", metavar="BARE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(options)
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as name, bare_wagtail(Path(name) / "bare") as (address, session):
        for kind in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
            folder = Path(name) / kind
            folder.mkdir()
            with contextlib.ExitStack() as stack:
                url = stack.enter_context(database(kind, folder))
                moved = [stack.enter_context(bare_wagtail(folder / "bare", url))[0]] if kind == "postgresql" else []
                environment = {
                    **os.environ,
                    "DATABASE_URL": url,
                    "VAR_DIR": str(folder / "var"),
                    "DATA_DIR": str(folder / "data"),
                    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
                    "SECRET_KEY": "bench",
                    "LOG_LEVEL": "ERROR",
                }
                command = [sys.executable, "-m", "tests.bench.bench_portal", *sys.argv[1:]]
                command += ["--inside", address, session, *moved]
                told = subprocess.run(command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, check=True)
                found = json.loads(told.stdout.splitlines()[-1])
                keep(kind, found)
                table(kind, found)


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/db.sqlite3"
    else:
        with postgresql() as url:
            yield url


@contextlib.contextmanager
def bare_wagtail(project: Path, server_url: str = "") -> Iterator[tuple[str, str]]:
    """`wagtail start`, one migration, the same server: its address, and the session of a superuser.

    `server_url`: of a PostgreSQL server, instead of the SQLite that such a project is made with.
    """
    project.mkdir()
    run = [str(Path(sys.executable).parent / "wagtail"), "start", "bare", str(project)]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    settings = "from .base import *\nSECRET_KEY = 'bench'\nALLOWED_HOSTS = ['*']\nDEBUG = False\n"
    if server_url:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bare")
        url = server_url.rpartition("/")[0] + "/bare"
        settings += f"import environ\nDATABASES['default'] = environ.Env.db_url_config({url!r})\n"
        # As the portal: to open a connection takes longer than the page.
        settings += "DATABASES['default']['CONN_MAX_AGE'] = 60\n"
    (project / "bare" / "settings" / "bench.py").write_text(settings, encoding="utf-8")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bare.settings.bench"}

    def manage(*args: str) -> str:
        command = [sys.executable, "manage.py", *args]
        done = subprocess.run(command, cwd=project, env=environment, check=True, text=True, stdout=subprocess.PIPE)
        return done.stdout

    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--noinput", "--verbosity", "0")
    session = manage("shell", "--no-imports", "-c", SIGN_IN).split()[-1]
    with server("bare.wsgi", project, environment) as address:
        yield address, session


@contextlib.contextmanager
def server(application: str, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    port = free_port()
    args = [sys.executable, "-m", "gunicorn", application, "-b", f"127.0.0.1:{port}", "-w", str(WORKERS)]
    with running([*args, "--log-level", "error"], port=port, cwd=folder, env=environment):
        yield f"http://127.0.0.1:{port}"


def measure(targets: dict[str, Target], requests: int) -> dict[str, dict[str, float]]:
    """Ask for each so often from THREADS threads, in turns; by name the milliseconds an answer takes."""
    for target in targets.values():
        _ask_in_threads(target, UNCOUNTED)
    times: dict[str, list[float]] = {name: [] for name in targets}
    while any(len(taken) < requests for taken in times.values()):
        for name, target in targets.items():
            times[name] += _ask_in_threads(target, IN_A_ROW)
    # Of the answering alone: what is done before it is none of the portal's time.
    return {
        name: {
            "rps": THREADS * 1000 / statistics.mean(taken),
            "p50": statistics.median(taken),
            "p95": statistics.quantiles(taken, n=20)[18],
        }
        for name, taken in times.items()
    }


def _ask_in_threads(target: Target, times: int) -> list[float]:
    taken: list[float] = []

    def one_after_the_other() -> None:
        for _ in range(times):
            target.before()
            started = time.perf_counter()
            target.ask()
            taken.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=one_after_the_other) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def keep(kind: str, found: dict[str, Any]) -> None:
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept[kind] = found
    RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(kind: str, found: dict[str, Any]) -> None:
    print(
        f"\n{kind}: {found['size']}; filled in {found['filled']:.0f} s, indexed in {found['indexed']:.0f} s; "
        f"publish to visible {found['lag']:.0f} ms; load {found['load'][0]:.1f} before, {found['load'][1]:.1f} after"
    )
    heads = ("queries", "warm r/s", "warm p95", "cold r/s", "cold p50", "cold p95", "bare p95", "warm x", "cold x")
    print(f"{'page':16}" + "".join(f"{head:>10}" for head in heads))
    for page, row in found["pages"].items():
        warm, cold, bare = row.get("warm"), row["cold"], row["bare"]["p95"]
        cells = [f"{row.get('queries', '-')}"]
        cells += [f"{warm['rps']:.0f}", f"{warm['p95']:.1f}"] if warm else ["-", "-"]
        cells += [f"{cold['rps']:.0f}", f"{cold['p50']:.1f}", f"{cold['p95']:.1f}", f"{bare:.1f}"]
        cells += [f"{warm['p95'] / bare:.2f}" if warm else "-", f"{cold['p95'] / bare:.1f}"]
        print(f"{page:16}" + "".join(f"{cell:>10}" for cell in cells))


# In a process of its own, with the database of the round


def inside(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from tests.bench import portal_county

    load = [os.getloadavg()[0]]
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    started = time.perf_counter()
    editor = portal_county.fill(
        units=options.units, columns=options.columns, articles=options.articles, now=timezone.now()
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does within minutes
    filled = time.perf_counter()
    if not options.without_search:
        index()
    indexed = time.perf_counter()
    print(f"filled in {filled - started:.0f} s, indexed in {indexed - filled:.0f} s", file=sys.stderr)
    bare_address, bare_session, *moved = options.inside
    bare = Target(bare_address + "/")
    with server("portal.wsgi", BASE_DIR, dict(os.environ)) as address:
        pages = measure_pages(address, editor, bare, options)
        others = {"bare workbench": Target(bare_address + "/admin/", bare_session)}
        if moved:
            others["bare, moved"] = Target(moved[0] + "/")
        for name, target in others.items():
            print(name, file=sys.stderr)
            pages[name] = measure({"bare": bare, "cold": target}, options.requests)
        lag = measure_lag(address)
    found = {
        "pages": pages,
        "lag": lag,
        "filled": filled - started,
        "indexed": indexed - filled,
        "size": f"{options.units} units, {options.columns} columns, {options.articles} articles",
        "load": [*load, os.getloadavg()[0]],
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }
    print(json.dumps(found))


def index() -> None:
    """Build the index, or take one of the same articles and of this program's making from an earlier round."""
    from django.conf import settings
    from django.core.management import call_command

    from portal.pages.models import ArticlePage
    from search import corrections
    from search.backends.whoosh_storage import LAYOUT
    from search.documents import fingerprint

    articles = ArticlePage.objects.order_by("pk").values_list("pk", "slug", "title")
    held = (fingerprint(), LAYOUT, *articles)
    kept = INDEXES / hashlib.sha256(repr(held).encode()).hexdigest()[:16]
    if kept.exists():
        shutil.copytree(kept, settings.SEARCH_INDEX_DIR, symlinks=True, dirs_exist_ok=True)
        corrections.gather()
    else:
        call_command("rebuild_index", stdout=sys.stderr)
        shutil.rmtree(INDEXES, ignore_errors=True)
        shutil.copytree(settings.SEARCH_INDEX_DIR, kept, symlinks=True)


def measure_pages(address: str, editor: Any, bare: Target, options: argparse.Namespace) -> dict[str, Any]:
    from django.core.cache import caches
    from django.test import Client

    from portal.pages.models import ArticlePage, ColumnPage, UnitPage
    from portal.pages.reading.cache import GENERATION

    def purge() -> None:
        caches["pages"].set(GENERATION, uuid.uuid4().hex, None)

    reader, signed_in = Client(), Client()
    signed_in.force_login(editor)
    session = signed_in.cookies["sessionid"].value
    section = UnitPage.objects.order_by("path").first()
    column = ColumnPage.objects.child_of(section).order_by("path").first()
    article = ArticlePage.objects.child_of(column).order_by("path").first()
    kept = {"home": "/", "unit": section.get_url(), "column": column.get_url(), "article": article.get_url()}
    rounds = [(name, path, reader, "") for name, path in kept.items()]
    for name, question in {} if options.without_search else QUESTIONS.items():
        path = f"/search/?{urllib.parse.urlencode({'q': question})}"
        if "的通知" not in Target(address + path).ask().decode():
            raise RuntimeError(f"the search finds no article for {question}")
        rounds.append((name, path, reader, ""))
    rounds.append(("my columns", "/admin/", signed_in, session))
    pages = {}
    for name, path, client, key in rounds:
        print(name, file=sys.stderr)
        warm, cold = Target(address + path, key), Target(address + path, key, purge)
        measured = measure({"bare": bare, "warm": warm, "cold": cold}, options.requests)
        pages[name] = {"queries": queries(path, client), **measured}
    return pages


def queries(path: str, client: Any) -> int:
    """Queries of a page that is made anew, once what a process keeps for itself is there."""
    from django.core.cache import caches
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counted = 0
    for _ in range(2):
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path, headers={"host": "127.0.0.1"})
            counted = len(captured)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answers {response.status_code}")
    return counted


def measure_lag(address: str) -> float:
    """Milliseconds from the end of publishing, in another process than the server, to a list that shows it; the worst
    of five.
    """
    from portal.pages.models import ColumnPage
    from portal.pages.services import publish_article

    lags = []
    column = ColumnPage.objects.order_by("path").first()
    page = Target(address + column.get_url())
    for number in range(5):
        page.ask()
        title = f"新发第{number}篇"
        publish_article(column=column, title=title, body="正文")
        started = time.perf_counter()
        while title.encode() not in page.ask():
            if time.perf_counter() - started > 30:
                raise RuntimeError("what was published does not show within 30 s")
        lags.append((time.perf_counter() - started) * 1000)
    return max(lags)


if __name__ == "__main__":
    main()
