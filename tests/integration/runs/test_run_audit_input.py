"""run_audit and reread refuse what is wrong before they do anything: one line, exit code 2, nothing changed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from audits.runs.models import Run
from tests.factories.audits import make_column, make_site

#: Still to come when the tests run over midnight.
TO_COME = timezone.localdate() + dt.timedelta(days=2)
BAD = {
    "no such site": (["--site", "nowhere"], "nowhere"),
    "site is not active": (["--site", "closed"], "closed"),
    "an empty site": (["--site", ""], "''"),
    "no date": (["--as-of", "yesterday"], "yesterday"),
    "a day that is none": (["--as-of", "2026-02-30"], "2026-02-30"),
    "an empty date": (["--as-of", ""], "--as-of"),
    "another order of the date": (["--as-of", "18/11/2026"], "18/11/2026"),
    "a moment that is none": (["--as-of", "2026-11-18T25:00"], "2026-11-18T25:00"),
    "a year that is none": (["--as-of", "9999-12-31"], "1990"),
    "a moment at the end of time": (["--as-of", "9999-12-31T23:59:59-12:00"], "1990"),
    "a day to come": (["--as-of", f"{TO_COME}"], f"{TO_COME}"),
    "a moment to come": (["--as-of", f"{TO_COME}T00:00"], f"{TO_COME}"),
    "no such profile": (["--profile", "county-9"], "county-9"),
    "an empty profile": (["--profile", ""], "profile"),
    "folder of the file is missing": (["--json", "/nowhere/out.json"], "/nowhere"),
    "the file is a folder": (["--json", "/tmp"], "/tmp is a folder"),
    "no such run": (["--resume", "999"], "999"),
    "a run beyond counting": (["--resume", "9" * 30], "9" * 30),
    "a run that is no number": (["--resume", "last"], "last"),
    "resumed under another profile": (["--resume", "1", "--profile", "county"], "--profile"),
    "unknown option": (["--sites", "a"], "--sites"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_bad_input(name, capsys):
    make_column(make_site())
    make_site("closed", is_active=False)
    args, told = BAD[name]
    with pytest.raises((CommandError, SystemExit)) as caught:
        call_command("run_audit", *args)
    if isinstance(caught.value, CommandError) and name != "unknown option":
        assert caught.value.returncode == 2  # argparse's own errors leave with 2 on a real command line
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not Run.objects.exists()
    assert not settings.RUNS_DIR.exists()


@pytest.mark.django_db
def test_nothing_to_inspect():
    with pytest.raises(CommandError, match="no active site"):
        call_command("run_audit")
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_an_address_that_cannot_be_visited_names_its_column():
    column = make_column(make_site(), "ftp://old.example/list/")
    with pytest.raises(CommandError, match=f"{column.uuid}.*ftp://old.example/list/"):
        call_command("run_audit")
    assert not Run.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("run", ["abc", "999", "-0", "1.5", "9" * 30])
def test_a_run_to_reread_that_is_none(run):
    with pytest.raises(CommandError) as caught:
        call_command("reread", "--", run)
    assert caught.value.returncode == 2
    assert str(caught.value) == f"RUN {run}: there is no complete run of that number"
