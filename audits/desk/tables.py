"""Table columns of the desk's listings."""

from __future__ import annotations

from wagtail.admin.ui.tables import Column


class StateColumn(Column):
    """Icon, word and colour of a state, as everywhere else."""

    cell_template_name = "audits/desk/state_cell.html"
