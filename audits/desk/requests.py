"""What a unit asked of the network centre and was granted: an exemption goes into the registry."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from audits.registry import services
from audits.registry.models import Column
from portal.pages.requests.enums import RequestKind
from portal.pages.requests.models import ColumnRequest
from portal.units.models import User


def enter_exemption(*, column_request: ColumnRequest, actor: User, now: dt.datetime, **_signal: Any) -> None:
    """Receiver of `portal.pages.requests.signals.request_granted`."""
    if column_request.kind != RequestKind.EXEMPT or column_request.until is None:
        return
    services.exempt(
        column=Column.objects.get(page=column_request.column_id),
        reason=column_request.reason,
        approved_by=actor,
        valid_from=timezone.localdate(now),
        valid_until=column_request.until,
        now=now,
    )
