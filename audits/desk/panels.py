"""What stands on the first page after signing in."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from audits.desk.todo import waiting_for


class WaitingPanel(Component):
    """What waits for this person."""

    name = "waiting"
    template_name = "audits/desk/waiting.html"
    order = 40

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"todo": waiting_for(parent_context["request"])}
