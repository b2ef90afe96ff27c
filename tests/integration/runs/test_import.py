"""Records of a crawl become observations: all of them or none, once."""

from __future__ import annotations

import datetime as dt

import pytest

from audits.facts import FactChangedError
from audits.runs import services
from audits.runs.enums import RunStep
from audits.runs.models import Observation, Probe
from crawler.records import RECORDS_NAME, FetchOutcome
from tests.factories.audits import make_column, make_crawled_run, make_site

pytestmark = pytest.mark.django_db
DAY1 = dt.datetime(2026, 11, 17, 18, 0, tzinfo=dt.UTC)
DAY2 = DAY1 + dt.timedelta(days=1)


@pytest.fixture
def columns():
    site = make_site()
    return [make_column(site, f"/{name}/") for name in ("a", "b", "c")]


@pytest.fixture
def run(columns):
    seen = [dt.date(2026, 11, 15), "blank", FetchOutcome.TIMEOUT]
    return make_crawled_run(dict(zip(columns, seen, strict=True)), at=DAY1)


def test_records_become_observations_and_probes(run, columns):
    assert services.import_records(run) == 4
    found = {row.column: (row.outcome, row.updated, row.is_baseline) for row in run.observations.all()}
    assert found == {
        columns[0]: ("ok", dt.date(2026, 11, 15), True),
        columns[1]: ("ok", None, True),
        columns[2]: ("timeout", None, True),
    }
    assert [probe.site.code for probe in run.probes.all()] == ["yunxi"]


def test_importing_twice_changes_nothing(run):
    services.import_records(run)
    before = list(Observation.objects.values())
    assert services.import_records(run) == 0
    assert list(Observation.objects.values()) == before
    assert Probe.objects.count() == 1


def test_a_target_visited_twice_counts_once(run):
    path = run.folder / RECORDS_NAME
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, lines[-1]]))
    assert services.import_records(run) == 4


def spoil_torn_end(text: str) -> str:
    return text[:-20]


def spoil_middle(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([lines[0], lines[1][:30] + "\n", *lines[2:]])


def spoil_stranger(text: str) -> str:
    return text + text.splitlines(keepends=True)[-1].replace('"target":"', '"target":"0')


def spoil_version(text: str) -> str:
    return text.replace('"schema_version":1', '"schema_version":99', 1)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_torn_end, "1 targets have no record"),
        (spoil_middle, "line 2"),
        (spoil_stranger, "not in the run's plan"),
        (spoil_version, "schema version 99"),
    ],
)
def test_spoilt_records_import_nothing_and_say_where(run, spoil, message):
    path = run.folder / RECORDS_NAME
    path.write_text(spoil(path.read_text()))
    with pytest.raises(services.RecordsError, match=message) as caught:
        services.import_records(run)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not Observation.objects.exists()
    assert not Probe.objects.exists()


def test_a_column_that_left_the_registry(run, columns):
    columns[1].delete()
    with pytest.raises(services.RecordsError, match=f"column {columns[1].uuid} is not in the registry"):
        services.import_records(run)
    assert not Observation.objects.exists()


def test_missing_records_say_which_file(run):
    (run.folder / RECORDS_NAME).unlink()
    with pytest.raises(services.RecordsError, match="No such file"):
        services.import_records(run)


def test_baseline_ends_with_the_first_complete_run_that_read_something(columns):
    down = make_crawled_run(dict.fromkeys(columns, FetchOutcome.REFUSED), at=DAY1)
    services.import_records(down)
    down.step = RunStep.DONE
    down.save()
    first = make_crawled_run(dict.fromkeys(columns, dt.date(2026, 11, 1)), at=DAY2)
    services.import_records(first)
    assert all(row.is_baseline for row in first.observations.all())
    first.step = RunStep.DONE
    first.save()
    second = make_crawled_run(dict.fromkeys(columns, dt.date(2026, 11, 1)), at=DAY2 + dt.timedelta(days=1))
    services.import_records(second)
    assert not any(row.is_baseline for row in second.observations.all())


def test_observations_are_never_changed_or_deleted(run):
    services.import_records(run)
    row = run.observations.first()
    row.outcome = "ok"
    with pytest.raises(FactChangedError):
        row.save()
    with pytest.raises(FactChangedError):
        row.delete()
    with pytest.raises(FactChangedError):
        Observation.objects.update(outcome="ok")
    with pytest.raises(FactChangedError):
        run.observations.all().delete()


def test_queries_do_not_grow_with_columns(columns, django_assert_max_num_queries):
    site = columns[0].site
    columns += [make_column(site, f"/more-{number}/") for number in range(40)]
    run = make_crawled_run(dict.fromkeys(columns, dt.date(2026, 11, 1)), at=DAY1)
    with django_assert_max_num_queries(12):
        services.import_records(run)
