"""manage.py import_articles: a dry run that stores nothing, all or nothing with --yes, one line for bad input."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.pages.intake.models import ImportBatch
from portal.pages.models import ArticlePage, ColumnPage
from portal.units.enums import Role
from portal.units.services import enrol
from tests.factories import PersonFactory, make_column_page

pytestmark = pytest.mark.django_db
HEAD = "标题,正文,发布时间\n"
RIGHT = HEAD + "通知一,正文,2024-03-05\n通知二,正文,2024-03-06\n通知二,又一遍,2024-03-06\n"


@pytest.fixture
def column() -> ColumnPage:
    return make_column_page(title="通知公告", slug="tzgg", column_class="notice")


@pytest.fixture
def where(column: ColumnPage) -> dict[str, str]:
    """The options that name a column and somebody of the network centre."""
    unit = column.get_parent().specific.unit
    person = PersonFactory()
    enrol(person=person, unit=unit, role=Role.NETWORK_CENTRE, day=timezone.localdate())
    return {"column": f"/{unit.code}/tzgg/", "by": person.user.username}


def sheet(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "旧稿.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_a_dry_run_reports_each_row_and_stores_nothing(where, tmp_path, capsys):
    call_command("import_articles", str(sheet(tmp_path, RIGHT, "gbk")), **where)
    report = capsys.readouterr().out.splitlines()
    assert report[0] == "row 2  new  2024-03-05 09:00  通知一"
    assert report[2].startswith("row 4  known  2024-03-06 09:00  通知二  栏目或本文件前面已有")
    assert report[3:] == ["2 new, 1 known, 0 wrong", "dry run: nothing was imported; --yes imports"]
    assert not ArticlePage.objects.exists()
    assert not ImportBatch.objects.exists()


def test_yes_imports_all_of_it_once_marked_and_in_a_name(where, column, tmp_path, capsys):
    for made in (2, 0):
        call_command("import_articles", str(sheet(tmp_path, RIGHT)), yes=True, **where)
        assert capsys.readouterr().out.endswith(f"{made} articles imported\n")
    first, second = ArticlePage.objects.child_of(column).order_by("first_published_at")
    assert (first.title, second.title, first.live) == ("通知一", "通知二", True)
    assert first.imported_at is not None
    assert first.owner.username == where["by"]


def test_a_folder_of_documents_with_what_lies_below_it(where, column, tmp_path, capsys):
    folder = tmp_path / "旧稿" / "2024年"
    folder.mkdir(parents=True)
    document = docx.Document()
    for line in ("关于某事的通知", "正文。"):
        document.add_paragraph(line)
    document.save(folder / "2024-03-05 某事.docx")
    (tmp_path / "旧稿" / "Thumbs.db").write_bytes(b"")
    call_command("import_articles", str(folder.parent), yes=True, **where)
    assert "2024-03-05 某事.docx  new  2024-03-05 09:00  关于某事的通知" in capsys.readouterr().out
    assert ArticlePage.objects.child_of(column).get().title == "关于某事的通知"


def test_one_wrong_row_keeps_all_of_it_out(where, tmp_path, capsys):
    with pytest.raises(CommandError, match=r"旧稿.csv: 1 rows are wrong, nothing was imported$") as told:
        call_command("import_articles", str(sheet(tmp_path, RIGHT + ",正文,2024-02-30\n")), yes=True, **where)
    assert told.value.returncode == 2
    assert "row 5  wrong  发布时间“2024-02-30”不是有效的日期  没有标题" in capsys.readouterr().out
    assert not ArticlePage.objects.exists()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"column": "nowhere/tzgg"}, "--column 'nowhere/tzgg': no such column"),
        ({"column": "tzgg"}, "--column 'tzgg': no such column"),
        ({"by": "nobody"}, "--by 'nobody': no such account"),
        ({"by": "editor"}, "--by 'editor': may not import with old dates"),
        ({"text": "题目\n"}, "第一行缺少列"),
        ({"name": "旧稿.txt"}, "请上传 .xlsx、.csv"),
        ({"name": "不在.csv", "text": None}, "No such file or directory"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(given, why, where, column, tmp_path):
    editor = PersonFactory(user__username="editor")
    enrol(person=editor, unit=column.get_parent().specific.unit, role=Role.EDITOR, day=timezone.localdate())
    path, text = tmp_path / given.get("name", "旧稿.csv"), given.get("text", RIGHT)
    if text is not None:
        path.write_text(text, encoding="utf-8")
    options = {name: given.get(name, value) for name, value in where.items()}
    with pytest.raises(CommandError) as told:
        call_command("import_articles", str(path), yes=True, **options)
    assert why in str(told.value)
    assert "\n" not in str(told.value)
    assert told.value.returncode == 2
    assert not ArticlePage.objects.exists()
