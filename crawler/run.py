"""`python -m crawler.run plan.json out/`: visits every target of a plan and writes what it saw.

Exit code 0: every target has a record. 1: stopped before that; the same command goes on where it
stopped. 2: the plan or the folder cannot be used; nothing was fetched.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.guard import Guard
from crawler.pipelines import BusyError, Crawl
from crawler.plan import Kind, Plan, PlanError, Target, load


class UnusableError(Exception):
    """What was asked for cannot be done; the message says what and where, in one line."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crawler.run", description="Visits every target of a plan.")
    parser.add_argument("plan", type=Path, help="the plan, a JSON file")
    parser.add_argument("out", type=Path, help="the folder for records.jsonl, pages/ and shots/")
    arguments = parser.parse_args(argv)
    try:
        plan = _read_plan(arguments.plan)
        crawl = _open(arguments.out, plan)
    except UnusableError as error:
        _say(f"error: {error}")
        return 2
    try:
        return _visit(plan, crawl)
    finally:
        crawl.close()


def _visit(plan: Plan, crawl: Crawl) -> int:
    waiting = [target for target in plan.targets if (target.kind, target.id) not in crawl.done]
    guard = Guard(plan.allow, allow_loopback=plan.allow_loopback)
    pages = [target for target in waiting if target.kind is not Kind.SHOT]
    shots = [target for target in waiting if target.kind is Kind.SHOT]
    if pages:
        _crawl_pages(plan, guard, pages, crawl)
        if missing := sum((target.kind, target.id) not in crawl.done for target in pages):
            _say(f"stopped: {missing} of {len(plan.targets)} targets have no record; run again to go on")
            return 1
    if shots:
        from crawler.shots import shoot  # noqa: PLC0415  # Playwright takes long to import; most plans need none

        asyncio.run(shoot(shots, plan=plan, guard=guard, crawl=crawl))
    return 0


def _crawl_pages(plan: Plan, guard: Guard, targets: list[Target], crawl: Crawl) -> None:
    from scrapy.crawler import AsyncCrawlerProcess  # noqa: PLC0415  # a plan of shots only starts no reactor

    from crawler.settings import scrapy_settings  # noqa: PLC0415  # as above
    from crawler.spiders.targets import TargetSpider  # noqa: PLC0415  # as above

    process = AsyncCrawlerProcess(scrapy_settings(plan, crawl.out))
    process.crawl(TargetSpider, plan=plan, guard=guard, targets=targets, crawl=crawl)
    process.start()


def _read_plan(path: Path) -> Plan:
    try:
        return load(json.loads(path.read_bytes()))
    except OSError as error:
        raise UnusableError(f"{path}: {error.strerror}") from error
    except PlanError as error:
        raise UnusableError(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise UnusableError(f"{path}: not JSON: {error}") from error


def _open(out: Path, plan: Plan) -> Crawl:
    try:
        crawl = Crawl(out, total=len(plan.targets), progress=_say)
    except OSError as error:
        raise UnusableError(f"{out}: {error.strerror}") from error
    except BusyError as error:
        raise UnusableError(str(error)) from error
    try:
        existing = crawl.existing()
        expected = {(target.kind, target.id): target.url for target in plan.targets}
        for record in existing:
            if record.as_of != plan.as_of or expected.get((Kind(record.kind), record.target)) != record.url:
                raise UnusableError(f"{out}: holds the records of another plan ({record.kind} {record.target})")
    except ValueError as error:
        crawl.close()
        raise UnusableError(str(error)) from error
    except UnusableError:
        crawl.close()
        raise
    return crawl


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # this is a command


if __name__ == "__main__":
    sys.exit(main())
