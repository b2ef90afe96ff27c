"""What a plan may say, and what is said of one that is wrong."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json

import pytest

from crawler.plan import Kind, Limits, Origin, Override, Plan, PlanError, Target, dump, load, origin_of

GOOD = {
    "run": "7",
    "as_of": "2026-11-20T23:59:59+08:00",
    "allow": [{"scheme": "http", "host": "www.qiyun.test", "port": 80}],
    "targets": [
        {"id": "a", "kind": "column", "url": "http://www.qiyun.test/tzgg/"},
        {"id": "a", "kind": "probe", "url": "http://www.qiyun.test/"},
    ],
}


def changed(path: str, value: object) -> dict:
    data = copy.deepcopy(GOOD)
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = data
    for step in parents:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return data


def test_a_plan_survives_the_file_it_travels_in():
    plan = Plan(
        run="7",
        as_of=dt.datetime(2026, 11, 20, 23, 59, 59, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        allow=(Origin("http", "www.qiyun.test", 80), Origin("https", "::1", 8443)),
        targets=(
            Target("a", Kind.COLUMN, "http://www.qiyun.test/tzgg/", override=Override(".list li", "YYYY.MM.DD")),
            Target("b", Kind.SHOT, "https://[::1]:8443/", login_required=True),
        ),
        allow_loopback=True,
        limits=Limits(timeout=3, max_bytes=10, delay=0.5),
        chromium_path="/usr/bin/chromium",
    )
    assert load(json.loads(json.dumps(dump(plan)))) == plan


def test_defaults_are_filled_in():
    plan = load(GOOD)
    assert plan.limits == Limits()
    assert plan.allow_loopback is False
    assert plan.targets[0] == Target("a", Kind.COLUMN, "http://www.qiyun.test/tzgg/")


def test_hosts_are_compared_as_they_are_resolved():
    data = changed("allow.0.host", "WWW.栖云.test")
    data["targets"] = [{"id": "a", "kind": "column", "url": "http://www.栖云.TEST:80/"}]
    assert load(data).allow[0].host == "www.xn--9kqy53d.test"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("run", ..., "run: missing"),
        ("run", "", "run: must not be empty"),
        ("run", 7, "run: must be text, not a number"),
        ("color", "red", "color: no such field"),
        ("schema_version", 2, "schema_version: 2 is not 1, the one this crawler reads"),
        ("as_of", "2026-11-20", "as_of: has no time zone: '2026-11-20'"),
        ("as_of", "gestern", "as_of: no ISO 8601 date and time: 'gestern'"),
        ("as_of", "9999-12-31T23:59:59-12:00", "as_of: no year to reckon with: '9999-12-31T23:59:59-12:00'"),
        ("as_of", None, "as_of: must be text, not null"),
        ("allow", {}, "allow: must be a list, not an object"),
        ("allow.0", "www", "allow[0]: must be an object, not text"),
        ("allow.0.scheme", "ftp", "allow[0].scheme: must be http or https"),
        ("allow.0.host", "a b", "allow[0].host: no host name: 'a b'"),
        ("allow.0.host", "-", "allow[0].host: no host name: '-'"),
        ("allow.0.port", 0, "allow[0].port: must be 1 or more and at most 65535, not 0"),
        ("allow.0.port", 70000, "allow[0].port: must be 1 or more and at most 65535, not 70000"),
        ("allow.0.port", True, "allow[0].port: must be a whole number, not true or false"),
        ("allow.0.path", "/", "allow[0].path: no such field"),
        ("targets", None, "targets: must be a list, not null"),
        ("targets.0.id", ..., "targets[0].id: missing"),
        ("targets.0.id", "../x", "targets[0].id: only letters, digits, '-', '_' and '.' (it names files), not '../x'"),
        ("targets.0.kind", "look", "targets[0].kind: must be one of column, probe, discover, shot, not 'look'"),
        ("targets.0.url", "ftp://www.qiyun.test/", "targets[0].url: scheme must be http or https"),
        ("targets.0.url", "/tzgg/", "targets[0].url: scheme must be http or https"),
        ("targets.0.url", "http:///x", "targets[0].url: no host name: ''"),
        ("targets.0.url", "http://a@www.qiyun.test/", "targets[0].url: must not contain a user name or password"),
        ("targets.0.url", "http://www.qiyun.test/a b", "targets[0].url: must not contain spaces or control characters"),
        (
            "targets.0.url",
            "http://www.qiyun.test\\@evil.test/",
            "targets[0].url: must not contain a user name or password",
        ),
        ("targets.0.url", "http://www.qiyun.test:99999/", "targets[0].url: Port out of range 0-65535"),
        ("targets.0.url", "http://www.qiyun.test:0/", "targets[0].url: no port: 0"),
        ("targets.0.url", "http://other.test/", "targets[0].url: http://other.test:80 is not in allow"),
        ("targets.0.url", "https://www.qiyun.test/", "targets[0].url: https://www.qiyun.test:443 is not in allow"),
        ("targets.0.url", "http://www.qiyun.test:8080/", "targets[0].url: http://www.qiyun.test:8080 is not in allow"),
        ("targets.1.kind", "column", "targets[1].id: 'a' is also the column of targets[0]"),
        ("targets.0.login_required", "no", "targets[0].login_required: must be true or false, not text"),
        ("targets.0.override", {}, "targets[0].override.selector: missing"),
        ("targets.0.override", {"selector": 1}, "targets[0].override.selector: must be text, not a number"),
        ("targets.0.colour", 1, "targets[0].colour: no such field"),
        ("allow_loopback", "yes", "allow_loopback: must be true or false, not text"),
        ("user_agent", "审计", "user_agent: must be printable ASCII"),
        ("user_agent", "a\r\nHost: b", "user_agent: must be printable ASCII"),
        ("limits", [], "limits: must be an object, not a list"),
        ("limits", {"timeout": 0}, "limits.timeout: must be above 0, not 0"),
        ("limits", {"timeout": float("nan")}, "limits.timeout: must be a number, not nan"),
        ("limits", {"timeout": "15"}, "limits.timeout: must be a number, not text"),
        ("limits", {"max_bytes": 1.5}, "limits.max_bytes: must be a whole number, not 1.5"),
        ("limits", {"max_redirects": -1}, "limits.max_redirects: must be 0 or more, not -1"),
        ("limits", {"delay": -1}, "limits.delay: must be 0 or more, not -1"),
        ("limits", {"concurrency_per_host": 0}, "limits.concurrency_per_host: must be 1 or more, not 0"),
        ("limits", {"speed": 1}, "limits.speed: no such field"),
        ("chromium_path", 1, "chromium_path: must be text, not a number"),
    ],
)
def test_a_wrong_plan_is_refused_in_one_line_that_says_where(path, value, message):
    with pytest.raises(PlanError) as caught:
        load(changed(path, value))
    assert str(caught.value) == message


@pytest.mark.parametrize("data", [None, [], "plan", 3])
def test_what_is_no_object_is_no_plan(data):
    with pytest.raises(PlanError, match=r"^plan: must be an object"):
        load(data)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://A.test", Origin("http", "a.test", 80)),
        ("https://a.test.", Origin("https", "a.test", 443)),
        ("http://[::1]:81/x", Origin("http", "::1", 81)),
        ("http://[0:0:0:0:0:0:0:1]:81/x", Origin("http", "::1", 81)),
    ],
)
def test_an_origin_has_one_spelling(url, origin):
    assert origin_of(url) == origin


def test_port_0_is_none():
    with pytest.raises(ValueError, match="no port: 0"):
        origin_of("http://a.test:0/")


def test_every_field_of_a_plan_is_dumped():
    assert set(dump(load(GOOD))) == {field.name for field in dataclasses.fields(Plan)}
