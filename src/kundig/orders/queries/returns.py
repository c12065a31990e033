"""What of a decided return is still to be done."""

from __future__ import annotations

from django.db.models import F, Q

from kundig.orders.enums import Decision
from kundig.orders.models import Invoice, Return

AGAIN = (Decision.REPLACE, Decision.REPAIR)


def to_send(back: Return) -> str | None:
    """The title of a position that is to go to the customer again and has not gone; None where there is none."""
    waiting = back.lines.filter(decision__in=AGAIN, given_again__lt=F("quantity")).order_by("pk")
    return waiting.values_list("order_line__title", flat=True).first()


def is_to_be_credited(back: Return) -> bool:
    """Whether money is to go back that no issued credit note has named."""
    notes = Invoice.objects.filter(returned=back)
    if notes.exists():  # one for each invoice that charged it
        return notes.filter(issued_on=None).exists()
    wanted = back.lines.filter(decision=Decision.CREDIT, credit__gt=0)
    return wanted.filter(Q(not_charged=None) | Q(not_charged__lt=F("quantity"))).exists()
