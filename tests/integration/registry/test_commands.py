"""add_site, import_columns and confirm_columns: what they add, and that what is wrong changes nothing."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audits.models import Column, Site
from audits.registry import services
from audits.registry.enums import ColumnStanding
from tests.factories import UnitFactory, UserFactory
from tests.integration.registry.test_services import NOW
from tests.servers import free_port

pytestmark = pytest.mark.django_db

COLUMNS = {"gzdt": "工作动态", "tzgg": "通知公告", "zcwj": "政策文件"}
HOME = """<html><head><meta charset="utf-8"><title>栖云县示例局</title></head><body>
<div class="nav"><ul><li><a href="/">首页</a></li>{links}</ul></div><p>栖云县示例局门户</p></body></html>"""
LIST = """<html><head><meta charset="utf-8"><title>{name}</title></head><body><h1>{name}</h1>
<ul class="list">{items}</ul></body></html>"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    write_site(folder, COLUMNS)
    return folder


def write_site(folder: Path, columns: dict[str, str]) -> None:
    links = "".join(f'<li><a href="/{slug}/">{name}</a></li>' for slug, name in columns.items())
    (folder / "index.html").write_text(HOME.format(links=links), encoding="utf-8")
    for slug, name in columns.items():
        items = "".join(
            f'<li><a href="/{slug}/{n}.html">栖云县召开第{n}次{name}工作会议</a><span>2026-11-{n:02d}</span></li>'
            for n in range(1, 11)
        )
        (folder / slug).mkdir(exist_ok=True)
        (folder / slug / "index.html").write_text(LIST.format(name=name, items=items), encoding="utf-8")


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def run(*args: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(*args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*args: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command(*args, stdout=io.StringIO(), stderr=io.StringIO())
    assert caught.value.returncode == 2
    return str(caught.value)


class TestAddSite:
    def test_discovered_columns_are_on_trial_until_someone_confirms(self, url: str) -> None:
        out, _ = run("add_site", url, "--discover")

        code = services.code_of(url)
        assert out.splitlines()[0] == f"site {code}: 3 columns, 0 confirmed"
        assert {column.name: column.column_class for column in Column.objects.all()} == {
            "工作动态": "dynamic",
            "通知公告": "notice",
            "政策文件": "policy",
        }
        assert set(Column.objects.values_list("standing", flat=True)) == {ColumnStanding.TRIAL}
        assert f"{url}gzdt/" in out
        assert "名称含“动态”" in out

    def test_yes_takes_them_all_and_a_second_call_changes_nothing(self, url: str, folder: Path) -> None:
        run("add_site", url, "--discover", "--yes")
        assert set(Column.objects.values_list("standing", flat=True)) == {ColumnStanding.CONFIRMED}

        out, _ = run("add_site", url, "--discover", "--yes")
        assert out.splitlines()[0].endswith(": 3 columns, 3 confirmed")
        assert out.splitlines()[-1] == "nothing changed"

        write_site(folder, {**COLUMNS, "xwfb": "新闻发布"})
        out, _ = run("add_site", url, "--discover")
        assert out.splitlines()[0].endswith(": 4 columns, 3 confirmed")

    def test_address_beyond_keeping_is_left_out_and_said(self, url: str, folder: Path) -> None:
        home = folder / "index.html"
        home.write_text(home.read_text().replace("/tzgg/", "/tzgg/?" + "x" * 600))

        out, err = run("add_site", url, "--discover")

        assert out.splitlines()[0].endswith(": 2 columns, 0 confirmed")
        assert "left out: 通知公告: location: " in err

    def test_column_that_a_person_retired_stays_retired(self, url: str) -> None:
        run("add_site", url, "--discover")
        column = Column.objects.get(name="政策文件")
        services.propose_retirement(column=column, reason="撤销", now=NOW)
        services.confirm_retirement(column=column, actor=UserFactory(), reason="撤销", now=NOW)

        run("add_site", url, "--discover")

        assert Column.objects.get(name="政策文件").standing == ColumnStanding.RETIRED

    def test_site_that_is_down_is_registered_without_columns_and_says_why(self) -> None:
        out, err = run("add_site", f"http://127.0.0.1:{free_port()}/", "--discover")

        assert "0 columns, 0 confirmed" in out
        assert "refused" in err

    def test_name_code_unit_and_sign_in(self) -> None:
        unit = UnitFactory(code="wlzx")

        run("add_site", "http://oa.qiyun.example/", "--code=oa", "--name=办公系统", "--unit=wlzx", "--login-required")

        site = Site.objects.get()
        assert (site.code, site.name, site.unit, site.login_required) == ("oa", "办公系统", unit, True)

    def test_what_is_given_of_a_known_site_is_applied_and_said(self) -> None:
        UnitFactory(code="wlzx")
        address = "http://oa.qiyun.example/"
        run("add_site", address)

        first, _ = run("add_site", address, "--unit=wlzx", "--name=办公系统", "--login-required")
        again, _ = run("add_site", address, "--unit=wlzx", "--name=办公系统", "--login-required")
        bare, _ = run("add_site", address)
        opened, _ = run("add_site", address, "--no-login-required")

        site = Site.objects.get()
        assert (site.name, site.unit.code, site.login_required) == ("办公系统", "wlzx", False)
        assert first.splitlines()[1:] == [
            "changed name: oa.qiyun.example -> 办公系统",
            "changed unit: none -> wlzx",
            "changed login_required: no -> yes",
        ]
        assert again.splitlines()[1:] == bare.splitlines()[1:] == ["nothing changed"]
        assert opened.splitlines()[1:] == ["changed login_required: yes -> no"]
        assert [event.reason for event in site.events.all()] == ["命令行 add_site：按所给选项变更"] * 2

    def test_known_site_of_an_unknown_unit_stays_as_it_is(self) -> None:
        run("add_site", "http://oa.qiyun.example/")

        refused("add_site", "http://oa.qiyun.example/", "--name=办公系统", "--unit=nobody")
        refused("add_site", "http://oa.qiyun.example/", "--name=" + "长" * 121)
        refused("add_site", "http://oa.qiyun.example/", "--name= ")

        assert Site.objects.get().name == "oa.qiyun.example"

    @pytest.mark.parametrize(
        ("args", "complaint"),
        [
            (["gopher://127.0.0.1/"], "'gopher://127.0.0.1/': scheme must be http or https"),
            (["http://127.0.0.1/", "--unit=nobody"], "--unit 'nobody': no such unit"),
            (["http://127.0.0.1/", "--code=a b"], "code 'a b'"),
        ],
    )
    def test_what_is_wrong_is_said_in_one_line(self, args: list[str], complaint: str) -> None:
        message = refused("add_site", *args)

        assert complaint in message
        assert "\n" not in message
        assert not Site.objects.exists()


@pytest.fixture
def site() -> Site:
    return services.add_outside_site(url="http://qiyun.example/", code="outside", now=NOW)


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    return tmp_path / "columns.csv"


class TestImportColumns:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
    def test_columns_are_added_on_trial_once(self, site: Site, csv_file: Path, encoding: str) -> None:
        csv_file.write_text(
            "name,url,class,rhythm_days\r\n工作动态,/gzdt/,dynamic,7\r\n\r\n通知公告,http://qiyun.example/tzgg/,,\r\n",
            encoding=encoding,
        )

        first, _ = run("import_columns", str(csv_file), "--site=outside")
        second, _ = run("import_columns", str(csv_file), "--site=outside")

        assert first == "site outside: 2 columns added on trial, 0 known already\n"
        assert second == "site outside: 0 columns added on trial, 2 known already\n"
        rows = site.columns.order_by("pk").values_list("name", "location", "column_class", "rhythm_days", "standing")
        assert list(rows) == [
            ("工作动态", "/gzdt/", "dynamic", 7, "trial"),
            ("通知公告", "/tzgg/", "notice", None, "trial"),
        ]

    def test_every_bad_row_is_named_and_nothing_is_imported(self, site: Site, csv_file: Path) -> None:
        services.add_column(site=site, name="老栏目", url="/old/", now=NOW)
        csv_file.write_text(
            "name,url,class,rhythm_days\n"
            "好栏目,/good/,dynamic,\n"
            ",/x/,dynamic,\n"
            "少一格,/y/,dynamic\n"
            "坏类别,/z/,gossip,\n"
            "坏周期,/w/,dynamic,0\n",
            encoding="utf-8",
        )

        lines = refused("import_columns", str(csv_file), "--site=outside").splitlines()

        assert [line.removeprefix(f"{csv_file}, ") for line in lines] == [
            "line 3: name is empty",
            "line 4: 3 fields, not 4",
            "line 5: class 'gossip' is none of dynamic, notice, policy, personnel_planning, static, archive",
            "line 6: rhythm_days '0' is no number of days from 1 to 366",
        ]
        assert site.columns.count() == 1

    @pytest.mark.parametrize(
        ("row", "complaint"),
        [
            ("坏地址,javascript:;,dynamic,", "line 3: 'javascript:;': scheme must be http or https"),
            ("又一个,/good/,dynamic,", "line 3: /good/ stands in line 2 already"),
            ("老栏目,/old/,archive,", "line 3: /old/ is registered as '老栏目' (dynamic, rhythm of the rule)"),
        ],
    )
    def test_row_that_does_not_fit_the_registry(self, site: Site, csv_file: Path, row: str, complaint: str) -> None:
        services.add_column(site=site, name="老栏目", url="/old/", column_class="dynamic", now=NOW)
        csv_file.write_text(f"name,url,class,rhythm_days\n好栏目,/good/,dynamic,\n{row}\n", encoding="utf-8")

        assert complaint in refused("import_columns", str(csv_file), "--site=outside")
        assert site.columns.count() == 1

    @pytest.mark.parametrize(
        ("data", "complaint"),
        [
            (b"", "line 1: the header must be name,url,class,rhythm_days"),
            (b"name,url,class,rhythm_days\n" + b"a,/a/,,\n" * 5001, "more than 5000 rows"),
            (b"name,url\n", "line 1: the header must be"),
            (b"\xff\xff\xff\xff", "neither UTF-8 nor GBK"),
            (b'name,url,class,rhythm_days\n"open,/x/,,\n', "line 2: "),
        ],
    )
    def test_file_that_is_none(self, site: Site, csv_file: Path, data: bytes, complaint: str) -> None:
        csv_file.write_bytes(data)

        message = refused("import_columns", str(csv_file), "--site=outside")

        assert complaint in message
        assert "\n" not in message

    def test_missing_file_and_unknown_site(self, site: Site, csv_file: Path) -> None:
        assert "No such file" in refused("import_columns", str(csv_file), "--site=outside")
        assert "--site 'nowhere': no such site" in refused("import_columns", str(csv_file), "--site=nowhere")


class TestConfirmColumns:
    def test_columns_are_confirmed_in_someones_name(self, site: Site) -> None:
        actor = UserFactory(username="wangluo")
        column = services.add_column(site=site, name="工作动态", url="/gzdt/", now=NOW)

        out, _ = run("confirm_columns", "--site=outside", "--by=wangluo")
        again, _ = run("confirm_columns", "--site=outside", "--by=wangluo")

        column.refresh_from_db()
        assert column.standing == ColumnStanding.CONFIRMED
        assert column.events.get(kind="confirmed").actor == actor
        assert out == "site outside: 1 columns confirmed by wangluo\n"
        assert again == "site outside: 0 columns confirmed by wangluo\n"

    def test_what_is_excepted_stays_on_trial(self, site: Site) -> None:
        UserFactory(username="wangluo")
        for name, url in (("工作动态", "/gzdt/"), ("友情链接", "/links/"), ("专题", "/zt/1/"), ("专题", "/zt/2/")):
            services.add_column(site=site, name=name, url=url, now=NOW)
        excepted = ("--except=友情链接", "--except=http://qiyun.example/zt/1/", "--except=/zt/2/")

        first, _ = run("confirm_columns", "--site=outside", "--by=wangluo", *excepted)
        again, _ = run("confirm_columns", "--site=outside", "--by=wangluo", *excepted)

        assert first == "site outside: 1 columns confirmed by wangluo\n"
        assert again == "site outside: 0 columns confirmed by wangluo\n"
        trial = site.columns.on_trial().order_by("pk").values_list("location", flat=True)
        assert list(trial) == ["/links/", "/zt/1/", "/zt/2/"]

    @pytest.mark.parametrize(
        ("excepted", "complaint"),
        [
            ("专题", "several columns are called so; give the address"),
            ("没有的", "the site has no unconfirmed column of that address or name"),
            ("/gzdt/", "the site has no unconfirmed column of that address or name"),
            ("http://elsewhere.example/zt/1/", "the site has no unconfirmed column of that address or name"),
            ("", "the site has no unconfirmed column of that address or name"),
        ],
    )
    def test_exception_that_names_no_one_column(self, site: Site, excepted: str, complaint: str) -> None:
        actor = UserFactory(username="wangluo")
        done = services.add_column(site=site, name="工作动态", url="/gzdt/", now=NOW)
        services.confirm_columns(site=site, actor=actor, reason="属实", now=NOW, columns=[done])
        for url in ("/zt/1/", "/zt/2/"):
            services.add_column(site=site, name="专题", url=url, now=NOW)

        message = refused("confirm_columns", "--site=outside", "--by=wangluo", f"--except={excepted}")

        assert message.startswith(f"--except {excepted!r}: {complaint}")
        assert "\n" not in message
        assert site.columns.on_trial().count() == 2

    def test_unknown_site_and_account(self, site: Site) -> None:
        UserFactory(username="left", is_active=False)

        assert "--site 'nowhere'" in refused("confirm_columns", "--site=nowhere", "--by=left")
        assert "--by 'left': no such account, or not active" in refused(
            "confirm_columns", "--site=outside", "--by=left"
        )
