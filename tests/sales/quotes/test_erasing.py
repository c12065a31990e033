"""Somebody is erased for privacy: of quotes that stays which commercial law wants kept, and nothing else."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from kundig.accounts.models import User
from kundig.orders.actions import cancel_order
from kundig.orders.models import Order
from kundig.parties.models import Party, Person
from kundig.records import registry
from kundig.records.erasure import erase_record, what_stays
from kundig.records.ledger.models import LedgerRow
from kundig.sales.actions import Signed, accept_quote, add_quote, add_quote_line, decline_quote, new_version, send_quote
from kundig.sales.models import Quote, QuoteAcceptance
from kundig.sales.queries import document_of
from tests.parties.factories import a_person
from tests.sales.quotes.conftest import HOUSE, line_called

pytestmark = pytest.mark.django_db

MAIL = "k.ohlendorf@steinbrueck.example"


def erase(name, record, boss):
    erase_record(registry.get(name), record, by=User.objects.with_access(boss.pk))


def the_contact(quote):
    return Person.objects.get(pk=quote.person_id)


def written_of(quote):
    """Everything that the base still says of a quote, in the ledger, too."""
    rows = [json.dumps([row.before, row.after]) for row in LedgerRow.objects.filter(record=quote.pk)]
    now = Quote.objects.filter(pk=quote.pk).values("frozen", "sent_to", "decline_note")
    return json.dumps(list(now), ensure_ascii=False) + " ".join(rows)


@pytest.fixture
def mailed(quote, jana):
    return send_quote(quote, by=jana, base=HOUSE, to=MAIL)


def test_an_offer_that_led_to_nothing_forgets_its_contact(mailed, boss):
    decline_quote(mailed, reason="price", note="Frau Ohlendorf findet es zu teuer.")
    assert "Ohlendorf" in written_of(mailed)
    assert MAIL in written_of(mailed)
    before = Quote.objects.get(pk=mailed.pk)
    erase("persons", the_contact(mailed), boss)
    again = Quote.objects.get(pk=mailed.pk)
    assert "Ohlendorf" not in written_of(again)
    assert MAIL not in written_of(again)
    assert (again.person, again.state, again.net, again.sent_at) == (None, "declined", before.net, before.sent_at)
    document = document_of(again)
    assert document["recipient"][0] == "Molkerei Steinbrück eG", "the offer itself stays"
    letter = next(block for block in document["blocks"] if block["kind"] == "letter")
    assert letter["text"].startswith("Sehr geehrte Damen und Herren,")
    assert Client().get(f"/q/{before.link_key}/").status_code == 404


def test_what_was_accepted_stays_as_it_was_said(mailed, boss):
    basis = line_called(mailed, "Steuerung Basis").pk
    accept_quote(mailed, Signed(name="Dr. Katrin Ohlendorf", address="192.0.2.7", browser="Firefox"), wanted=[basis])
    before, key = document_of(Quote.objects.get(pk=mailed.pk)), mailed.link_key
    erase("persons", the_contact(mailed), boss)
    again, evidence = Quote.objects.get(pk=mailed.pk), QuoteAcceptance.objects.get()
    assert document_of(again) == before
    assert (again.state, again.sent_to) == ("accepted", "")
    assert (evidence.name, evidence.address, evidence.browser) == ("Dr. Katrin Ohlendorf", None, "")
    assert Client().get(f"/q/{key}/").status_code == 404


def test_the_negotiation_before_an_order_stays_with_it(mailed, jana, boss):
    second = send_quote(new_version(mailed, by=jana), by=jana, base=HOUSE)
    accept_quote(second, Signed(name="Dr. Katrin Ohlendorf"), wanted=[line_called(second, "Steuerung Basis").pk])
    erase("persons", the_contact(mailed), boss)
    first = Quote.objects.get(pk=mailed.pk)
    assert (first.state, first.sent_to) == ("replaced", "")
    assert "Ohlendorf" in first.frozen["values"]["contact"]


def test_a_customer_who_never_accepted_goes_with_all_offers(jana, boss):
    customer = a_person(by=jana, family_name="Brandlhof")
    quote = add_quote(party=customer, by=jana, fills={})
    Quote.objects.filter(pk=quote.pk).update(fills={"Lieferzeit": "sofort"})
    add_quote_line(quote, title="Filter", by=jana)
    draft = new_version(send_quote(Quote.objects.get(pk=quote.pk), by=jana, base=HOUSE), by=jana)
    erase("persons", Person.objects.get(pk=customer.pk), boss)
    assert not Quote.objects.filter(pk__in=[quote.pk, draft.pk]).exists()
    assert "Brandlhof" not in written_of(quote) + written_of(draft)


def test_an_accepted_quote_goes_over_to_somebody_without_a_name(jana, boss):
    customer = a_person(by=jana, family_name="Brandlhof")
    quote = add_quote(party=customer, by=jana)
    Quote.objects.filter(pk=quote.pk).update(fills={"Lieferzeit": "sofort"})
    add_quote_line(quote, title="Filter", by=jana)
    sent = send_quote(Quote.objects.get(pk=quote.pk), by=jana, base=HOUSE, to=MAIL)
    accept_quote(sent, Signed(name="Brandlhof"), wanted=[])
    before = document_of(Quote.objects.get())
    for open_order in Order.objects.all():
        cancel_order(open_order, reason="test", by=boss)
    person = Person.objects.get(pk=customer.pk)
    stays = what_stays(registry.get("persons"), person)
    assert (f"1 quote: {quote.number}", Quote.objects.get().decided_at.year + 6) in [(s.what, s.until) for s in stays]
    erase("persons", person, boss)
    again = Quote.objects.get()
    assert (again.state, again.party.is_anonymous, again.sent_to) == ("accepted", True, "")
    assert document_of(again) == before
    assert not Party.objects.filter(family_name="Brandlhof").exists()
    with pytest.raises(ValidationError, match="kept"):
        erase("quotes", again, boss)


def test_only_a_transaction_that_erases_gets_past_the_database(mailed):
    with pytest.raises(IntegrityError, match="as the customer knows it"), transaction.atomic():
        Quote.objects.filter(pk=mailed.pk).update(frozen={})
    with transaction.atomic():
        connection.cursor().execute("SELECT set_config('kundig.erases', 'on', true)")
        Quote.objects.filter(pk=mailed.pk).update(frozen={"company": {}})
