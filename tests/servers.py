"""Real PostgreSQL, Redis and Django processes for tests; each stops what it started."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg

BASE_DIR = Path(__file__).resolve().parents[1]
START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode} before it listened on {port}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen on port {port} after {START_SECONDS} s")


@contextlib.contextmanager
def running(args: list[str], *, port: int, **options) -> Iterator[subprocess.Popen]:
    """A process that listens on `port`, from the moment it does until the end of the block."""
    process = subprocess.Popen(args, stdout=subprocess.DEVNULL, **options)
    try:
        wait_for_port(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _postgres_bin(name: str) -> str:
    """Debian keeps PostgreSQL's server programs off PATH, one folder a version; the newest is taken."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    program = str(found[-1]) if found else shutil.which(name)
    if not program:
        raise RuntimeError(f"PostgreSQL's {name} is not installed: make packages-dev")
    return program


def _wait_for_postgresql(url: str) -> None:
    """A server that is starting up listens already, and turns away who connects."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """A fresh PostgreSQL server; yields its DATABASE_URL.

    PostgreSQL refuses to run as root: then it runs as the unprivileged account `postgres` or `nobody`.
    """
    account = None
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        account = "postgres" if "postgres" in names else "nobody"
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if account:
            shutil.chown(folder, user=account)
        identity = {"user": account} if account else {}
        data = folder / "data"
        subprocess.run(
            [_postgres_bin("initdb"), "-D", data, "-U", "county", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **identity,
        )
        port = free_port()
        args = [_postgres_bin("postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
        args += ["-c", "fsync=off"]
        with running(args, port=port, cwd=folder, stderr=subprocess.DEVNULL, **identity):
            url = f"postgres://county@127.0.0.1:{port}/postgres"
            _wait_for_postgresql(url)
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A fresh Redis server that keeps nothing; yields its REDIS_URL."""
    port = free_port()
    args = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running(args, port=port):
        yield f"redis://127.0.0.1:{port}/0"


def manage(*args: str, env: Mapping[str, str], check: bool = True) -> subprocess.CompletedProcess[str]:
    """One management command in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=BASE_DIR,
        env={**os.environ, **env},
        check=check,
        text=True,
        capture_output=True,
    )
