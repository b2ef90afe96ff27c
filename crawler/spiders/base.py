"""What every kind of visit has in common: an answer, or the lack of one, becomes a record."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from scrapy.http import Response
from selectolax.lexbor import LexborHTMLParser

from crawler import fingerprint, outcome
from crawler.downloader import Visit
from crawler.pipelines import page_path
from crawler.plan import Plan, Target
from crawler.reading.encoding import decode
from crawler.reading.kinds import asks_for_a_browser
from crawler.reading.limits import prepare
from crawler.records import FetchOutcome, PageRecord

_MOST_HEADER_BYTES = 64 * 1024
TOOL_VERSIONS = {name: version(name) for name in ("scrapy", "twisted", "selectolax")}


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A record and the bytes it speaks of, as received; what the spider hands to the pipeline.

    `others`: by their SHA-256, the bytes of what else the record names.
    """

    record: PageRecord
    body: bytes = b""
    others: Mapping[str, bytes] = dataclasses.field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.record.outcome is FetchOutcome.OK

    @property
    def headers(self) -> Mapping[str, str]:
        return dict(self.record.headers)

    @property
    def content_type(self) -> str:
        return next((value for name, value in self.record.headers if name.lower() == "content-type"), "")

    @property
    def bodies(self) -> dict[str, bytes]:
        """All bytes that have to be kept, by their SHA-256."""
        return {**({self.record.sha256_raw: self.body} if self.body else {}), **self.others}

    def with_record(self, **changes: Any) -> Page:
        return dataclasses.replace(self, record=dataclasses.replace(self.record, **changes))

    def keeping(self, body: bytes) -> Page:
        """The page with other bytes to keep beside its own."""
        return dataclasses.replace(self, others={**self.others, fingerprint.of_bytes(body): body})


def answered(response: Response, *, target: Target, plan: Plan) -> Page:
    """The page that a response brought."""
    visit: Visit = response.meta["visit"]
    body = response.body
    record = dataclasses.replace(
        _record(target, visit, plan),
        final_url=response.url,
        status=response.status if 100 <= response.status <= 599 else None,
        headers=_headers(response),
        etag=(response.headers.get("ETag") or b"").decode("latin-1")[:200],
        size=len(body),
        sha256_raw=fingerprint.of_bytes(body),
        body_path=page_path(fingerprint.of_bytes(body)) if body else "",
    )
    return _judged(Page(record, body), status=response.status, target=target)


def unanswered(error: BaseException, *, visit: Visit, target: Target, plan: Plan) -> Page:
    """The record of a visit that brought no page. Raises `error` again when no fetch can end so."""
    ending, detail = outcome.of_error(error)
    sent_away = ending is FetchOutcome.BLOCKED_BY_GUARD and len(visit.hops) > 1
    if sent_away and (target.login_required or outcome.leads_to_sign_in(visit.hops[-1])):
        # The sign-in page of a county's sites is often on a host of its own, which no one registered.
        ending, detail = FetchOutcome.LOGIN_REQUIRED, f"sent to sign in: {visit.hops[-1][:200]}"
    return Page(dataclasses.replace(_record(target, visit, plan), outcome=ending, detail=detail))


def _record(target: Target, visit: Visit, plan: Plan) -> PageRecord:
    return PageRecord(
        target=target.id,
        kind=target.kind,
        url=target.url,
        final_url=visit.final_url or target.url,
        fetched_at=visit.fetched_at or dt.datetime.now(dt.UTC),
        as_of=plan.as_of,
        outcome=FetchOutcome.OK,
        elapsed_ms=visit.elapsed_ms,
        redirects=tuple(visit.hops[1:]),
        address=visit.address,
        tls=visit.tls,
        tool_versions=TOOL_VERSIONS,
    )


def _headers(response: Response) -> tuple[tuple[str, str], ...]:
    """The headers up to a size that no honest server needs."""
    headers: list[tuple[str, str]] = []
    left = _MOST_HEADER_BYTES
    for name, values in response.headers.items():
        for value in values:
            left -= len(name) + len(value)
            if left < 0:
                return tuple(headers)
            headers.append((name.decode("latin-1"), value.decode("latin-1")))
    return tuple(headers)


def _judged(page: Page, *, status: int, target: Target) -> Page:
    """The page with its outcome, and its fingerprints when it is one that can be read."""
    record = page.record
    decoded = decode(page.body, page.headers)
    is_text = decoded.basis != "binary"
    ending, detail = outcome.of_status(status)
    if (
        ending in (FetchOutcome.CLIENT_ERROR, FetchOutcome.SERVER_ERROR)
        and is_text
        and asks_for_a_browser(decoded.text)
    ):
        ending, detail = FetchOutcome.OK, ""  # a page that a browser gets past: the reading says what it is
    if ending is FetchOutcome.OK:
        ending, detail = outcome.of_body(page.body, content_type=page.content_type, is_text=is_text)
    if ending is FetchOutcome.OK or record.status == 403:
        tree = LexborHTMLParser(prepare(decoded.text))
        if outcome.is_sign_in_page(tree, url=record.final_url, redirected=bool(record.redirects)):
            ending, detail = FetchOutcome.LOGIN_REQUIRED, "the page asks for a password"
        elif record.status == 403 and target.login_required:
            ending, detail = FetchOutcome.LOGIN_REQUIRED, "HTTP 403"
        if ending is FetchOutcome.OK:
            hashes = {"sha256_text": fingerprint.of_text(tree), "sha256_skeleton": fingerprint.of_skeleton(tree)}
            return page.with_record(**hashes)
    return page.with_record(outcome=ending, detail=detail)
