"""Confirmations, delivery notes and protocols on paper, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from kundig.accounts.queries import company, letterhead
from kundig.catalog.enums import unit_words
from kundig.catalog.queries import totals
from kundig.orders.models import Delivery, Order, Protocol
from kundig.orders.queries.amounts import exact
from kundig.parties.models import Party
from kundig.platform import files
from kundig.platform.formats import LOCALES, Formats, formats
from kundig.platform.typesetting import frame, logo_of, typeset

SOURCE = Path(__file__).parent.parent / "templates" / "orders" / "paper" / "document.typ"
SIGNATURE = "signature.png"


def confirmation_pdf(order: Order) -> bytes:
    """The confirmation of an order, with prices, tax and what it comes to.

    Raises:
        NotTypeset: if it cannot be set.
    """
    lines = list(order.lines.order_by("position", "id"))
    sums = totals(lines)
    with override(_language(order.party)):
        writing = formats(_language(order.party))
        data = {
            "text": _("Thank you for your order. We confirm it as follows:"),
            "columns": [
                [_("No."), "", "left"], [_("Description"), "*", "left"], [_("Quantity"), "", "right"],
                [_("Unit price"), "", "right"], [pgettext("position", "Discount"), "", "right"],
                [_("Net"), "", "right"],
            ],
            "rows": [
                [
                    str(number), [line.title, line.text],
                    f"{_plain(line.quantity, writing)} {unit_words(line.unit, line.quantity)}",
                    exact(line.unit_price, writing, order.currency),
                    writing.percent(line.discount) if line.discount else "", exact(line.net, writing, order.currency),
                ]
                for number, line in enumerate(lines, start=1)
            ],
            "sums": [
                [_("Net amount"), exact(sums.net, writing, order.currency)],
                *(
                    [_("VAT %(percent)s") % {"percent": writing.percent(each.percent)},
                     exact(each.tax, writing, order.currency)]
                    for each in sums.by_rate
                ),
                [_("Total"), exact(sums.gross, writing, order.currency)],
            ],
            "closing": _closing(order, writing),
        }  # fmt: skip
        return _set(_("Confirmation of order %(number)s") % {"number": order.number}, order, order.invoice_address, [
            (_("Order"), order.number), (_("Date"), writing.date(order.confirmed_on or order.ordered_on)),
            (_("Your order"), order.customer_reference), (_("Handled by"), order.owner.name if order.owner else ""),
        ], data, note="" if order.confirmed_on else _("Draft"))  # fmt: skip


def delivery_note_pdf(delivery: Delivery) -> bytes:
    """The delivery note: what is in it, without prices, and what is still to come. Raises like `confirmation_pdf`."""
    order = delivery.order
    lines = list(delivery.lines.select_related("order_line").order_by("order_line__position", "id"))
    with override(_language(order.party)):
        writing = formats(_language(order.party))
        data = {
            "text": delivery.note,
            "columns": [
                [_("No."), "", "left"], [_("Description"), "*", "left"], [_("Delivered"), "", "right"],
                [_("Ordered"), "", "right"], [_("Still to come"), "", "right"],
            ],
            "rows": [
                [
                    str(number), [line.order_line.title, _serials(line.serials)],
                    f"{_plain(line.quantity, writing)} {unit_words(line.order_line.unit, line.quantity)}",
                    _plain(line.order_line.quantity, writing),
                    _plain(line.order_line.quantity - line.order_line.delivered, writing),
                ]
                for number, line in enumerate(lines, start=1)
            ],
            "sums": [],
            "closing": "",
        }  # fmt: skip
        return _set(_("Delivery note %(number)s") % {"number": delivery.number}, order, delivery.address, [
            (_("Delivery"), delivery.number), (_("Order"), order.number),
            (_("Date"), writing.date(delivery.shipped_on)), (_("Your order"), order.customer_reference),
            (_("Carrier"), delivery.carrier), (_("Tracking number"), delivery.tracking),
        ], data)  # fmt: skip


def protocol_pdf(protocol: Protocol) -> bytes:
    """The protocol, with the signature where it was drawn, and the fingerprint. Raises like `confirmation_pdf`."""
    order, party = protocol.order, protocol.party
    with override(_language(party)):
        writing = formats(_language(party))
        pictures = {}
        if protocol.signature is not None:
            pictures[SIGNATURE] = files.path_of(protocol.signature).read_bytes()
        signed = timezone.localtime(protocol.signed_at) if protocol.signed_at else None
        data = {
            "text": protocol.text,
            "columns": [], "rows": [], "sums": [],
            "closing": _("Open defects:\n%(text)s") % {"text": protocol.defects} if protocol.defects else "",
            "signature": SIGNATURE if pictures else "",
            "signed": [
                [_("Result"), str(protocol.get_result_display())], [_("Signed by"), protocol.signed_name],
                [_("Signed at"), f"{writing.date(signed.date())}, {writing.time(signed.time())}"],
                [_("Fingerprint"), protocol.fingerprint],
            ] if signed else [],
        }  # fmt: skip
        kind = str(protocol.get_kind_display())
        subject = _("Protocol %(number)s: %(kind)s") % {"number": protocol.number, "kind": kind}
        day = writing.date(protocol.done_on) if protocol.done_on else ""
        address = order.delivery_address if order else protocol.signed_for.get("customer", party.name)
        asset = protocol.signed_for.get("asset", protocol.asset.name if protocol.asset else "")
        return _set(subject, protocol, address, [
            (_("Protocol"), protocol.number), (_("Order"), order.number if order else ""), (_("Date"), day),
            (_("Asset"), asset),
        ], data, pictures=pictures, note="" if signed else _("Draft"))  # fmt: skip


def _set(
    subject: str, about: Order | Protocol, address: str, reference: Sequence[tuple[str, str]], data: dict[str, Any], *,
    pictures: dict[str, bytes] | None = None, note: str = "",
) -> bytes:  # fmt: skip
    house: Any = letterhead()
    house.country = company().country
    given = {**logo_of(house), **(pictures or {})}
    framed = frame(
        house, address=address.splitlines(), reference=reference, subject=subject, language=_language(about.party),
        logo="logo.png" if "logo.png" in given else None, note=note,
    )  # fmt: skip
    whole = {"signature": "", "signed": [], **data, "frame": framed}
    return typeset(_source(), whole, given, created_at=about.changed_at)


def _language(party: Party) -> str:
    return party.language if party.language in LOCALES else company().language


def _closing(order: Order, writing: Formats) -> str:
    parts = []
    if order.requested_on:
        parts.append(_("Requested for %(day)s.") % {"day": writing.date(order.requested_on)})
    if order.delivery_address != order.invoice_address:
        parts.append(_("We deliver to:\n%(address)s") % {"address": order.delivery_address})
    return "\n\n".join(parts)


def _serials(text: str) -> str:
    return _("Serial numbers: %(numbers)s") % {"numbers": ", ".join(text.splitlines())} if text else ""


def _plain(value: Decimal, writing: Formats) -> str:
    return writing.number(value)


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")
