"""What came back and is credited: on which invoice it stands, and what is never charged instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kundig.accounts.models import User
from kundig.orders.actions.invoices import remove_invoice, remove_invoice_line, rewrite_invoice_line
from kundig.orders.actions.settling import close_return
from kundig.orders.actions.writing import described, locked
from kundig.orders.enums import Decision, InvoiceKind, ReturnState
from kundig.orders.models import Invoice, InvoiceLine, Return, ReturnLine
from kundig.orders.queries.billing import creditable, given_for
from kundig.records.actions import let_go
from kundig.records.events import Via


@dataclass(frozen=True)
class Piece:
    """So much of a position of a return is credited, of a position that charged it."""

    line: ReturnLine
    charged: InvoiceLine
    quantity: Decimal
    amount: Decimal


def _pieces(lines: Sequence[ReturnLine]) -> list[Piece]:
    """What is credited of positions of a return: as far as it was charged and nobody has given it back, of one invoice
    if that charged all of it."""
    there = list(
        InvoiceLine.objects.filter(
            order_line__in=[line.order_line_id for line in lines], invoice__kind=InvoiceKind.INVOICE,
            invoice__issued_on__isnull=False,
        ).select_related("invoice").order_by("-invoice__issued_on", "-pk")
    )  # fmt: skip
    keys = {each.invoice_id for each in there}
    left: dict[UUID, Decimal] = {}
    for invoice in Invoice.objects.filter(pk__in=keys).order_by("pk"):
        left |= creditable(invoice)
    found: list[Piece] = []
    for key in dict.fromkeys(each.invoice_id for each in there):
        found = _taken(lines, [each for each in there if each.invoice_id == key], left)
        if sum(one.quantity for one in found) == sum(_wanted(line) for line in lines):
            return found
    return _taken(lines, there, left)


def _wanted(line: ReturnLine) -> Decimal:
    """How much of it may be on an invoice: all, until somebody has looked that up."""
    return line.quantity - (line.not_charged or Decimal(0))


def _locked_invoices(lines: Sequence[ReturnLine]) -> list[Invoice]:
    """The drafts that charge these positions; they, and what was issued, wait for us: nobody issues or credits them
    meanwhile."""
    charging = InvoiceLine.objects.filter(order_line__in=[line.order_line_id for line in lines]).values("invoice_id")
    found = Invoice.objects.select_for_update(of=("self",)).filter(pk__in=charging).order_by("pk")
    return [each for each in found if each.is_draft and not each.is_credit_note]


def looked_up(returned: Return, *, by: User, via: Via) -> list[Piece]:
    """What is to be credited of a return. Of the rest of its positions it is noted that it is not charged, and it is
    taken off the drafts. It never becomes less: what is charged later is charged without it. It becomes more where
    somebody has given a piece back on another credit note meanwhile."""
    credited = returned.lines.filter(decision=Decision.CREDIT, credit__gt=0)
    lines = list(credited.select_related("order_line").order_by("pk"))
    if not lines:
        return []
    drafts = _locked_invoices(lines)
    pieces = _pieces(lines)
    for line in lines:
        rest = _wanted(line) - sum((one.quantity for one in pieces if one.line == line), Decimal(0))
        if line.not_charged is not None and not rest:
            continue
        line.not_charged = (line.not_charged or Decimal(0)) + rest
        line.save(update_fields=("not_charged", "changed_at"))
        _lessen(drafts, line, rest, by=by, via=via)
    if not pieces:
        close_return(returned.pk, by=by, via=via)
    return pieces


def look_again(invoice: Invoice, *, by: User, via: Via) -> None:
    """Returns whose note was deleted may have lost pieces to a note made by hand: those are not charged again, and
    where none is left the return is settled."""
    waiting = Return.objects.filter(order=invoice.order_id, state=ReturnState.DECIDED, lines__not_charged__gte=0)
    for key in set(waiting.filter(credit_notes=None).values_list("pk", flat=True)):
        looked_up(locked(Return, key), by=by, via=via)


def _lessen(drafts: Sequence[Invoice], line: ReturnLine, rest: Decimal, *, by: User, via: Via) -> None:
    """Take what came back uncharged off drafts, the latest first; one that has nothing left to charge goes."""
    for draft in sorted(drafts, key=lambda each: each.created_at, reverse=True):
        for each in draft.lines.filter(order_line=line.order_line_id):
            less = min(each.quantity, rest)
            if not less:
                continue
            rest -= less
            if less < each.quantity:
                rewrite_invoice_line(each, {"quantity": each.quantity - less}, by=by, via=via)
                continue
            key = each.pk
            remove_invoice_line(each, by=by, via=via)
            let_go(described(InvoiceLine), [key], by=by, via=via)
            if not draft.lines.exists():
                key = draft.pk
                remove_invoice(draft, by=by, via=via)
                let_go(described(Invoice), [key], by=by, via=via)


def _taken(lines: Sequence[ReturnLine], there: Sequence[InvoiceLine], left: Mapping[UUID, Decimal]) -> list[Piece]:
    found = []
    for line in lines:
        rest = _wanted(line)
        for each in there:
            if each.order_line_id != line.order_line_id:
                continue
            quantity = min(rest, left.get(each.pk, Decimal(0)))
            if not quantity:
                continue
            rest -= quantity
            amount = given_for(each, quantity, is_rest=quantity == left[each.pk])
            found.append(Piece(line, each, quantity, amount))
    return [one for one in found if one.amount > 0]
