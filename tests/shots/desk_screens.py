"""Every kind of screen of the desk, for whoever it is meant for."""

from __future__ import annotations

from audits.notices.enums import PaperState
from tests.integration.desk.county import Desk

LISTINGS = ("columns", "sites", "cases", "papers", "runs")


def desk_addresses(desk: Desk) -> dict[str, tuple[str, str]]:
    """Name -> (who looks, address); listings, one row of each, and what may be done to it."""
    papers, seen = desk.papers, desk.new.verdict.observation_id
    rows = {
        "column": ("reviewer", f"columns/inspect/{desk.stale.pk}"),
        "site": ("reviewer", f"sites/inspect/{desk.site.pk}"),
        "case": ("reviewer", f"cases/inspect/{desk.in_hand.pk}"),
        "run": ("reviewer", f"runs/inspect/{desk.run.pk}"),
        "paper": ("bureau", f"papers/inspect/{papers[PaperState.REPLIED].pk}"),
        "paper-of-unit": ("leader", f"papers/inspect/{papers[PaperState.DELIVERED].pk}"),
        "inspector": ("reviewer", f"observations/{seen}"),
        "review": ("reviewer", "cases/review"),
        "start-run": ("reviewer", "runs/start"),
        "filing": ("reviewer", f"filing/{desk.site.code}"),
    }
    acts = {
        "reviewer": {
            "columns": (desk.stale, ("exempt", "change-class", "propose-retirement")),
            "sites": (desk.site, ("confirm-filing", "change")),
            "cases": (desk.new, ("confirm", "write-off")),
        },
        "bureau": {"papers": (papers[PaperState.DRAFT], ("sign",))},
        "leader": {"papers": (papers[PaperState.DELIVERED], ("acknowledge",))},
        "editor": {"papers": (papers[PaperState.ACKNOWLEDGED], ("reply",))},
    }
    rows |= {
        f"{kind}-{act}": (who, f"{kind}/{row.pk}/{act}")
        for who, kinds in acts.items()
        for kind, (row, names) in kinds.items()
        for act in names
    }
    listings = {name: ("reviewer", name) for name in LISTINGS}
    found = {name: (who, f"/admin/audits/{path}/") for name, (who, path) in {**listings, **rows}.items()}
    return {"overview": ("bureau", "/admin/audits/"), "overview-unit": ("editor", "/admin/audits/"), **found}
