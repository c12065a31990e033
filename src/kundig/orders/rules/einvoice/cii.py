"""E-invoices as UN/CEFACT Cross Industry Invoice (D16B/D22B): XRechnung in that syntax, and what a ZUGFeRD PDF carries.
The order of elements is the schema's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from lxml import etree

from kundig.orders.rules.einvoice.document import (
    EN16931,
    NO_TAX,
    PEPPOL_BILLING,
    Allowance,
    Delivery,
    Document,
    DocumentLine,
    Party,
    Payment,
    Reference,
    TaxLine,
)
from kundig.orders.rules.einvoice.parsing import Reader, Unreadable, day_of
from kundig.orders.rules.einvoice.terms import terms_of
from kundig.orders.rules.einvoice.writing import Node

_NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
ROOT = f"{{{_NAMES['rsm']}}}CrossIndustryInvoice"


# -- writing -----------------------------------------------------------------------------------------------------------


def write_cii(document: Document, *, profile: str = EN16931) -> bytes:
    """An invoice or a credit note as XML in UTF-8; by default as ZUGFeRD's profile EN 16931."""
    root = Node.root("rsm:CrossIndustryInvoice", _NAMES)
    context = root.add("rsm:ExchangedDocumentContext")
    if profile != EN16931:
        context.add("ram:BusinessProcessSpecifiedDocumentContextParameter").put("ram:ID", PEPPOL_BILLING)
    context.add("ram:GuidelineSpecifiedDocumentContextParameter").put("ram:ID", profile)
    head = root.add("rsm:ExchangedDocument")
    head.put("ram:ID", document.number)
    head.put("ram:TypeCode", document.type_code)
    _day(head, "ram:IssueDateTime", document.issued_on)
    for note in document.notes:
        head.add("ram:IncludedNote").put("ram:Content", note)
    trade = root.add("rsm:SupplyChainTradeTransaction")
    for line in document.lines:
        _line(trade.add("ram:IncludedSupplyChainTradeLineItem"), line)
    _agreement(trade.add("ram:ApplicableHeaderTradeAgreement"), document)
    _delivery(trade.add("ram:ApplicableHeaderTradeDelivery"), document)
    _settlement(trade.add("ram:ApplicableHeaderTradeSettlement"), document)
    return root.bytes(keep="ram:ApplicableHeaderTradeDelivery")


def _day(node: Node, name: str, day: dt.date | None, *, prefix: str = "udt") -> None:
    if day is not None:
        node.add(name).put(f"{prefix}:DateTimeString", f"{day:%Y%m%d}", format="102")


def _line(node: Node, line: DocumentLine) -> None:
    node.add("ram:AssociatedDocumentLineDocument").put("ram:LineID", line.position)
    product = node.add("ram:SpecifiedTradeProduct")
    product.put("ram:SellerAssignedID", line.number)
    product.put("ram:Name", line.name)
    product.put("ram:Description", line.description)
    price = node.add("ram:SpecifiedLineTradeAgreement").add("ram:NetPriceProductTradePrice")
    price.put("ram:ChargeAmount", line.unit_price)
    node.add("ram:SpecifiedLineTradeDelivery").put("ram:BilledQuantity", line.quantity, unitCode=line.unit)
    settlement = node.add("ram:SpecifiedLineTradeSettlement")
    tax = settlement.add("ram:ApplicableTradeTax")
    tax.put("ram:TypeCode", "VAT")
    tax.put("ram:CategoryCode", line.category)
    tax.put("ram:RateApplicablePercent", None if line.category == "O" else line.percent)
    if line.allowance:
        allowance = settlement.add("ram:SpecifiedTradeAllowanceCharge")
        allowance.add("ram:ChargeIndicator").put("udt:Indicator", "false")
        allowance.put("ram:CalculationPercent", line.discount)
        allowance.put("ram:BasisAmount", line.net + line.allowance)
        allowance.put("ram:ActualAmount", line.allowance)
        allowance.put("ram:ReasonCode", "95")
    total = settlement.add("ram:SpecifiedTradeSettlementLineMonetarySummation")
    total.put("ram:LineTotalAmount", line.net)


def _agreement(node: Node, document: Document) -> None:
    node.put("ram:BuyerReference", document.buyer_reference)
    _party(node.add("ram:SellerTradeParty"), document.seller, is_seller=True)
    _party(node.add("ram:BuyerTradeParty"), document.buyer, is_seller=False)
    node.add("ram:SellerOrderReferencedDocument").put("ram:IssuerAssignedID", document.sales_order)
    node.add("ram:BuyerOrderReferencedDocument").put("ram:IssuerAssignedID", document.order_reference)
    node.add("ram:ContractReferencedDocument").put("ram:IssuerAssignedID", document.contract_reference)


def _party(node: Node, party: Party, *, is_seller: bool) -> None:
    node.put("ram:ID", party.identifier)
    node.put("ram:Name", party.name)
    node.add("ram:SpecifiedLegalOrganization").put("ram:ID", party.register)
    contact = node.add("ram:DefinedTradeContact")
    contact.put("ram:PersonName", party.contact)
    contact.add("ram:TelephoneUniversalCommunication").put("ram:CompleteNumber", party.phone)
    contact.add("ram:EmailURIUniversalCommunication").put("ram:URIID", party.mail)
    address = node.add("ram:PostalTradeAddress")
    address.put("ram:PostcodeCode", party.postal_code)
    address.put("ram:LineOne", party.street)
    address.put("ram:LineTwo", party.extra)
    address.put("ram:CityName", party.city)
    address.put("ram:CountryID", party.country)
    if party.address:
        node.add("ram:URIUniversalCommunication").put("ram:URIID", party.address, schemeID=party.address_scheme)
    if is_seller and party.tax_number:
        node.add("ram:SpecifiedTaxRegistration").put("ram:ID", party.tax_number, schemeID="FC")
    if party.vat_id:
        node.add("ram:SpecifiedTaxRegistration").put("ram:ID", party.vat_id, schemeID="VA")


def _delivery(node: Node, document: Document) -> None:
    delivery = document.delivery
    if delivery is not None:
        where = node.add("ram:ShipToTradeParty")
        where.put("ram:Name", delivery.name)
        if delivery.country:
            address = where.add("ram:PostalTradeAddress")
            address.put("ram:PostcodeCode", delivery.postal_code)
            address.put("ram:LineOne", delivery.street)
            address.put("ram:CityName", delivery.city)
            address.put("ram:CountryID", delivery.country)
        _day(node.add("ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime", delivery.on)
    node.add("ram:DespatchAdviceReferencedDocument").put("ram:IssuerAssignedID", document.delivery_note)


def _settlement(node: Node, document: Document) -> None:
    payment = document.payment
    node.put("ram:PaymentReference", payment.reference if payment else "")
    node.put("ram:InvoiceCurrencyCode", document.currency)
    if payment is not None:
        means = node.add("ram:SpecifiedTradeSettlementPaymentMeans")
        means.put("ram:TypeCode", payment.means)
        account = means.add("ram:PayeePartyCreditorFinancialAccount")
        account.put("ram:IBANID", payment.iban)
        account.put("ram:AccountName", payment.account_name)
        means.add("ram:PayeeSpecifiedCreditorFinancialInstitution").put("ram:BICID", payment.bic)
    for one in document.taxes:
        tax = node.add("ram:ApplicableTradeTax")
        tax.put("ram:CalculatedAmount", one.tax)
        tax.put("ram:TypeCode", "VAT")
        tax.put("ram:ExemptionReason", one.reason if one.category in NO_TAX else "")
        tax.put("ram:BasisAmount", one.base)
        tax.put("ram:CategoryCode", one.category)
        tax.put("ram:RateApplicablePercent", None if one.category == "O" else one.percent)
    period = node.add("ram:BillingSpecifiedPeriod")
    _day(period, "ram:StartDateTime", document.period_from)
    _day(period, "ram:EndDateTime", document.period_until)
    for allowance in document.allowances:
        _allowance(node.add("ram:SpecifiedTradeAllowanceCharge"), allowance)
    terms = node.add("ram:SpecifiedTradePaymentTerms")
    terms.put("ram:Description", document.terms_text)
    _day(terms, "ram:DueDateDateTime", document.due_on)
    _totals(node.add("ram:SpecifiedTradeSettlementHeaderMonetarySummation"), document)
    for reference in document.corrects:
        preceding = node.add("ram:InvoiceReferencedDocument")
        preceding.put("ram:IssuerAssignedID", reference.number)
        _day(preceding, "ram:FormattedIssueDateTime", reference.issued_on, prefix="qdt")


def _allowance(node: Node, allowance: Allowance) -> None:
    node.add("ram:ChargeIndicator").put("udt:Indicator", "true" if allowance.is_charge else "false")
    node.put("ram:ActualAmount", allowance.amount)
    node.put("ram:Reason", allowance.reason)
    tax = node.add("ram:CategoryTradeTax")
    tax.put("ram:TypeCode", "VAT")
    tax.put("ram:CategoryCode", allowance.category)
    tax.put("ram:RateApplicablePercent", None if allowance.category == "O" else allowance.percent)


def _totals(node: Node, document: Document) -> None:
    node.put("ram:LineTotalAmount", document.lines_net)
    node.put("ram:ChargeTotalAmount", document.charge_total or None)
    node.put("ram:AllowanceTotalAmount", document.allowance_total or None)
    node.put("ram:TaxBasisTotalAmount", document.net)
    node.put("ram:TaxTotalAmount", document.tax, currencyID=document.currency)
    node.put("ram:GrandTotalAmount", document.gross)
    node.put("ram:TotalPrepaidAmount", document.paid or None)
    node.put("ram:DuePayableAmount", document.payable)


# -- reading -----------------------------------------------------------------------------------------------------------


def read_cii(root: etree._Element) -> Document:
    """What a document in CII says, of whatever profile.

    Raises:
        Unreadable: if its root is another, or an amount or a day is none.
    """
    if root.tag != ROOT:
        raise Unreadable(str(root.tag))
    read = Reader(root, _NAMES)
    trade = "rsm:SupplyChainTradeTransaction/"
    agreement, settlement = (
        f"{trade}ram:ApplicableHeaderTradeAgreement/",
        f"{trade}ram:ApplicableHeaderTradeSettlement/",
    )
    sums = f"{settlement}ram:SpecifiedTradeSettlementHeaderMonetarySummation/"
    delivery = f"{trade}ram:ApplicableHeaderTradeDelivery/"
    terms, discounts = terms_of(read.text(f"{settlement}ram:SpecifiedTradePaymentTerms/ram:Description"))
    return Document(
        number=read.text("rsm:ExchangedDocument/ram:ID"),
        issued_on=_read_day(read, "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString") or dt.date.min,
        due_on=_read_day(read, f"{settlement}ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"),
        type_code=read.text("rsm:ExchangedDocument/ram:TypeCode"),
        currency=read.text(f"{settlement}ram:InvoiceCurrencyCode"),
        profile=read.text("rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
        buyer_reference=read.text(f"{agreement}ram:BuyerReference"),
        order_reference=read.text(f"{agreement}ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        sales_order=read.text(f"{agreement}ram:SellerOrderReferencedDocument/ram:IssuerAssignedID"),
        contract_reference=read.text(f"{agreement}ram:ContractReferencedDocument/ram:IssuerAssignedID"),
        delivery_note=read.text(f"{delivery}ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID"),
        period_from=_read_day(read, f"{settlement}ram:BillingSpecifiedPeriod/ram:StartDateTime/udt:DateTimeString"),
        period_until=_read_day(read, f"{settlement}ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString"),
        corrects=tuple(
            Reference(one.text("ram:IssuerAssignedID"), _read_day(one, "ram:FormattedIssueDateTime/qdt:DateTimeString"))
            for one in read.all(f"{settlement}ram:InvoiceReferencedDocument")
        ),
        notes=tuple(one.text() for one in read.all("rsm:ExchangedDocument/ram:IncludedNote/ram:Content")),
        seller=_read_party(read.one(f"{agreement}ram:SellerTradeParty")),
        buyer=_read_party(read.one(f"{agreement}ram:BuyerTradeParty")),
        delivery=_read_delivery(read.one(delivery.rstrip("/"))),
        payment=_read_payment(read.one(settlement.rstrip("/"))),
        terms=terms,
        discounts=discounts,
        allowances=tuple(_read_allowance(one) for one in read.all(f"{settlement}ram:SpecifiedTradeAllowanceCharge")),
        lines=tuple(_read_line(one) for one in read.all(f"{trade}ram:IncludedSupplyChainTradeLineItem")),
        taxes=tuple(_read_tax(one) for one in read.all(f"{settlement}ram:ApplicableTradeTax")),
        lines_net=read.number(f"{sums}ram:LineTotalAmount"),
        net=read.number(f"{sums}ram:TaxBasisTotalAmount"),
        tax=read.number(f"{sums}ram:TaxTotalAmount"),
        gross=read.number(f"{sums}ram:GrandTotalAmount"),
        paid=read.number(f"{sums}ram:TotalPrepaidAmount", default="0.00"),
        payable=read.number(f"{sums}ram:DuePayableAmount"),
        syntax="cii",
    )


def _read_day(read: Reader, path: str) -> dt.date | None:
    text = read.text(path)
    return day_of(text, where=path.split("/")[-2].rpartition(":")[2]) if text else None


def _read_party(read: Reader | None) -> Party:
    if read is None:
        return Party("", country="")
    numbers = {
        one.attribute("ram:ID", "schemeID"): one.text("ram:ID") for one in read.all("ram:SpecifiedTaxRegistration")
    }
    contact = "ram:DefinedTradeContact/"
    return Party(
        name=read.text("ram:Name"),
        street=read.text("ram:PostalTradeAddress/ram:LineOne"),
        extra=read.text("ram:PostalTradeAddress/ram:LineTwo"),
        postal_code=read.text("ram:PostalTradeAddress/ram:PostcodeCode"),
        city=read.text("ram:PostalTradeAddress/ram:CityName"),
        country=read.text("ram:PostalTradeAddress/ram:CountryID"),
        vat_id=numbers.get("VA", ""),
        tax_number=numbers.get("FC", ""),
        register=read.text("ram:SpecifiedLegalOrganization/ram:ID"),
        identifier=read.text("ram:ID"),
        address=read.text("ram:URIUniversalCommunication/ram:URIID"),
        address_scheme=read.attribute("ram:URIUniversalCommunication/ram:URIID", "schemeID") or "EM",
        contact=read.text(f"{contact}ram:PersonName") or read.text(f"{contact}ram:DepartmentName"),
        phone=read.text(f"{contact}ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        mail=read.text(f"{contact}ram:EmailURIUniversalCommunication/ram:URIID"),
    )


def _read_delivery(read: Reader | None) -> Delivery | None:
    if read is None or (
        read.one("ram:ShipToTradeParty") is None and read.one("ram:ActualDeliverySupplyChainEvent") is None
    ):
        return None
    where = "ram:ShipToTradeParty/ram:PostalTradeAddress/"
    return Delivery(
        name=read.text("ram:ShipToTradeParty/ram:Name"),
        street=read.text(f"{where}ram:LineOne"),
        postal_code=read.text(f"{where}ram:PostcodeCode"),
        city=read.text(f"{where}ram:CityName"),
        country=read.text(f"{where}ram:CountryID"),
        on=_read_day(read, "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"),
    )


def _read_payment(read: Reader | None) -> Payment | None:
    means = read.one("ram:SpecifiedTradeSettlementPaymentMeans") if read else None
    if read is None or means is None:
        return None
    account = "ram:PayeePartyCreditorFinancialAccount/"
    return Payment(
        iban=means.text(f"{account}ram:IBANID") or means.text(f"{account}ram:ProprietaryID"),
        bic=means.text("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
        account_name=means.text(f"{account}ram:AccountName"),
        reference=read.text("ram:PaymentReference"),
        means=means.text("ram:TypeCode"),
    )


def _read_allowance(read: Reader) -> Allowance:
    return Allowance(
        amount=read.number("ram:ActualAmount"),
        category=read.text("ram:CategoryTradeTax/ram:CategoryCode"),
        percent=read.number("ram:CategoryTradeTax/ram:RateApplicablePercent"),
        reason=read.text("ram:Reason"),
        is_charge=read.text("ram:ChargeIndicator/udt:Indicator") == "true",
    )


def _read_tax(read: Reader) -> TaxLine:
    return TaxLine(
        category=read.text("ram:CategoryCode"),
        percent=read.number("ram:RateApplicablePercent", default="0.00"),
        base=read.number("ram:BasisAmount"),
        tax=read.number("ram:CalculatedAmount"),
        reason=read.text("ram:ExemptionReason"),
    )


def _read_line(read: Reader) -> DocumentLine:
    settlement, price = (
        "ram:SpecifiedLineTradeSettlement/",
        "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/",
    )
    quantity = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    adjustments = [
        (
            one.text("ram:ChargeIndicator/udt:Indicator") == "true",
            one.number("ram:ActualAmount"),
            one.number("ram:CalculationPercent"),
        )
        for one in read.all(f"{settlement}ram:SpecifiedTradeAllowanceCharge")
    ]
    return DocumentLine(
        position=read.text("ram:AssociatedDocumentLineDocument/ram:LineID"),
        name=read.text("ram:SpecifiedTradeProduct/ram:Name"),
        description=read.text("ram:SpecifiedTradeProduct/ram:Description"),
        number=read.text("ram:SpecifiedTradeProduct/ram:SellerAssignedID"),
        quantity=read.number(quantity, default="1"),
        unit=read.attribute(quantity, "unitCode"),
        unit_price=read.number(f"{price}ram:ChargeAmount"),
        price_quantity=read.number(f"{price}ram:BasisQuantity", default="1") or Decimal(1),
        net=read.number(f"{settlement}ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"),
        category=read.text(f"{settlement}ram:ApplicableTradeTax/ram:CategoryCode"),
        percent=read.number(f"{settlement}ram:ApplicableTradeTax/ram:RateApplicablePercent", default="0.00"),
        discount=sum((percent for is_charge, _, percent in adjustments if not is_charge), Decimal("0.00")),
        allowance=sum((amount for is_charge, amount, _ in adjustments if not is_charge), Decimal("0.00")),
        charge=sum((amount for is_charge, amount, _ in adjustments if is_charge), Decimal("0.00")),
    )
