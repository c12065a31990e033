"""E-invoices in UBL 2.1 (OASIS), as XRechnung 3.0 and Peppol BIS Billing 3 want them: the order of elements is the
schema's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from lxml import etree

from kundig.orders.rules.einvoice.document import (
    NO_TAX,
    PEPPOL_BILLING,
    XRECHNUNG,
    Allowance,
    Delivery,
    Document,
    DocumentLine,
    Party,
    Payment,
    Reference,
    TaxLine,
)
from kundig.orders.rules.einvoice.parsing import Reader, Unreadable
from kundig.orders.rules.einvoice.terms import terms_of
from kundig.orders.rules.einvoice.writing import Node

_INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
_PARTS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
ROOTS = frozenset((f"{{{_INVOICE}}}Invoice", f"{{{_CREDIT_NOTE}}}CreditNote"))


# -- writing -----------------------------------------------------------------------------------------------------------


def write_ubl(document: Document, *, profile: str = XRECHNUNG) -> bytes:
    """An invoice or a credit note as XML in UTF-8."""
    kind = "CreditNote" if document.is_credit_note else "Invoice"
    namespaces = {"ubl": _CREDIT_NOTE if document.is_credit_note else _INVOICE, **_PARTS}
    root = Node.root(f"ubl:{kind}", namespaces, default="ubl")
    root.put("cbc:CustomizationID", profile)
    root.put("cbc:ProfileID", PEPPOL_BILLING)
    root.put("cbc:ID", document.number)
    root.put("cbc:IssueDate", document.issued_on)
    if not document.is_credit_note:
        root.put("cbc:DueDate", document.due_on)
    root.put(f"cbc:{kind}TypeCode", document.type_code)
    root.put("cbc:Note", "\n".join(document.notes))
    root.put("cbc:DocumentCurrencyCode", document.currency)
    root.put("cbc:BuyerReference", document.buyer_reference)
    period = root.add("cac:InvoicePeriod")
    period.put("cbc:StartDate", document.period_from)
    period.put("cbc:EndDate", document.period_until)
    order = root.add("cac:OrderReference")
    # The schema wants the buyer's number even where only ours is known; Peppol's word for that is NA.
    order.put("cbc:ID", document.order_reference or ("NA" if document.sales_order else ""))
    order.put("cbc:SalesOrderID", document.sales_order)
    for reference in document.corrects:
        preceding = root.add("cac:BillingReference").add("cac:InvoiceDocumentReference")
        preceding.put("cbc:ID", reference.number)
        preceding.put("cbc:IssueDate", reference.issued_on)
    root.add("cac:DespatchDocumentReference").put("cbc:ID", document.delivery_note)
    root.add("cac:ContractDocumentReference").put("cbc:ID", document.contract_reference)
    _party(root.add("cac:AccountingSupplierParty").add("cac:Party"), document.seller, is_seller=True)
    _party(root.add("cac:AccountingCustomerParty").add("cac:Party"), document.buyer, is_seller=False)
    _delivery(root.add("cac:Delivery"), document.delivery)
    _payment(root, document)
    root.add("cac:PaymentTerms").put("cbc:Note", document.terms_text)
    for allowance in document.allowances:
        _allowance(root.add("cac:AllowanceCharge"), allowance, document.currency)
    _totals(root, document)
    for line in document.lines:
        _line(root.add(f"cac:{kind}Line"), line, document, quantity="Credited" if kind == "CreditNote" else "Invoiced")
    return root.bytes()


def _party(node: Node, party: Party, *, is_seller: bool) -> None:
    if party.address:
        node.put("cbc:EndpointID", party.address, schemeID=party.address_scheme)
    node.add("cac:PartyIdentification").put("cbc:ID", party.identifier)
    node.add("cac:PartyName").put("cbc:Name", party.name)
    address = node.add("cac:PostalAddress")
    address.put("cbc:StreetName", party.street)
    address.put("cbc:AdditionalStreetName", party.extra)
    address.put("cbc:CityName", party.city)
    address.put("cbc:PostalZone", party.postal_code)
    address.add("cac:Country").put("cbc:IdentificationCode", party.country)
    for number, scheme in ((party.vat_id, "VAT"), (party.tax_number if is_seller else "", "FC")):
        if number:
            tax = node.add("cac:PartyTaxScheme")
            tax.put("cbc:CompanyID", number)
            tax.add("cac:TaxScheme").put("cbc:ID", scheme)
    legal = node.add("cac:PartyLegalEntity")
    legal.put("cbc:RegistrationName", party.name)
    legal.put("cbc:CompanyID", party.register)
    contact = node.add("cac:Contact")
    contact.put("cbc:Name", party.contact)
    contact.put("cbc:Telephone", party.phone)
    contact.put("cbc:ElectronicMail", party.mail)


def _delivery(node: Node, delivery: Delivery | None) -> None:
    if delivery is None:
        return
    node.put("cbc:ActualDeliveryDate", delivery.on)
    address = node.add("cac:DeliveryLocation").add("cac:Address")
    if delivery.country:
        address.put("cbc:StreetName", delivery.street)
        address.put("cbc:CityName", delivery.city)
        address.put("cbc:PostalZone", delivery.postal_code)
        address.add("cac:Country").put("cbc:IdentificationCode", delivery.country)
    node.add("cac:DeliveryParty").add("cac:PartyName").put("cbc:Name", delivery.name)


def _payment(root: Node, document: Document) -> None:
    if document.payment is None:
        return
    means = root.add("cac:PaymentMeans")
    means.put("cbc:PaymentMeansCode", document.payment.means)
    if document.is_credit_note:
        means.put("cbc:PaymentDueDate", document.due_on)
    means.put("cbc:PaymentID", document.payment.reference)
    account = means.add("cac:PayeeFinancialAccount")
    account.put("cbc:ID", document.payment.iban)
    account.put("cbc:Name", document.payment.account_name)
    account.add("cac:FinancialInstitutionBranch").put("cbc:ID", document.payment.bic)


def _allowance(node: Node, allowance: Allowance, currency: str) -> None:
    node.put("cbc:ChargeIndicator", "true" if allowance.is_charge else "false")
    node.put("cbc:AllowanceChargeReason", allowance.reason)
    node.put("cbc:Amount", allowance.amount, currencyID=currency)
    _category(node.add("cac:TaxCategory"), allowance.category, allowance.percent)


def _category(node: Node, category: str, percent: Decimal, *, reason: str = "") -> None:
    node.put("cbc:ID", category)
    if category != "O":
        node.put("cbc:Percent", percent)
    node.put("cbc:TaxExemptionReason", reason)
    node.add("cac:TaxScheme").put("cbc:ID", "VAT")


def _totals(root: Node, document: Document) -> None:
    currency = document.currency
    tax = root.add("cac:TaxTotal")
    tax.put("cbc:TaxAmount", document.tax, currencyID=currency)
    for one in document.taxes:
        part = tax.add("cac:TaxSubtotal")
        part.put("cbc:TaxableAmount", one.base, currencyID=currency)
        part.put("cbc:TaxAmount", one.tax, currencyID=currency)
        reason = one.reason if one.category in NO_TAX else ""
        _category(part.add("cac:TaxCategory"), one.category, one.percent, reason=reason)
    totals = root.add("cac:LegalMonetaryTotal")
    totals.put("cbc:LineExtensionAmount", document.lines_net, currencyID=currency)
    totals.put("cbc:TaxExclusiveAmount", document.net, currencyID=currency)
    totals.put("cbc:TaxInclusiveAmount", document.gross, currencyID=currency)
    totals.put("cbc:AllowanceTotalAmount", document.allowance_total or None, currencyID=currency)
    totals.put("cbc:ChargeTotalAmount", document.charge_total or None, currencyID=currency)
    totals.put("cbc:PrepaidAmount", document.paid or None, currencyID=currency)
    totals.put("cbc:PayableAmount", document.payable, currencyID=currency)


def _line(node: Node, line: DocumentLine, document: Document, *, quantity: str) -> None:
    currency = document.currency
    node.put("cbc:ID", line.position)
    node.put(f"cbc:{quantity}Quantity", line.quantity, unitCode=line.unit)
    node.put("cbc:LineExtensionAmount", line.net, currencyID=currency)
    if line.allowance:
        allowance = node.add("cac:AllowanceCharge")
        allowance.put("cbc:ChargeIndicator", "false")
        allowance.put("cbc:AllowanceChargeReasonCode", "95")
        allowance.put("cbc:MultiplierFactorNumeric", line.discount)
        allowance.put("cbc:Amount", line.allowance, currencyID=currency)
        allowance.put("cbc:BaseAmount", line.net + line.allowance, currencyID=currency)
    item = node.add("cac:Item")
    item.put("cbc:Description", line.description)
    item.put("cbc:Name", line.name)
    item.add("cac:SellersItemIdentification").put("cbc:ID", line.number)
    category = item.add("cac:ClassifiedTaxCategory")
    _category(category, line.category, line.percent)
    node.add("cac:Price").put("cbc:PriceAmount", line.unit_price, currencyID=currency)


# -- reading -----------------------------------------------------------------------------------------------------------


def read_ubl(root: etree._Element) -> Document:
    """What a document in UBL says.

    Raises:
        Unreadable: if its root is another, or an amount or a day is none.
    """
    if root.tag not in ROOTS:
        raise Unreadable(str(root.tag))
    kind = "CreditNote" if root.tag.endswith("CreditNote") else "Invoice"
    read = Reader(root, _PARTS)
    sums = read.one("cac:LegalMonetaryTotal") or Reader(etree.Element("none"), _PARTS)
    terms, discounts = terms_of(read.text("cac:PaymentTerms/cbc:Note"))
    return Document(
        number=read.text("cbc:ID"),
        issued_on=read.day("cbc:IssueDate") or dt.date.min,
        due_on=read.day("cbc:DueDate") or read.day("cac:PaymentMeans/cbc:PaymentDueDate"),
        type_code=read.text(f"cbc:{kind}TypeCode"),
        currency=read.text("cbc:DocumentCurrencyCode"),
        profile=read.text("cbc:CustomizationID"),
        buyer_reference=read.text("cbc:BuyerReference"),
        order_reference=_known(read.text("cac:OrderReference/cbc:ID")),
        sales_order=read.text("cac:OrderReference/cbc:SalesOrderID"),
        contract_reference=read.text("cac:ContractDocumentReference/cbc:ID"),
        delivery_note=read.text("cac:DespatchDocumentReference/cbc:ID"),
        period_from=read.day("cac:InvoicePeriod/cbc:StartDate"),
        period_until=read.day("cac:InvoicePeriod/cbc:EndDate"),
        corrects=tuple(
            Reference(one.text("cbc:ID"), one.day("cbc:IssueDate"))
            for one in read.all("cac:BillingReference/cac:InvoiceDocumentReference")
        ),
        notes=tuple(note.text() for note in read.all("cbc:Note")),
        seller=_read_party(read.one("cac:AccountingSupplierParty/cac:Party")),
        buyer=_read_party(read.one("cac:AccountingCustomerParty/cac:Party")),
        delivery=_read_delivery(read.one("cac:Delivery")),
        payment=_read_payment(read.one("cac:PaymentMeans")),
        terms=terms,
        discounts=discounts,
        allowances=tuple(_read_allowance(one) for one in read.all("cac:AllowanceCharge")),
        lines=tuple(_read_line(one) for one in read.all(f"cac:{kind}Line")),
        taxes=tuple(_read_tax(one) for one in read.all("cac:TaxTotal/cac:TaxSubtotal")),
        lines_net=sums.number("cbc:LineExtensionAmount"),
        net=sums.number("cbc:TaxExclusiveAmount"),
        tax=read.number("cac:TaxTotal/cbc:TaxAmount"),
        gross=sums.number("cbc:TaxInclusiveAmount"),
        paid=sums.number("cbc:PrepaidAmount", default="0.00"),
        payable=sums.number("cbc:PayableAmount"),
        syntax="ubl",
    )


def _known(text: str) -> str:
    return "" if text == "NA" else text


def _read_party(read: Reader | None) -> Party:
    if read is None:
        return Party("", country="")
    numbers = {one.text("cac:TaxScheme/cbc:ID"): one.text("cbc:CompanyID") for one in read.all("cac:PartyTaxScheme")}
    return Party(
        name=read.text("cac:PartyLegalEntity/cbc:RegistrationName") or read.text("cac:PartyName/cbc:Name"),
        street=read.text("cac:PostalAddress/cbc:StreetName"),
        extra=read.text("cac:PostalAddress/cbc:AdditionalStreetName"),
        postal_code=read.text("cac:PostalAddress/cbc:PostalZone"),
        city=read.text("cac:PostalAddress/cbc:CityName"),
        country=read.text("cac:PostalAddress/cac:Country/cbc:IdentificationCode"),
        vat_id=numbers.get("VAT", ""),
        tax_number=next((number for scheme, number in numbers.items() if scheme != "VAT"), ""),
        register=read.text("cac:PartyLegalEntity/cbc:CompanyID"),
        identifier=read.text("cac:PartyIdentification/cbc:ID"),
        address=read.text("cbc:EndpointID"),
        address_scheme=read.attribute("cbc:EndpointID", "schemeID") or "EM",
        contact=read.text("cac:Contact/cbc:Name"),
        phone=read.text("cac:Contact/cbc:Telephone"),
        mail=read.text("cac:Contact/cbc:ElectronicMail"),
    )


def _read_delivery(read: Reader | None) -> Delivery | None:
    if read is None:
        return None
    where = "cac:DeliveryLocation/cac:Address/"
    return Delivery(
        name=read.text("cac:DeliveryParty/cac:PartyName/cbc:Name"),
        street=read.text(f"{where}cbc:StreetName"),
        postal_code=read.text(f"{where}cbc:PostalZone"),
        city=read.text(f"{where}cbc:CityName"),
        country=read.text(f"{where}cac:Country/cbc:IdentificationCode"),
        on=read.day("cbc:ActualDeliveryDate"),
    )


def _read_payment(read: Reader | None) -> Payment | None:
    if read is None:
        return None
    account = "cac:PayeeFinancialAccount/"
    return Payment(
        iban=read.text(f"{account}cbc:ID"),
        bic=read.text(f"{account}cac:FinancialInstitutionBranch/cbc:ID"),
        account_name=read.text(f"{account}cbc:Name"),
        reference=read.text("cbc:PaymentID"),
        means=read.text("cbc:PaymentMeansCode"),
    )


def _read_allowance(read: Reader) -> Allowance:
    return Allowance(
        amount=read.number("cbc:Amount"),
        category=read.text("cac:TaxCategory/cbc:ID"),
        percent=read.number("cac:TaxCategory/cbc:Percent"),
        reason=read.text("cbc:AllowanceChargeReason"),
        is_charge=read.text("cbc:ChargeIndicator") == "true",
    )


def _read_tax(read: Reader) -> TaxLine:
    return TaxLine(
        category=read.text("cac:TaxCategory/cbc:ID"),
        percent=read.number("cac:TaxCategory/cbc:Percent", default="0.00"),
        base=read.number("cbc:TaxableAmount"),
        tax=read.number("cbc:TaxAmount"),
        reason=read.text("cac:TaxCategory/cbc:TaxExemptionReason"),
    )


def _read_line(read: Reader) -> DocumentLine:
    quantity = "cbc:InvoicedQuantity" if read.one("cbc:InvoicedQuantity") else "cbc:CreditedQuantity"
    adjustments = [
        (one.text("cbc:ChargeIndicator") == "true", one.number("cbc:Amount"), one.number("cbc:MultiplierFactorNumeric"))
        for one in read.all("cac:AllowanceCharge")
    ]
    return DocumentLine(
        position=read.text("cbc:ID"),
        name=read.text("cac:Item/cbc:Name"),
        description=read.text("cac:Item/cbc:Description"),
        number=read.text("cac:Item/cac:SellersItemIdentification/cbc:ID"),
        quantity=read.number(quantity, default="1"),
        unit=read.attribute(quantity, "unitCode"),
        unit_price=read.number("cac:Price/cbc:PriceAmount"),
        price_quantity=read.number("cac:Price/cbc:BaseQuantity", default="1") or Decimal(1),
        net=read.number("cbc:LineExtensionAmount"),
        category=read.text("cac:Item/cac:ClassifiedTaxCategory/cbc:ID"),
        percent=read.number("cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", default="0.00"),
        discount=sum((percent for is_charge, _, percent in adjustments if not is_charge), Decimal("0.00")),
        allowance=sum((amount for is_charge, amount, _ in adjustments if not is_charge), Decimal("0.00")),
        charge=sum((amount for is_charge, amount, _ in adjustments if is_charge), Decimal("0.00")),
    )
