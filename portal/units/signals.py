"""What units tell apps above them, which they may not import."""

from django.dispatch import Signal

#: `groups`: the groups that `ensure_groups` or `ensure_unit_groups` has just brought up to date. Receivers
#: grant their own models' permissions to them.
groups_ensured = Signal()
