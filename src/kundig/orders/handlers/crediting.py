"""What is decided about returns becomes a credit note."""

from kundig.accounts.queries import house
from kundig.orders.actions import credit_return
from kundig.orders.events import ReturnDecided
from kundig.orders.models import Return
from kundig.platform import outbox


@outbox.handler(ReturnDecided)
def draft_the_credit_note(event: ReturnDecided) -> None:
    """Where money is to be given back a draft lies ready for whoever keeps the books; one, however often it is told."""
    returned = Return.objects.filter(pk=event.return_id).first() if event.has_credit else None
    if returned is not None:
        credit_return(returned, by=house())
