"""What units tell apps above them, which they may not import."""

from django.dispatch import Signal

#: `groups`: the groups that `ensure_groups` or `ensure_unit_groups` has just brought up to date. Receivers
#: grant their own models' permissions to them.
groups_ensured = Signal()
#: `day`: the civil day whose memberships `sync_groups` has just brought into force.
roles_of_the_day = Signal()
