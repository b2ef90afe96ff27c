"""The one typed reader of environment variables; `.env.example` lists every name."""

import os
from pathlib import Path

import environ

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
