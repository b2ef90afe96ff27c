"""Table columns of the desk's listings."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.tables import Column


class StateColumn(Column):
    """Icon, word and colour of a state, as everywhere else."""

    cell_template_name = "audits/desk/state_cell.html"


class MomentColumn(Column):
    """A moment as 2026-11-18 09:30; Wagtail's own says how long ago it was."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, classname="desk-number", **kwargs)


class NumberColumn(Column):
    """A count; nothing to count is left empty."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, classname="desk-number", **kwargs)

    def get_value(self, instance: Any) -> Any:
        return super().get_value(instance) or None
