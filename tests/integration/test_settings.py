"""Settings are read in one place and every variable is explained."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from portal.settings.env import BASE_DIR, env


def test_example_lists_every_variable_with_its_default():
    lines = (BASE_DIR / ".env.example").read_text(encoding="utf-8").splitlines()
    listed = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(listed) == set(env.scheme)
    written = {list: ",".join, bool: lambda value: str(value).lower(), str: str, int: str}
    for name, (kind, default) in env.scheme.items():
        assert listed[name] in ("", written[kind](default)), name


def test_only_the_typed_reader_reads_the_environment():
    readers = [
        path.relative_to(BASE_DIR)
        for folder in ("portal", "audits", "search")
        for path in (BASE_DIR / folder).rglob("*.py")
        if path.name != "env.py"
        and ("os.environ[" in path.read_text(encoding="utf-8") or "os.getenv" in path.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_an_empty_variable_means_the_default():
    code = "from portal.settings.dev import DATABASES, RUNS_DIR; print(DATABASES['default']['NAME'], RUNS_DIR)"
    environment = {**os.environ, "DATABASE_URL": "", "DATA_DIR": "", "VAR_DIR": ""}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(BASE_DIR / "var" / "db.sqlite3"), str(BASE_DIR / "media" / "runs")]


def test_production_does_not_start_without_a_secret():
    code = "import django; django.setup()"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.production", "SECRET_KEY": ""}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "SECRET_KEY is not set" in run.stderr


@pytest.mark.parametrize("url", ["nonsense", "foo://h/x", "postgres://u:geheim@h:99999/x", "postgres://u:geheim@h:x/x"])
def test_a_database_that_is_none_stops_the_command_line_in_one_line(url):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DATABASE_URL": url}
    for command in ("check", "serve"):
        run = subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stdout) == (2, "")
        assert len(run.stderr.splitlines()) == 1
        assert run.stderr.startswith("DATABASE_URL names no database")
        assert "geheim" not in run.stderr


def test_sqlite_is_fit_for_a_queue_beside_the_portal(tmp_path):
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "print(cursor.execute('PRAGMA journal_mode').fetchone()[0])\n"
        "print(connection.settings_dict['OPTIONS']['transaction_mode'])"
    )
    database = f"sqlite:///{tmp_path}/db.sqlite3"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DATABASE_URL": database}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["wal", "IMMEDIATE"]
