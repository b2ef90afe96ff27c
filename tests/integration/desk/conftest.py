from __future__ import annotations

import pytest
from django.utils import translation

from audits import tasks
from tests.integration.desk.county import Desk, make_desk


@pytest.fixture
def desk(db: None, settings) -> Desk:
    """Two units with a file each, and a person of every role."""
    settings.PAPER_AUTHORITY_CODE = "栖督"
    with translation.override("zh-hans"):
        return make_desk()


@pytest.fixture
def queued(monkeypatch) -> list[str]:
    """Names of the tasks that were queued; none is carried out."""
    names: list[str] = []
    monkeypatch.setattr(tasks, "async_task", lambda task, *args, **options: names.append(task.__name__))
    return names
