"""python -m crawler.reading: the line protocol and the table."""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[3]
SITE = ROOT / "tests" / "sites" / "reading"


def run(*arguments: str, feed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler.reading", *arguments],
        input=feed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_lines_in_readings_out() -> None:
    questions = [
        {"id": "c", "path": str(SITE / "side_hot.html"), "url": "", "as_of": "2026-11-18", "kind": "column"},
        {"id": "a", "path": str(SITE / "article_line.html"), "url": "", "as_of": "2026-11-18", "kind": "article"},
    ]
    done = run(feed="".join(json.dumps(question) + "\n" for question in questions))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(answer["id"], answer["updated"]) for answer in answers] == [("c", "2026-10-20"), ("a", "2026-10-20")]
    assert answers[0]["entries"][0]["title"]
    assert done.returncode == 0


def test_a_path_is_no_evidence(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "t20261117_1.html"
    path.write_text("<p>没有日期的一页</p>")
    feed = json.dumps({"id": 1, "path": str(path), "url": "", "as_of": "2026-11-18", "kind": "article"})
    assert json.loads(run(feed=feed).stdout)["updated"] is None


def test_a_table_for_a_person() -> None:
    done = run(str(SITE / "side_hot.html"), "--as-of", "2026-11-18", "--explain")
    assert "updated 2026-10-20" in done.stdout
    assert "in a block that is not the column's" in done.stdout


def test_bad_input_is_one_line_and_exit_2() -> None:
    for arguments, feed, words in (
        (("nowhere.html", "--as-of", "2026-11-18"), "", "nowhere.html"),
        ((str(SITE / "plain.html"), "--as-of", "soon"), "", "'soon'"),
        ((str(SITE / "plain.html"),), "", "--as-of"),
        ((), "not json\n", "line 1"),
        ((), '{"path": "nowhere", "as_of": "2026-11-18"}\n', "line 1"),
    ):
        done = run(*arguments, feed=feed)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
