"""The one typed reader of environment variables; `.env.example` lists every name."""

import contextlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env(
    SECRET_KEY=(str, ""),
    ALLOWED_HOSTS=(list, ["127.0.0.1", "localhost"]),
    DATABASE_URL=(str, f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}"),
    REDIS_URL=(str, ""),
    PORTAL_BASE_URL=(str, "http://127.0.0.1:8000"),
    DATA_DIR=(str, str(BASE_DIR / "media")),
    VAR_DIR=(str, str(BASE_DIR / "var")),
    AUDIT_ALLOW_LOOPBACK=(bool, False),
    AUDIT_CONTACT=(str, ""),
    AUDIT_SCHEDULE=(str, "0 2 * * *"),
    AUDIT_PROFILE=(str, "county"),
    CHROMIUM_PATH=(str, ""),
    CENTRE_PHONE=(str, ""),
    PAPER_AUTHORITY=(str, "栖云县督办督查局"),
    PAPER_AUTHORITY_CODE=(str, "栖督"),
    PAPER_FANGSONG_FONT=(str, ""),
    SEARCH_BACKEND=(str, "search.backends.whoosh"),
    QUEUE_WORKERS=(int, 2),
    LOG_LEVEL=(str, "INFO"),
)
env.read_env(str(BASE_DIR / ".env"))
# A line of .env.example that was copied and left empty means the default.
for name in env.scheme:
    if os.environ.get(name) == "":
        del os.environ[name]


def database() -> dict[str, Any]:
    """The database that DATABASE_URL names. Raises ImproperlyConfigured for none; its line keeps the password back."""
    with contextlib.suppress(ValueError):  # a port that is none
        if urlsplit(env("DATABASE_URL")).scheme in env.DB_SCHEMES:
            named: dict[str, Any] = env.db_url("DATABASE_URL")
            return named
    raise ImproperlyConfigured(
        "DATABASE_URL names no database: it is sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME"
    )
