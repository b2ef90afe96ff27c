"""A small county around the desk: unit A (云溪镇) with work in hand, unit B (清河镇) beside it, and its people."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.cases.models import Case
from audits.evidence.enums import EvidenceStatus
from audits.evidence.models import Evidence
from audits.notices.content import item_facts
from audits.notices.enums import PaperActKind, PaperState, Step
from audits.notices.models import Paper, PaperAct, PaperFile, PaperItem
from audits.registry.enums import ColumnStanding, SiteKind
from audits.registry.models import Column, Site
from audits.runs.models import Run
from portal.units.enums import Role
from portal.units.models import Unit, User
from portal.units.services import enrol, ensure_groups
from tests.factories import PersonFactory, UnitFactory
from tests.factories.audits import make_column, make_site
from tests.factories.cases import OLD, confirm, inspect

#: Everyone who comes to the desk: key -> name, role, code of the unit. The visitor has no account.
PEOPLE = {
    "reviewer": ("裘明察", Role.NETWORK_CENTRE, "wlzx"),
    "bureau": ("阚守正", Role.SUPERVISION_BUREAU, "ddj"),
    "office": ("邬清和", Role.COUNTY_OFFICE, "zfb"),
    "editor": ("温若岚", Role.EDITOR, "yunxi"),
    "leader": ("施怀远", Role.LEADER, "yunxi"),
    "neighbour": ("柏向晚", Role.EDITOR, "qinghe"),
    "reader": ("晁平安", Role.READER, "zfb"),
}
VISITOR = "visitor"
EVERYONE = (*PEOPLE, VISITOR)
COUNTY = frozenset({"reviewer", "bureau", "office"})
OWN = frozenset({"editor", "leader"})

#: How the desk answers.
OK, HOME, HIDDEN, SIGN_IN = "shown", "sent home", "not found", "asked to sign in"


REASON = {"reason": "经核对属实"}
DOWNTIME = {**REASON, "starts_at": "2026-11-20T22:00", "ends_at": "2026-11-21T06:00"}


def answer_of(response: Any) -> str:
    """What an answer amounts to for the person; anything else stands as it is."""
    if response.status_code == 302:
        path = urlsplit(response.url).path
        return {reverse("wagtailadmin_home"): HOME, reverse("wagtailadmin_login"): SIGN_IN}.get(path, path)
    return {200: OK, 404: HIDDEN}.get(response.status_code, str(response.status_code))


@dataclasses.dataclass
class Desk:
    a: Unit
    b: Unit
    users: dict[str, User]
    site: Site
    fresh: Column  # confirmed, up to date
    shown: dt.date  # the newest day on its page
    stale: Column  # confirmed, its case to be reviewed
    retiring: Column
    trial: Column
    new: Case
    in_hand: Case
    fixed: Case
    neighbours: Case  # unit B's, to be reviewed
    papers: dict[PaperState, Paper]  # of unit A, one in each state
    evidence: Evidence
    file: PaperFile  # of the delivered paper
    draft_file: PaperFile
    run: Run

    def client(self, who: str, **options: Any) -> Client:
        client = Client(**options)
        if who != VISITOR:
            client.force_login(self.users[who])
        return client

    def get(self, who: str, url: str) -> Any:
        return self.client(who).get(url)

    def act(self, kind: str, row: Any, name: str) -> str:
        return reverse(f"audit_desk:{kind}_act", args=[row.pk, name])


def make_desk() -> Desk:
    now = timezone.now()
    units = {code: UnitFactory(code=code, name=name) for code, name in UNITS.items()}
    ensure_groups()
    users = {}
    for key, (name, role, code) in PEOPLE.items():
        person = PersonFactory(name=name, user__username=key)
        enrol(person=person, unit=units[code], role=role, day=dt.date(2026, 1, 5))
        users[key] = User.objects.get(pk=person.user.pk)
    a, b = units["yunxi"], units["qinghe"]
    site, other = make_site("yunxi-web", unit=a, name="云溪信息网"), make_site("qinghe-web", unit=b, name="清河信息网")
    fresh, stale = make_column(site, "/fresh/", name="云溪动态"), make_column(site, "/stale/", name="云溪公告")
    held, mended = make_column(site, "/held/", name="云溪政策"), make_column(site, "/mended/", name="云溪采购")
    retiring = make_column(site, "/gone/", name="云溪旧栏", standing=ColumnStanding.RETIRING)
    trial = make_column(site, "/trial/", name="云溪试栏", standing=ColumnStanding.TRIAL)
    theirs = make_column(other, "/stale/", name="清河公告")
    # A page shows no day later than the one on which it was seen.
    first, last = now - dt.timedelta(hours=9), now - dt.timedelta(hours=7)
    shown = timezone.localdate(first)
    run = inspect({fresh: shown, stale: OLD, held: OLD, mended: OLD, trial: OLD}, at=first)
    inspect({theirs: OLD}, at=first)
    cases = {case.column_id: case for case in Case.objects.all()}
    for column in (held, mended):
        confirm(cases[column.pk], actor=users["reviewer"], at=now - dt.timedelta(hours=8))
    inspect({mended: timezone.localdate(last)}, at=last)
    for case in cases.values():
        case.refresh_from_db()
    papers = {
        state: _paper(a, state, serial, case=cases[held.pk], actor=users["bureau"], now=now)
        for serial, state in enumerate(PaperState, start=1)
    }
    return Desk(
        a=a,
        b=b,
        users=users,
        site=site,
        fresh=fresh,
        shown=shown,
        stale=stale,
        retiring=retiring,
        trial=trial,
        new=cases[stale.pk],
        in_hand=cases[held.pk],
        fixed=cases[mended.pk],
        neighbours=cases[theirs.pk],
        papers=papers,
        evidence=_evidence(cases[held.pk], now),
        file=_file(papers[PaperState.DELIVERED], now),
        draft_file=_file(papers[PaperState.DRAFT], now),
        run=run,
    )


UNITS = {
    "yunxi": "栖云县云溪镇",
    "qinghe": "栖云县清河镇",
    "wlzx": "县网络中心",
    "ddj": "县督办督查局",
    "zfb": "县政府办",
}
#: States of a paper that its unit has never seen.
UNSEEN = (PaperState.DRAFT, PaperState.SIGNED)


def _paper(unit: Unit, state: PaperState, serial: int, *, case: Case, actor: User, now: dt.datetime) -> Paper:
    """A paper that stands in a state, without the steps before it but the delivery."""
    signed = {} if state == PaperState.DRAFT else {"year": now.year, "serial": serial, "signatory": "阚守正"}
    paper = Paper.objects.create(unit=unit, step=Step.REMINDER, state=state, created_at=now, **signed)
    PaperItem.objects.create(paper=paper, case=case, position=1, facts=item_facts(case))
    if state not in UNSEEN:
        PaperAct.objects.create(paper=paper, kind=PaperActKind.DELIVER, at=now, actor=actor)
    return paper


def _file(paper: Paper, now: dt.datetime) -> PaperFile:
    path = Path(settings.PAPERS_DIR) / f"{paper.pk}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.7 paper")
    return PaperFile.objects.create(
        paper=paper, format="pdf", path=path.name, sha256="0" * 64, content_sha256="0" * 64, made_at=now
    )


def _evidence(case: Case, now: dt.datetime) -> Evidence:
    folder = Path(settings.EVIDENCE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("original", "stamped", "thumbnail"):
        (folder / f"{name}.png").write_bytes(b"\x89PNG " + name.encode())
    return Evidence.objects.create(
        case=case,
        observation=case.verdict.observation,
        status=EvidenceStatus.CAPTURED,
        taken_at=now,
        url=case.column.url,
        original="original.png",
        stamped="stamped.png",
        thumbnail="thumbnail.png",
        sequence=1,
        previous_seal="",
        seal="1" * 64,
    )


def said_by(response: Any) -> list[str]:
    """What the person is told."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def in_the_portal(site: Site) -> Site:
    Site.objects.filter(pk=site.pk).update(kind=SiteKind.SECTION)
    return site
