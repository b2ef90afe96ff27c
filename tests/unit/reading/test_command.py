"""python -m crawler.reading: the line protocol and the table."""

import json
import pathlib
import subprocess
import sys

from crawler.reading.__main__ import moment
from crawler.reading.explain import cut, width

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


def test_a_table_of_an_articles_dates() -> None:
    file = str(SITE / "art_paper_named_as_source.html")
    done = run(file, "--as-of", "2026-11-18", "--kind", "article", "--explain")
    rows = [line.split() for line in done.stdout.partition("dates in the text")[2].splitlines()[1:]]
    assert [row[0] for row in rows] == ["2026-10-20", "2026-10-18"]
    assert float(rows[0][1]) > float(rows[1][1])


def test_a_line_that_is_wrong_stops_no_other() -> None:
    good = json.dumps({"id": 2, "path": str(SITE / "plain.html"), "url": "", "as_of": "2026-11-18"})
    done = run(feed='{"id": 1, "path": "/nowhere", "as_of": "2026-11-18"}\n' + good)
    assert json.loads(done.stdout)["id"] == 2
    assert "line 1: FileNotFoundError" in done.stderr
    assert done.returncode == 2


def test_columns_stand_below_each_other_whatever_is_written_in_them() -> None:
    done = run(str(SITE / "month_day_hanzi.html"), "--as-of", "2026-11-18", "--explain")
    rows = done.stdout.partition("\nentries\n")[2].partition("\n\n")[0].splitlines()
    titles = ("关于开展冬季安全生产检查的通知", "我县召开乡村振兴工作推进会")
    starts = [width(row[: row.index(title)]) for row, title in zip(rows, titles, strict=True)]
    assert len(set(starts)) == 1, rows
    assert width("10月2日 a\u0301") == 9
    assert cut("关于开展冬季安全", 7) == "关于开"


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


def test_what_a_line_may_bring_along() -> None:
    good = {"path": str(SITE / "plain.html"), "url": "", "as_of": "2026-11-18"}
    asked = [
        {**good, "id": "\ud800"},
        {**good, "kind": "blog"},
        {**good, "as_of": "9999-12-31"},
        {**good, "id": "last"},
    ]
    asked[2]["path"] = str(SITE / "month_day.html")
    done = run(feed="".join(json.dumps(question) + "\n" for question in asked) + "[" * 100_000 + "\n")
    answered = [json.loads(line)["id"] for line in done.stdout.splitlines()]
    assert answered[0] == "\ud800"
    assert answered[-1] == "last"
    assert "neither column nor article" in done.stderr
    assert done.returncode == 2


def test_a_day_is_its_last_second_however_it_is_written() -> None:
    assert moment("20261118") == moment("2026-11-18") == moment("2026-11-18T23:59:59")
