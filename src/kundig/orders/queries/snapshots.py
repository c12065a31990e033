"""Who charges whom, as it stands on paper: taken down when an invoice is issued."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kundig.accounts.queries import company, letterhead
from kundig.orders.models import Invoice, InvoiceSettings
from kundig.parties.enums import AddressKind
from kundig.parties.models import Address, Party

HEAD = (
    "name", "street", "postal_code", "city", "phone", "mail", "website", "vat_id", "tax_number", "register", "managers",
    "bank", "iban", "bic", "accent",
)  # fmt: skip


def invoice_settings() -> InvoiceSettings:
    """The house's; as they are out of the box while nobody has saved any."""
    return InvoiceSettings.objects.filter(pk=InvoiceSettings.THE_ONE).first() or InvoiceSettings()


def seller_now(invoice: Invoice) -> dict[str, Any]:
    """The house as its letterhead says it today, with who answers questions about this invoice."""
    head = letterhead()
    owner = invoice.owner
    contact = invoice_settings().contact or (owner.name if owner is not None else "") or head.managers or head.name
    return {
        **{name: str(getattr(head, name) or "") for name in HEAD},
        "country": company().country,
        "contact": contact,
        "logo_id": str(head.logo_id) if head.logo_id else None,
    }


def buyer_now(invoice: Invoice) -> dict[str, Any]:
    """The customer as they are known today: at their invoice address, else at their main one."""
    party: Party = invoice.party
    firm = party.organisation if party.organisation_id and party.organisation_id != party.pk else None
    of: Party = firm or party
    own = Address.objects.in_use().filter(party_id__in=[party.pk, of.pk], kind=AddressKind.INVOICE)
    contact = invoice.person or (party if firm is not None else None)
    return _buyer(party, of, own.order_by("-is_main", "id").first(), contact)


def buyers_known(parties: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The same of many customers at once, at their main addresses."""
    found = {}
    for party in Party.objects.filter(pk__in=list(parties)).select_related("organisation"):
        firm = party.organisation if party.organisation_id and party.organisation_id != party.pk else None
        found[party.pk] = _buyer(party, firm or party, None, party if firm is not None else None)
    return found


def _buyer(party: Party, of: Party, address: Address | None, contact: Party | None) -> dict[str, Any]:
    place: Any = address or (party if party.street or party.city else of)
    return {
        "name": of.name,
        "number": party.number,
        "contact": contact.name if contact is not None else "",
        "street": place.street,
        "extra": getattr(place, "extra", ""),
        "postal_code": place.postal_code,
        "city": place.city,
        "country": place.country or of.country or company().country,
        "vat_id": "".join((of.vat_id or party.vat_id).split()),
        "mail": (contact.mail if contact is not None else "") or of.mail or party.mail,
    }


def references_now(invoice: Invoice) -> dict[str, str]:
    """The numbers by which order and contract are called today."""
    return {
        "order": invoice.order.number if invoice.order is not None else "",
        "contract": invoice.contract.number if invoice.contract is not None else "",
    }


def references_of(invoice: Invoice) -> dict[str, str]:
    """The same: as they were when it was issued, or, of a draft, as they are now."""
    return references_now(invoice) if invoice.is_draft else dict(invoice.references)


def parties_of(invoice: Invoice) -> tuple[dict[str, Any], dict[str, Any]]:
    """Seller and buyer: as they were when it was issued, or, of a draft, as they are now."""
    if invoice.is_draft:
        return seller_now(invoice), buyer_now(invoice)
    return dict(invoice.seller), dict(invoice.buyer)
