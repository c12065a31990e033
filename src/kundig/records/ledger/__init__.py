"""The ledger: every change of every described table, by whom and by what means; the ground for undo and histories.

    with change_set(by=user, via=Via.IMPORT, title="Messe Köln"):
        …

Triggers write it, so that COPY and raw SQL do not get around it. The actions of `kundig.records.actions`, imports and
bulk edits open their change set themselves.
"""

from kundig.records.events import Via
from kundig.records.ledger.sets import Opened, change_set, changes_together, current

__all__ = ["Opened", "Via", "change_set", "changes_together", "current"]
