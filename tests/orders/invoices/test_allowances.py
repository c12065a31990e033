"""A discount on the whole invoice, and what is charged beside its positions: in sums, tax, e-invoices, on paper, in the
books, and when it is given back."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kundig.orders import actions
from kundig.orders.enums import Decision, ReturnReason, ReturnState
from kundig.orders.models import Delivery, DeliveryLine, InvoiceSettings, Return, ReturnLine
from kundig.orders.queries.invoices import document_of
from kundig.orders.queries.papers import invoice_pdf
from kundig.orders.rules.allowances import spread
from kundig.orders.rules.einvoice import read_document, write_cii, write_ubl
from tests.orders.invoices.conftest import a_line
from tests.orders.invoices.documents import against_rules, against_schema
from tests.orders.invoices.test_bookkeeping import exported, rows
from tests.orders.invoices.test_papers import text_of
from tests.orders.invoices.test_payments import again
from tests.orders.invoices.test_views import browser

D = Decimal
DAY = dt.date(2026, 11, 3)
BESIDE = {"rebate_percent": D(10), "rebate_reason": "Anniversary", "charge_amount": D(20)}
db = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def draft(order, svenja):
    """327.99 of goods with two rates of tax, a tenth less, and 20 for shipping."""
    a_line(order, 3, "Manual", "1", "10", percent="7")
    made = actions.invoice_order(order, by=svenja)
    return actions.rewrite_invoice(made, BESIDE, by=svenja)


@given(
    amount=st.decimals("0.01", "99999.99", places=2),
    bases=st.lists(st.decimals("0.01", "99999.99", places=2), min_size=1, max_size=5),
)
def test_parts_of_a_discount_are_the_whole_of_it(amount, bases):
    parts = spread(amount, {("S", D(rate)): base for rate, base in enumerate(bases)}, reason="")
    assert sum(part.amount for part in parts) == amount


@db
def test_discount_and_shipping_are_taxed_as_the_positions_are(draft):
    assert (draft.net, draft.tax, draft.gross) == (D("315.19"), D("58.73"), D("373.92"))
    document = document_of(draft)
    assert [(one.is_charge, one.percent, one.amount, one.reason) for one in document.allowances] == [
        (False, 19, D("31.80"), "Anniversary"), (False, 7, D("1.00"), "Anniversary"),
        (True, 19, D("19.39"), "Shipping and packing"), (True, 7, D("0.61"), "Shipping and packing"),
    ]  # fmt: skip
    assert [(one.percent, one.base, one.tax) for one in document.taxes] == [
        (19, D("305.58"), D("58.06")), (7, D("9.61"), D("0.67")),
    ]  # fmt: skip


@db
def test_they_stand_in_every_form_of_the_invoice_and_are_read_back(draft, svenja, jana):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    invoice = actions.issue_invoice(draft, by=svenja)
    document = document_of(again(invoice))
    pdf = invoice_pdf(again(invoice))
    for xml in (write_ubl(document), write_cii(document)):
        assert against_schema(xml) == [] and against_rules(xml) == []
    for written in (write_ubl(document), write_cii(document), pdf):
        read = read_document(written)
        assert (read.allowances, read.net, read.gross) == (document.allowances, D("315.19"), D("373.92"))
    text = text_of(pdf)
    for words in ("327.99 €", "Anniversary", "32.80 €", "20.00 €", "315.19 €", "373.92 €"):
        assert words in text, words
    booked = rows(exported(since=timezone.localdate(), until=timezone.localdate(), by=jana))
    assert [amount for amount, *_rest in booked] == [D("363.64"), D("10.28")]


@db
def test_what_is_given_back_has_its_share_of_the_discount_and_all_of_it_nothing_left(draft, svenja):
    invoice = actions.issue_invoice(draft, by=svenja)
    filters = invoice.lines.get(title="Filter")
    part = actions.credit_invoice(invoice, {filters.pk: D(1)}, by=svenja)
    assert (part.net, part.rebate_amount, part.charge_amount) == (D("90.00"), D("10.00"), D(0))
    rest = actions.credit_invoice(again(invoice), by=svenja)
    assert (rest.net, rest.rebate_amount, rest.charge_amount) == (D("225.19"), D("22.80"), D("20.00"))
    assert again(invoice).state == "credited"


@db
def test_what_is_emptied_is_nothing(draft, svenja):
    emptied = dict.fromkeys(("rebate_percent", "rebate_amount", "charge_amount"))
    assert actions.rewrite_invoice(draft, emptied, by=svenja).net == D("327.99")


@db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rebate_percent": D(101)}, "rebate_percent"),
        ({"rebate_amount": D(-1)}, "rebate_amount"),
        ({"rebate_amount": D("400")}, "rebate_amount"),
        ({"charge_amount": D(-1)}, "charge_amount"),
        ({"charge_amount": D("99999999999999.99")}, "charge_amount"),
    ],
)
def test_a_discount_is_no_more_than_there_is_and_nothing_is_negative(draft, svenja, values, field):
    with pytest.raises(ValidationError) as refused:
        actions.rewrite_invoice(draft, values, by=svenja)
    assert field in refused.value.message_dict
    assert again(draft).net == D("315.19")


@db
def test_a_draft_whose_positions_went_is_not_issued(draft, svenja):
    actions.rewrite_invoice(draft, {"rebate_amount": D(200)}, by=svenja)
    actions.remove_invoice_line(draft.lines.get(title="Filter"), by=svenja)
    with pytest.raises(ValidationError, match="more than its positions"):
        actions.issue_invoice(draft, by=svenja, on=timezone.localdate() - dt.timedelta(days=1))


@pytest.fixture
def shipped(order, svenja):
    """100 at 19 % and 100 at 7 %, and 20 for shipping: 248.60, issued."""
    order.lines.all().delete()
    a_line(order, 1, "Filter", "1", "100")
    a_line(order, 2, "Manual", "1", "100", percent="7")
    made = actions.rewrite_invoice(actions.invoice_order(order, by=svenja), {"charge_amount": D(20)}, by=svenja)
    return actions.issue_invoice(made, by=svenja)


@db
def test_shipping_goes_back_at_the_rates_at_which_it_was_charged(shipped, svenja):
    actions.credit_invoice(shipped, {shipped.lines.get(title="Filter").pk: D(1)}, by=svenja)
    rest = actions.credit_invoice(again(shipped), by=svenja)
    assert [(one.percent, one.base, one.tax) for one in document_of(again(rest)).taxes] == [
        (19, D("10.00"), D("1.90")), (7, D("110.00"), D("7.70")),
    ]  # fmt: skip
    assert (again(shipped).state, again(shipped).balance) == ("credited", D(0))


@db
@pytest.mark.parametrize("charge", [D("9.90"), D("0.01")])
def test_shipping_of_what_is_free_is_charged_at_its_rate_and_given_back(order, svenja, charge):
    order.lines.all().delete()
    a_line(order, 1, "Spare part under warranty", "2", "0", percent="7")
    a_line(order, 2, "Visit under warranty", "1", "0")
    made = actions.rewrite_invoice(actions.invoice_order(order, by=svenja), {"charge_amount": charge}, by=svenja)
    invoice = actions.issue_invoice(made, by=svenja)
    document = document_of(again(invoice))
    assert (invoice.net, [(one.amount, one.percent) for one in document.allowances]) == (charge, [(charge, 7)])
    assert against_rules(write_ubl(document)) == []
    actions.credit_invoice(invoice, by=svenja)
    assert (again(invoice).state, again(invoice).balance) == ("credited", D(0))


@db
def test_shipping_is_given_back_after_all_positions_have_been(order, shipped, svenja):
    returned = Return.objects.create(
        number="RT-1", order=order, reason=ReturnReason.DEFECT, state=ReturnState.DECIDED, received_on=DAY,
        inspected_on=DAY, decided_on=DAY,
    )  # fmt: skip
    delivery = Delivery.objects.create(number="LS-1", order=order, shipped_on=DAY)
    for line in order.lines.all():
        DeliveryLine.objects.create(delivery=delivery, order_line=line, quantity=D(1))
        ReturnLine.objects.create(
            return_to=returned, order_line=line, quantity=D(1), decision=Decision.CREDIT, credit=D(90)
        )
    actions.issue_invoice(actions.credit_return(returned, by=svenja), by=svenja)
    page = browser(svenja)
    address = f"/invoice/{shipped.pk}/credit/"
    assert address in page.get(f"/invoices/{shipped.pk}/").content.decode()
    shown = page.get(address).content.decode()
    assert "€20." in shown and "Issue the credit note" in shown
    assert page.post(address, {"reason": "Torn"}).status_code == 302
    note = shipped.corrections.get(text="Torn")
    assert (note.net, note.tax, note.charge_amount) == (D("20.00"), D("2.60"), D("20.00"))
    assert against_rules(write_ubl(document_of(again(note)))) == []
    with pytest.raises(ValidationError, match="given back already"):
        actions.credit_invoice(again(shipped), by=svenja)
