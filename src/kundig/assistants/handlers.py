"""What happens elsewhere to records that proposals are about."""

from uuid import UUID

from kundig.assistants.actions import forget_records
from kundig.platform import outbox
from kundig.records.events import RecordsChanged, Via


@outbox.handler(RecordsChanged)
def forget_what_was_erased(event: RecordsChanged) -> None:
    if event.via == Via.ERASURE:
        forget_records(event.object, [UUID(each) for each in event.ids])
