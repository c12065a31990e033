"""What happens elsewhere is told."""

from kundig.platform import outbox
from kundig.records.events import RecordsChanged, Via
from kundig.webhooks.actions import note


@outbox.handler(RecordsChanged)
def tell_webhooks(event: RecordsChanged) -> None:
    """Whoever changes records by whatever means; only the invented sample company is nobody's news."""
    if event.via != Via.SAMPLE:
        note(event)
