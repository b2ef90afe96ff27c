from __future__ import annotations

import pytest
from django.utils import translation

from tests.integration.desk.county import Desk, make_desk


@pytest.fixture
def desk(db: None, settings) -> Desk:
    """Two units with a file each, and a person of every role."""
    settings.PAPER_AUTHORITY_CODE = "栖督"
    with translation.override("zh-hans"):
        return make_desk()
