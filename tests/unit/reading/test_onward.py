"""Pages that only lead on to others."""

import pytest

from crawler.reading.onward import frame_targets, meta_refresh_target

HOME = "http://water.example/index.html"


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ('<meta http-equiv=refresh content="0;url=/new/">', "http://water.example/new/"),
        ("<meta http-equiv='Refresh' content='3; URL=main.asp?id=1'>", "http://water.example/main.asp?id=1"),
        ('<meta http-equiv="refresh" content="0.5.1;url=/a/">', "http://water.example/a/"),
        ('<meta http-equiv="refresh" content=".;url=/a/">', "http://water.example/a/"),
        ('<script>window.location.href="web/index.html"</script>', "http://water.example/web/index.html"),
        ('<script>location.replace("web/")</script>', "http://water.example/web/"),
        ('<meta http-equiv="refresh" content="300">', None),
        ('<meta http-equiv="refresh" content="60;url=/other/">', None),
        ('<meta http-equiv="refresh" content="0;url=/index.html">', None),
        ('<meta http-equiv="refresh" content="0;url=http://[::1/">', None),
        ("<p>通知公告</p>", None),
    ],
)
def test_a_page_that_leads_on(body: str, target: str | None) -> None:
    assert meta_refresh_target(body.encode(), url=HOME) == target


def test_a_folder_that_leads_to_its_index() -> None:
    body = b'<meta http-equiv="refresh" content="0;url=/index.html">'
    assert meta_refresh_target(body, url="http://water.example/") == HOME


def test_frames_of_the_old_kind() -> None:
    body = b'<frameset rows="80,*"><frame src="top.htm"><frame src="/main.htm"></frameset>'
    assert frame_targets(body, url=HOME) == ["http://water.example/top.htm", "http://water.example/main.htm"]
