"""A customer who has bought is erased: what the law wants kept stays as it was issued, everything else goes."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from kundig.accounts.models import User
from kundig.orders import actions
from kundig.orders.models import Asset, DebtorAccount, Invoice, Order, Protocol, Reminder
from kundig.orders.queries.documents import protocol_pdf
from kundig.orders.queries.papers import reminder_pdf
from kundig.parties.models import Address, ContactPoint, Organisation, Party
from kundig.records import registry, search
from kundig.records.erasure import erase_record, what_stays
from kundig.records.ledger.models import LedgerRow
from tests.orders.invoices.test_papers import text_of
from tests.orders.invoices.test_reminding import after_due, levels  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(jana):
    return User.objects.with_access(jana.pk)


@pytest.fixture
def bought(invoice, dairy, svenja, boss):
    """Delivered, charged and paid; with a note, a machine, a draft and an account in the books."""
    order = invoice.order
    Order.objects.filter(pk=order.pk).update(
        state="completed", confirmed_on=order.ordered_on, begun_on=order.ordered_on, delivered_on=order.ordered_on,
        completed_on=order.ordered_on, delivery_address="Molkerei Steinbrück eG\nKaiweg 3",
    )  # fmt: skip
    order = Order.objects.get(pk=order.pk)
    actions.rewrite_order(order, {"note": "Herr Steinbrück ruft zurück."}, by=boss)
    actions.create_payment({"invoice": invoice, "amount": invoice.gross, "paid_on": invoice.issued_on}, by=boss)
    actions.create_asset({"party": dairy.pk, "name": "Plattenfilter der Molkerei"}, by=boss)
    actions.create_invoice({"party": dairy.pk, "text": "Sehr geehrter Herr Steinbrück"}, by=boss)
    DebtorAccount.objects.create(party=dairy, number=10007)
    return Invoice.objects.get(pk=invoice.pk)


def erased(dairy, boss):
    erase_record(registry.get("organisations"), Organisation.objects.get(pk=dairy.pk), by=boss)


def test_what_was_issued_stays_with_somebody_without_a_name(bought, dairy, boss):
    said, gross = dict(bought.buyer), bought.gross
    erased(dairy, boss)
    invoice, order = Invoice.objects.get(), Order.objects.get()
    heir = invoice.party
    assert (invoice.number, invoice.buyer, invoice.gross) == (bought.number, said, gross)
    assert said["name"] == "Molkerei Steinbrück eG", "the document says whom it was for"
    assert (order.party, heir.is_anonymous, heir.lifecycle) == (heir, True, "former")
    assert (heir.orders_count, heir.revenue_total) == (1, order.net)
    assert DebtorAccount.objects.get().party == heir
    assert list(Organisation.objects.values_list("pk", flat=True)) == [heir.pk]
    assert heir.number != dairy.number


def test_everything_else_goes(bought, dairy, boss):
    order = Order.objects.get()
    erased(dairy, boss)
    assert not Address.objects.exists() and not ContactPoint.objects.exists() and not Asset.objects.exists()
    again = Order.objects.get()
    assert (again.note, again.delivery_address) == ("", "Molkerei Steinbrück eG\nKaiweg 3")
    rows = LedgerRow.objects.filter(record__in=[order.pk, dairy.pk]).values_list("before", "after")
    written = json.dumps(list(rows), ensure_ascii=False)
    assert "ruft zurück" not in written and '"name": "Molkerei' not in written
    assert not search.find(boss, "Steinbrück")


def test_the_page_says_what_stays_until_when_and_why(bought, dairy, boss):
    (invoices, orders) = what_stays(registry.get("organisations"), dairy)
    assert (invoices.what, invoices.until) == (f"1 invoice: {bought.number}", bought.issued_on.year + 8)
    assert (orders.what, orders.until) == ("1 order: A-1", 2032)
    client = Client()
    client.force_login(boss)
    body = client.get(f"/organisations/{dairy.pk}/erase/").content.decode()
    assert f"1 invoice: {bought.number}</strong>: until the end of {bought.issued_on.year + 8} (vouchers, § 147" in body
    assert "go over to an anonymous customer" in body
    sent = client.post(f"/organisations/{dairy.pk}/erase/", {"sure": "Molkerei Steinbrück eG"})
    assert sent.status_code == 302
    assert not Party.objects.filter(pk=dairy.pk).exists()


def test_letters_and_protocols_still_say_whom_they_were_for(invoice, dairy, svenja, boss, levels):  # noqa: F811
    Organisation.objects.filter(pk=dairy.pk).update(language="de")
    Order.objects.update(
        state="completed", confirmed_on=invoice.issued_on, begun_on=invoice.issued_on, delivered_on=invoice.issued_on,
        completed_on=invoice.issued_on,
    )  # fmt: skip
    actions.remind_customers([f"{dairy.pk}:EUR"], by=boss, on=after_due(invoice, 7))
    actions.create_payment({"invoice": invoice, "amount": invoice.gross, "paid_on": invoice.issued_on}, by=boss)
    asset = actions.create_asset({"party": dairy.pk, "name": "Plattenfilter"}, by=boss)
    done = {"party": dairy, "kind": "maintenance", "asset": asset, "text": "Neue Dichtung."}
    protocol = actions.create_protocol(done, by=svenja)
    actions.sign_protocol(protocol, name="Katrin Ohlendorf", result="accepted", by=svenja)
    erased(dairy, boss)
    letter = text_of(reminder_pdf(Reminder.objects.get()))
    assert "Molkerei Steinbrück eG" in letter
    protocol = Protocol.objects.get()
    assert (protocol.party.is_anonymous, protocol.asset) == (True, None)
    paper = text_of(protocol_pdf(protocol))
    assert "Molkerei Steinbrück eG" in paper and "Plattenfilter" in paper


def test_what_is_open_is_waited_for(invoice, dairy, boss):
    with pytest.raises(ValidationError) as caught:
        erased(dairy, boss)
    (message,) = caught.value.messages
    assert f"1 invoice: {invoice.number} (not paid or credited)" in message
    assert "1 order: A-1 (neither delivered nor cancelled)" in message
    assert Party.objects.get(pk=dairy.pk).name == "Molkerei Steinbrück eG"
    client = Client()
    client.force_login(boss)
    page = client.get(f"/organisations/{dairy.pk}/erase/")
    assert page.status_code == 200
    assert "not paid or credited" in page.content.decode()
    assert 'name="sure"' not in page.content.decode()


def test_who_was_erased_is_not_erased_again(bought, dairy, boss):
    erased(dairy, boss)
    heir = Invoice.objects.get().party
    with pytest.raises(ValidationError, match="erased before"):
        erase_record(registry.get("organisations"), Organisation.objects.get(pk=heir.pk), by=boss)
    assert Invoice.objects.get().party == heir


def test_contact_person_goes_and_the_invoice_keeps_what_it_said(order, katrin, svenja, boss):
    Order.objects.filter(pk=order.pk).update(person=katrin)
    invoice = actions.issue_invoice(actions.invoice_order(Order.objects.get(), by=svenja), by=svenja)
    assert "Ohlendorf" in invoice.buyer["contact"]
    erase_record(registry.get("persons"), katrin, by=boss)
    again = Invoice.objects.get()
    assert (again.person, again.buyer["contact"]) == (None, invoice.buyer["contact"])
    assert Order.objects.get().person is None
