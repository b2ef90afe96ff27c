"""Many hands at one moment, in threads with connections of their own; prints what they got as JSON.

Run by test_races.py in a process of its own, against a server that tests do not share.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after django.setup()
from django.db import connection  # noqa: E402

from audits.evidence import seal  # noqa: E402
from audits.evidence.enums import EvidenceStatus  # noqa: E402
from audits.evidence.verify import breaches  # noqa: E402
from audits.notices import services  # noqa: E402
from audits.notices.models import Paper  # noqa: E402
from tests.factories import UnitFactory, UserFactory  # noqa: E402
from tests.factories.audits import make_column, make_site  # noqa: E402
from tests.factories.cases import make_confirmed_case  # noqa: E402

NOW = dt.datetime(2026, 11, 18, 2, 0, tzinfo=dt.UTC)
HANDS = 6


def at_once(hands: list[Callable[[], object]]) -> list[str]:
    """Let all begin at one moment; returns the errors they ended with."""
    start, errors = threading.Barrier(len(hands)), []

    def work(hand: Callable[[], object]) -> None:
        start.wait()
        try:
            hand()
        except Exception as error:
            errors.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def main() -> None:
    actor = UserFactory()
    unit = UnitFactory(code="many")
    site = make_site("many", unit=unit)
    cases = [make_confirmed_case(make_column(site, f"/{n}/"), actor=actor, at=NOW) for n in range(HANDS)]
    found = {}

    # 1. every hand puts another case into the unit's draft: one draft, all cases
    found["draft_errors"] = at_once([lambda case=case: services.add_to_draft(case=case, now=NOW) for case in cases])
    found["drafts"] = [paper.items.count() for paper in Paper.objects.order_by("step")]

    # 2. every hand signs another unit's paper: numbers without gap or repetition
    papers = []
    for number in range(HANDS):
        other = make_site(f"s{number}", base_url=f"http://127.0.0.1:{20 + number}/", unit=UnitFactory())
        case = make_confirmed_case(make_column(other), actor=actor, at=NOW)
        papers.append(services.add_to_draft(case=case, now=NOW))
    found["sign_errors"] = at_once(
        [lambda paper=paper: services.sign(paper=paper, actor=actor, signatory="李明", now=NOW) for paper in papers]
    )
    found["serials"] = sorted(Paper.objects.filter(serial__isnull=False).values_list("serial", flat=True))

    # 3. every hand signs the same paper: one number
    draft = Paper.objects.filter(unit=unit).first()
    found["same_errors"] = at_once(
        [lambda: services.sign(paper=draft, actor=actor, signatory="李明", now=NOW) for _hand in range(HANDS)]
    )
    found["last_serial"] = Paper.objects.get(pk=draft.pk).serial
    found["signatures"] = draft.acts.count()

    # 4. every hand adds evidence: one chain
    def add() -> None:
        for _row in range(5):
            seal.append(
                case=cases[0],
                observation=cases[0].verdict.observation,
                status=EvidenceStatus.MISSING,
                missing_reason="x",
                taken_at=NOW,
                url="http://a/",
            )

    found["chain_errors"] = at_once([add] * HANDS)
    found["breaches"] = list(breaches())
    found["rows"] = cases[0].evidence.count()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    for name in ("RUNS_DIR", "EVIDENCE_DIR", "PAPERS_DIR"):
        Path(getattr(settings, name)).mkdir(parents=True, exist_ok=True)
    main()
