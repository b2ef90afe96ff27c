"""The portal and the sample's outside sites as child processes on loopback; whoever starts them stops them."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.conf import settings

from audits.management.sample import county
from audits.management.sample.seed import sample_as_of
from audits.registry.models import Site

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 10


class StartError(RuntimeError):
    """A server did not come up; the message is one line for a person."""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Within the block no other demo and no other `serve` uses this data. Raises StartError if one does."""
    with (settings.VAR_DIR / "sample.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError("the demo or the servers are running already: stop them first (Ctrl-C)") from None
        yield


@contextlib.contextmanager
def portal(port: int) -> Iterator[str]:
    """The portal, answering on that port, or on a free one if it is taken; yields its address.

    Within the block this process, too, takes that address for the portal's. Raises StartError.
    """
    port = port if is_free(port) else free_port()
    address = f"http://{HOST}:{port}"
    before, settings.PORTAL_BASE_URL = settings.PORTAL_BASE_URL, address
    command = ["gunicorn", "portal.wsgi", "--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"]
    # No limit: the portal itself says what is wrong with a question that is too long.
    command += ["--limit-request-line", "0"]
    environment = {"PORTAL_BASE_URL": address}
    try:
        with child([*command, "--log-level", "warning"], environment=environment) as process:
            _wait_for(process, address)
            yield address
    finally:
        settings.PORTAL_BASE_URL = before


@contextlib.contextmanager
def outside_sites() -> Iterator[dict[str, str]]:
    """The sample's outside sites as they stood when the county was seeded; yields their addresses by code.

    A site whose port is taken moves to a free one, and the registry with it. Raises StartError.
    """
    as_of = sample_as_of()
    if as_of is None:
        raise StartError("the sample county is not there: manage.py seed_demo")
    ports = []
    for site in Site.objects.filter(code__in=county.outside_sites()).order_by("code"):
        if port := urlsplit(site.base_url).port:
            ports += ["--site", f"{site.code}={port}"]
    command = ["tests.sites.server", "--as-of", as_of.isoformat(), *ports]
    with child(command, stdout=subprocess.PIPE) as process:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise StartError(f"the sample's outside sites did not start (exit code {process.wait()})")
        addresses: dict[str, str] = json.loads(line)
        for code, address in addresses.items():
            Site.objects.filter(code=code).exclude(base_url=address).update(base_url=address)
        yield addresses


@contextlib.contextmanager
def child(
    module: Sequence[str], *, environment: dict[str, str] | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A Python module running as a process of its own, stopped at the end of the block whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=settings.BASE_DIR,
        env={**os.environ, **(environment or {})},
        stdout=stdout,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[str], address: str) -> None:
    """Return as soon as the portal answers a request, whatever it says: the port alone is open before that."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StartError(f"the portal ended with exit code {process.returncode} before it answered at {address}")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 -- our own http address
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise StartError(f"the portal does not answer at {address} after {START_SECONDS} s")
