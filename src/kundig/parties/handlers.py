"""What happens elsewhere and concerns customers."""

from kundig.parties.actions.quality import doubt_value
from kundig.parties.events import ValueDoubted
from kundig.platform import outbox


@outbox.handler(ValueDoubted)
def take_doubt(event: ValueDoubted) -> None:
    """A value that something speaks against is to be checked; doing it twice is the same."""
    doubt_value(event.party_id, event.field, why=event.why)
