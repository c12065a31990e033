"""A deal follows its quotes: sent, accepted, and what its gates ask for."""

from decimal import Decimal

import pytest

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.sales.actions import (
    Signed,
    accept_quote,
    add_deal,
    add_quote,
    add_quote_line,
    ensure_pipelines,
    lose_deal,
    send_quote,
)
from kundig.sales.actions.designing import fill_placeholders
from kundig.sales.events import QuoteAccepted, QuoteSent
from kundig.sales.handlers.quotes import the_deal_is_quoted, the_deal_is_won
from kundig.sales.models import ClosingReason, Deal, Quote, Stage
from tests.sales.quotes.conftest import HOUSE

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(dairy, jana):
    ensure_pipelines()
    return add_deal(title="Druckluft", party=dairy, by=jana)


@pytest.fixture
def sent(deal, dairy, jana):
    quote = add_quote(party=dairy, title="Druckluft", deal=deal, by=jana)
    fill_placeholders(quote, {"Lieferzeit": "fünf Wochen"}, by=jana)
    add_quote_line(quote, by=jana, title="Kompressor", unit_price=Decimal(47_560))
    return send_quote(Quote.objects.get(pk=quote.pk), by=jana, base=HOUSE)


def stood(deal):
    deal.refresh_from_db()
    return deal.status, deal.amount


def test_the_deal_is_quoted_and_won_with_the_sum_of_the_quote(deal, sent, jana):
    Stage.objects.filter(pipeline=deal.pipeline, status="proposed").update(required=["amount"])  # the quote says it
    for _each in range(2):
        the_deal_is_quoted(QuoteSent(sent.pk, sent.party_id, jana.pk))
    assert stood(deal) == ("proposed", Decimal(47_560))
    assert deal.moves.count() == 2
    assert deal.moves.order_by("entered_at").last().by_id == jana.pk
    accept_quote(sent, Signed(name="Dr. Katrin Ohlendorf"), wanted=[])
    the_deal_is_won(QuoteAccepted(sent.pk, sent.party_id, None))
    assert stood(deal) == ("won", Decimal(47_560))
    the_deal_is_quoted(QuoteSent(sent.pk, sent.party_id, jana.pk))
    assert stood(deal) == ("won", Decimal(47_560))


def test_a_closed_gate_stays_closed(deal, sent, jana):
    Stage.objects.filter(pipeline=deal.pipeline, status="qualified").update(required=["needs"])
    the_deal_is_quoted(QuoteSent(sent.pk, sent.party_id, jana.pk))
    assert stood(deal) == ("new", Decimal(47_560))


def test_nobody_is_taken_back_by_a_quote(deal, sent, jana):
    deal.stage = Stage.objects.get(pipeline=deal.pipeline, status="negotiating")
    deal.save()
    the_deal_is_quoted(QuoteSent(sent.pk, sent.party_id, jana.pk))
    assert deal.moves.count() == 1
    deal.refresh_from_db()
    assert deal.stage.status == "negotiating"


@pytest.mark.parametrize("name", ["amount", "stage"])
def test_what_a_sender_may_not_set_by_hand_follows_all_the_same(deal, sent, jana, name):
    set_field_rights(jana.roles.get(), rights={("deals", name): FieldRight.READ}, by=None)
    the_deal_is_quoted(QuoteSent(sent.pk, sent.party_id, jana.pk))
    assert stood(deal) == ("proposed", Decimal(47_560))
    assert deal.moves.order_by("entered_at").last().by_id is None
    the_deal_is_won(QuoteAccepted(sent.pk, sent.party_id, jana.pk))
    assert stood(deal) == ("won", Decimal(47_560))


def test_amount_the_deal_refuses_leaves_it_as_it_is(deal, sent, jana):
    Quote.objects.filter(pk=sent.pk).update(net=Decimal(-1))
    the_deal_is_quoted(QuoteSent(sent.pk, sent.party_id, jana.pk))
    assert stood(deal) == ("new", None)


def test_lost_deal_keeps_its_amount_until_it_is_won_after_all(deal, sent, jana):
    lose_deal(deal, reason=ClosingReason.objects.filter(outcome="lost").first(), by=jana)
    Deal.objects.filter(pk=deal.pk).update(amount=Decimal(51_000))
    the_deal_is_quoted(QuoteSent(sent.pk, sent.party_id, jana.pk))
    assert stood(deal) == ("lost", Decimal(51_000))
    the_deal_is_won(QuoteAccepted(sent.pk, sent.party_id, jana.pk))
    assert stood(deal) == ("won", Decimal(47_560))
