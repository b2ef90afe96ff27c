"""What a finished approval does (setting WAGTAIL_FINISH_WORKFLOW_ACTION). Wagtail imports this before its models."""

from __future__ import annotations

from typing import Any


def publish_signed(workflow_state: Any, user: Any = None) -> None:
    """Publish exactly what was signed."""
    from portal.pages.approval import services  # noqa: PLC0415 -- Wagtail's models are not there yet at import

    services.publish_signed(workflow_state, user=user)
