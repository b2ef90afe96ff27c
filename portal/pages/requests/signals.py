"""What a granted request asks of those above, which pages may not import."""

from django.dispatch import Signal

#: `column_request` was granted by `actor` at `now`; receivers do what is theirs, in the same transaction.
request_granted = Signal()
