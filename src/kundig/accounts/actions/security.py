"""The record of what happened to the locks of an account; the person is told of each entry by mail."""

from kundig.accounts.addresses import NOWHERE, Caller
from kundig.accounts.devices import LONGEST_AGENT
from kundig.accounts.enums import SecurityEvent
from kundig.accounts.models import SecurityEntry, User
from kundig.platform import jobs

MAIL = "security_mail"


def record(
    user: User,
    event: SecurityEvent,
    *,
    by: User | None = None,
    detail: str = "",
    caller: Caller = NOWHERE,
) -> SecurityEntry:
    """Keep the entry and queue the mail, in the transaction at hand. `by` is whoever did it for somebody else."""
    entry = SecurityEntry.objects.create(
        user=user, event=event, by=by if by != user else None, detail=detail[:200],
        address=caller.address, device=caller.device[:LONGEST_AGENT],
    )  # fmt: skip
    jobs.start(MAIL, title=str(event.label), by=by, entry_id=str(entry.pk))
    return entry
