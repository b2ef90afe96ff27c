"""Old office formats: read through LibreOffice where it is installed, named where it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from search import attachments, extract, queries, services
from search.models import AttachmentText
from search.parsing import parse
from tests.factories import make_article
from tests.integration.search.attached import SAID, in_docx, upload
from tests.integration.search.conftest import request_of
from tests.integration.search.test_attachments import in_pptx, in_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> str:
    program = shutil.which("soffice")
    assert program, "LibreOffice is not installed: make test-long installs apt-packages-long.txt"
    return program


@pytest.fixture
def old(office: str, tmp_path: Path) -> Callable[[bytes, str, str], bytes]:
    """A file of today's format as an old one."""

    def making(content: bytes, kind: str, target: str) -> bytes:
        (tmp_path / f"new.{kind}").write_bytes(content)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = [office, profile, "--headless", "--convert-to", target, "--outdir", tmp_path]
        subprocess.run([*command, tmp_path / f"new.{kind}"], check=True, capture_output=True, timeout=120)
        return (tmp_path / f"new.{target}").read_bytes()

    return making


@pytest.mark.long
@pytest.mark.parametrize(
    ("content", "kind", "target", "names"),
    [
        (in_docx, "docx", "doc", ("a.doc", "a.wps")),
        (in_xlsx, "xlsx", "xls", ("a.xls", "a.et")),
        (in_pptx, "pptx", "ppt", ("a.ppt", "a.dps")),
    ],
)
def test_old_formats_are_read(old, content, kind: str, target: str, names: tuple[str, ...]) -> None:
    written = old(content(), kind, target)
    assert written.startswith(b"\xd0\xcf\x11\xe0")
    for name in names:
        kept = attachments.read(upload(name, written))

        assert (kept.state, kept.problem) == (AttachmentText.State.READ, "")
        assert SAID in kept.text


@pytest.mark.long
def test_what_an_old_attachment_says_finds_its_article(old, committed) -> None:
    with committed():
        document = upload("排查表.doc", old(in_docx(), "docx", "doc"))
        article = make_article(title="汛期工作", body=[("attachments", [document])])
        services.rebuild()

    [hit] = queries.search(parse("隐患点排查"), request=request_of()).hits
    assert hit.url == article.get_url()
    assert "<mark>" in hit.snippet


@pytest.mark.long
@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000, b"\0" * 100_000])
@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.ppt", "a.wps"])
def test_a_broken_old_file_gives_no_text_and_ends(office, name: str, content: bytes) -> None:
    kept = attachments.read(upload(name, content))

    assert kept.problem or "\0" not in kept.text
    assert AttachmentText.objects.get() == kept


@pytest.mark.long
def test_nothing_that_an_old_file_refers_to_is_fetched(office) -> None:
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_OPTIONS = do_HEAD = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/x.png"
        page = f"<html><body><p>{SAID}</p><img src='{address}'></body></html>"
        kept = attachments.read(upload("a.doc", page.encode()))
    finally:
        server.shutdown()
        server.server_close()

    assert asked == []
    assert kept.pk


def script(folder: Path, body: str) -> None:
    """A program named soffice that comes first on PATH."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)


def test_where_libreoffice_is_missing_the_office_is_told_so(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    kept = attachments.read(upload("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
    assert (kept.state, kept.problem) == (AttachmentText.State.REFUSED, extract.NO_OFFICE)


@pytest.mark.long
def test_once_libreoffice_is_there_what_was_left_is_read(old, monkeypatch, committed, tmp_path: Path) -> None:
    written = old(in_docx(), "docx", "doc")
    with monkeypatch.context() as without, committed():
        without.setenv("PATH", str(tmp_path))
        upload("排查表.doc", written)
    assert AttachmentText.objects.get().problem == extract.NO_OFFICE

    assert [services.read_left_behind() for _ in range(2)] == [1, 0]
    assert SAID in AttachmentText.objects.get().text


def test_what_no_queue_has_read_is_read_later() -> None:
    upload("a.txt", SAID.encode())  # no transaction ends here, so nothing was queued

    assert [services.read_left_behind() for _ in range(2)] == [1, 0]
    assert AttachmentText.objects.get().text == SAID


def test_a_conversion_that_makes_nothing_is_recorded(monkeypatch, tmp_path: Path) -> None:
    script(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert attachments.read(upload("a.doc", b"x")).problem == "LibreOffice 无法转换"


def test_a_conversion_that_never_ends_is_stopped_with_what_it_started(monkeypatch, tmp_path: Path) -> None:
    script(tmp_path, f"sleep 600 & echo $! > {tmp_path}/pid; wait")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(extract, "SECONDS", 1)
    path = tmp_path / "a.doc"
    path.write_bytes(b"x")
    started = time.monotonic()

    with pytest.raises(extract.Unreadable, match="已停止"):
        extract.text_of(path)
    assert time.monotonic() - started < 20
    assert state_of(int((tmp_path / "pid").read_text())) in ("", "Z")


def state_of(pid: int) -> str:
    """The state letter of a process; empty for one that is gone. One whose parent is gone may wait for init."""
    for _ in range(100):
        try:
            letter = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return ""
        if letter == "Z":
            return letter
        time.sleep(0.05)
    return letter
