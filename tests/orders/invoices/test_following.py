"""What follows from invoices and comes before them: returns that are credited, contracts, whom to call today."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kundig.accounts.queries import house
from kundig.catalog.enums import TaxCategory
from kundig.orders import actions
from kundig.orders.enums import Decision, OrderState, ReturnReason, ReturnState
from kundig.orders.events import ReturnDecided
from kundig.orders.handlers.crediting import draft_the_credit_note
from kundig.orders.models import Contract, ContractLine, Delivery, DeliveryLine, Invoice, Order, Return, ReturnLine
from kundig.orders.queries.billing import billable, creditable
from kundig.orders.queries.overdue import overdue_of
from kundig.records.ledger import change_set
from kundig.records.ledger.results import Hindrance
from kundig.records.ledger.undoing import undo
from tests.orders.invoices.test_payments import again

D = Decimal
pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 3)


def confirmed(order):
    Order.objects.filter(pk=order.pk).update(state=OrderState.CONFIRMED, confirmed_on=DAY)
    return again(order)


def delivered(order, quantity):
    delivery = Delivery.objects.create(number=f"LS-{quantity}", order=order, shipped_on=DAY)
    DeliveryLine.objects.create(delivery=delivery, order_line=order.lines.first(), quantity=D(quantity))
    return delivery


def test_only_what_was_delivered_is_charged_and_the_rest_later(order, svenja):
    order = confirmed(order)
    delivered(order, 2)
    first = actions.invoice_order(order, only_delivered=True, by=svenja)
    assert [(line.title, line.quantity) for line in first.lines.all()] == [("Filter", D(2))]
    assert first.delivered_on == DAY
    with pytest.raises(ValidationError, match="delivered"):
        actions.invoice_order(order, only_delivered=True, by=svenja)
    rest = actions.invoice_order(order, by=svenja)
    assert [(line.title, line.quantity) for line in rest.lines.all()] == [("Filter", D(1)), ("Seal", D(1))]


def test_a_decided_return_becomes_one_draft_against_its_invoice(order, svenja):
    order = confirmed(order)
    delivered(order, 3)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    states = {"received_on": DAY, "inspected_on": DAY, "decided_on": DAY}
    returned = Return.objects.create(
        number="RT-1", order=order, reason=ReturnReason.DEFECT, state=ReturnState.DECIDED, **states
    )
    ReturnLine.objects.create(
        return_to=returned, order_line=order.lines.first(), quantity=D(1), decision=Decision.CREDIT, credit=D("100.00")
    )
    event = ReturnDecided(returned.pk, order.pk, order.party_id, None, has_credit=True)
    draft_the_credit_note(event)
    draft_the_credit_note(event)
    note = Invoice.objects.get(returned=returned)
    assert (note.is_draft, note.corrects, note.net, note.gross) == (True, invoice, D("100.00"), D("119.00"))
    actions.issue_invoice(note, by=svenja)
    assert again(invoice).balance == D("259.41")
    with pytest.raises(ValidationError, match="on an invoice already"):
        actions.invoice_order(order, by=svenja)  # what came back is not charged again


@pytest.mark.parametrize("is_issued", [True, False])
def test_decision_is_taken_back_only_before_money_goes_back(order, svenja, is_issued):
    actions.confirm_order(order, by=svenja)
    line = order.lines.get(title="Filter")
    actions.deliver(order, {line.pk: D(3)}, by=svenja)
    actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    back = actions.announce_return(order, {line.pk: D(1)}, reason=ReturnReason.DEFECT, by=svenja)
    actions.receive_return(back, by=svenja)
    actions.inspect_return(back, inspection="Torn.", by=svenja)
    with change_set(by=svenja) as changes:
        actions.decide_return(back, {back.lines.get().pk: Decision.CREDIT}, by=svenja)
    note = actions.credit_return(again(back), by=svenja)
    if is_issued:
        actions.issue_invoice(note, by=svenja)
    result = undo(changes.id, by=svenja)
    assert [obstacle.why for obstacle in result.obstacles] == ([Hindrance.TAKEN, Hindrance.FIXED] if is_issued else [])
    kept = (again(back).state, back.lines.get().decision, Invoice.objects.filter(returned=back).count())
    assert kept == (("settled", "credit", 1) if is_issued else ("inspected", "", 0))


def a_return(order, quantity, credit, number="RT-1"):
    returned = Return.objects.create(
        number=number, order=order, reason=ReturnReason.DEFECT, state=ReturnState.DECIDED, received_on=DAY,
        inspected_on=DAY, decided_on=DAY,
    )  # fmt: skip
    ReturnLine.objects.create(
        return_to=returned, order_line=order.lines.first(), quantity=D(quantity), decision=Decision.CREDIT,
        credit=D(credit),
    )  # fmt: skip
    return returned


def test_the_issued_note_of_a_return_stays_with_its_invoice_when_issuing_is_undone(order, svenja, jana):
    order = confirmed(order)
    delivered(order, 3)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    note = actions.credit_return(a_return(order, 1, "100"), by=svenja)
    with change_set(by=svenja) as changes:
        actions.issue_invoice(note, by=svenja)
    undo(changes.id, by=jana, overwrite=True)
    assert (again(note).is_draft, again(invoice).balance, again(invoice).state) == (False, D("259.41"), "part_paid")


def test_what_was_credited_before_is_not_credited_by_the_return(order, svenja):
    order = confirmed(order)
    delivered(order, 3)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    filters = invoice.lines.first()
    actions.credit_invoice(invoice, {filters.pk: D(2)}, by=svenja)
    returned = a_return(order, 2, "200")
    note = actions.credit_return(returned, by=svenja)
    (line,) = note.lines.all()
    assert (line.corrects, line.given_back, line.net, note.corrects) == (filters, D(1), D("100.00"), invoice)
    assert filters.pk not in creditable(invoice)
    note.delete()
    actions.credit_invoice(invoice, {filters.pk: D(1)}, by=svenja)
    assert actions.credit_return(returned, by=svenja) is None


def test_a_return_that_is_credited_by_hand_is_settled_and_not_charged_again(order, svenja):
    order = confirmed(order)
    delivered(order, 3)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    returned = a_return(order, 2, "200")
    actions.credit_return(returned, by=svenja).delete()
    filters = invoice.lines.first().pk
    actions.credit_invoice(invoice, {filters: D(2)}, by=svenja)
    assert (again(returned).state, returned.lines.get().not_charged) == (ReturnState.DECIDED, 1)
    actions.credit_invoice(invoice, {filters: D(1)}, by=svenja)
    assert (again(returned).state, returned.lines.get().not_charged) == (ReturnState.SETTLED, 2)
    assert [(one.line.title, one.quantity) for one in billable(order)] == [("Filter", D(1))]


def test_a_credit_note_made_by_hand_and_issued_later_settles_the_return(order, svenja):
    order = confirmed(order)
    delivered(order, 3)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    returned = a_return(order, 2, "200")
    actions.credit_return(returned, by=svenja).delete()
    note = actions.credit_invoice(invoice, {invoice.lines.first().pk: D(2)}, by=svenja, is_issued=False)
    assert (again(returned).state, again(invoice).balance) == (ReturnState.DECIDED, invoice.gross)
    actions.issue_invoice(note, by=svenja)
    assert (again(returned).state, returned.lines.get().not_charged) == (ReturnState.DECIDED, 1)
    last = actions.credit_invoice(invoice, {invoice.lines.first().pk: D(1)}, by=svenja, is_issued=False)
    actions.issue_invoice(last, by=svenja)
    assert (again(returned).state, returned.lines.get().not_charged) == (ReturnState.SETTLED, 2)


def test_a_return_of_what_two_invoices_charged_gives_back_each_with_its_discount(order, svenja):
    order = confirmed(order)
    delivered(order, 2)
    draft = actions.invoice_order(order, only_delivered=True, by=svenja)
    first = actions.issue_invoice(actions.rewrite_invoice(draft, {"rebate_percent": D(10)}, by=svenja), by=svenja)
    delivered(order, 1)
    order.lines.filter(title="Seal").update(tax_percent=7)
    second = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    returned = a_return(order, 3, "300")
    actions.credit_return(returned, by=svenja)
    notes = list(returned.credit_notes.order_by("-net"))
    assert [(note.corrects, note.rebate_amount, note.net) for note in notes] == [
        (first, D("20.00"), D("180.00")), (second, D("0.00"), D("100.00")),
    ]  # fmt: skip
    actions.issue_invoice(notes[0], by=svenja)
    assert (again(returned).state, again(first).state, again(first).balance) == ("decided", "credited", D(0))
    actions.issue_invoice(notes[1], by=svenja)
    assert (again(returned).state, again(second).balance) == ("settled", again(second).gross - D("119.00"))


def test_a_return_corrects_the_invoice_that_charged_enough(order, svenja):
    order = confirmed(order)
    delivered(order, 2)
    first = actions.issue_invoice(actions.invoice_order(order, only_delivered=True, by=svenja), by=svenja)
    actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    note = actions.credit_return(a_return(order, 2, "200"), by=svenja)
    assert (note.corrects, note.net) == (first, D("200.00"))
    actions.issue_invoice(note, by=svenja)
    assert again(first).balance == 0


def test_what_came_back_before_any_invoice_is_never_charged_and_never_credited(order, svenja):
    order = confirmed(order)
    delivered(order, 3)
    early = a_return(order, 1, "100")
    assert actions.credit_return(early, by=svenja) is None
    assert (again(early).state, early.lines.get().not_charged) == (ReturnState.SETTLED, 1)
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    filters = invoice.lines.get(title="Filter")
    assert (filters.quantity, creditable(invoice)[filters.pk]) == (2, 2)
    assert actions.credit_return(early, by=svenja) is None  # asked again: its piece is not one of those two
    note = actions.credit_return(a_return(order, 1, "100", "RT-2"), by=svenja)
    assert (note.corrects, note.net, creditable(invoice)[filters.pk]) == (invoice, D("100.00"), 1)


@pytest.mark.parametrize(("back", "left"), [(1, [("Filter", D(2)), ("Seal", D(1))]), (3, [("Seal", D(1))])])
def test_a_draft_is_lessened_by_what_came_back(order, svenja, back, left):
    order = confirmed(order)
    delivered(order, 3)
    draft = actions.invoice_order(order, by=svenja)
    assert actions.credit_return(a_return(order, back, back * 100), by=house()) is None
    assert [(line.title, line.quantity) for line in draft.lines.all()] == left
    assert again(draft).net == D("317.99") - back * 100
    with pytest.raises(ValidationError, match="on an invoice already"):
        actions.invoice_order(order, by=svenja)


def test_a_draft_of_nothing_but_what_came_back_goes(order, svenja):
    order = confirmed(order)
    order.lines.filter(title="Seal").delete()
    delivered(order, 3)
    draft = actions.invoice_order(order, by=svenja)
    actions.credit_return(a_return(order, 3, "300"), by=house())
    assert not Invoice.objects.filter(pk=draft.pk).exists()


def test_issuing_the_credit_note_settles_the_return(order, svenja):
    order = confirmed(order)
    delivered(order, 3)
    actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    returned = a_return(order, 1, "100")
    with pytest.raises(ValidationError, match="has not been issued yet"):
        actions.settle_return(returned, by=svenja)
    note = actions.credit_return(returned, by=svenja)
    with pytest.raises(ValidationError, match="has not been issued yet"):
        actions.settle_return(returned, by=svenja)
    with change_set(by=svenja) as changes:
        actions.issue_invoice(note, by=svenja)
    assert (again(returned).state, again(returned).settled_on) == (ReturnState.SETTLED, timezone.localdate())
    undo(changes.id, by=svenja, overwrite=True)
    assert again(returned).state == ReturnState.SETTLED  # the note stays, and so does what follows from it


def test_a_return_waits_for_the_piece_that_replaces_another(order, svenja):
    order = confirmed(order)
    delivered(order, 3)
    actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    returned = a_return(order, 1, "100")
    seal = order.lines.get(title="Seal")
    DeliveryLine.objects.create(delivery=order.deliveries.get(), order_line=seal, quantity=D(1))
    ReturnLine.objects.create(return_to=returned, order_line=seal, quantity=D(1), decision=Decision.REPLACE)
    actions.issue_invoice(actions.credit_return(returned, by=svenja), by=svenja)
    assert again(returned).state == ReturnState.DECIDED


def test_a_contract_is_charged_period_by_period(letterhead, svenja, dairy):
    contract = Contract.objects.create(
        number="V-1", title="Service", party=dairy, starts_on=dt.date(2026, 1, 31), billing_months=1, currency="EUR",
        ends_on=dt.date(2026, 3, 15),
    )  # fmt: skip
    ContractLine.objects.create(
        contract=contract, title="Visit", quantity=D(1), unit_price=D(50), tax_category=TaxCategory.STANDARD,
        tax_percent=D(19), valid_until=dt.date(2026, 2, 15),
    )  # fmt: skip
    ContractLine.objects.create(
        contract=contract, title="Visit", quantity=D(1), unit_price=D(60), tax_category=TaxCategory.STANDARD,
        tax_percent=D(19), valid_from=dt.date(2026, 2, 16),
    )  # fmt: skip
    made = [actions.invoice_contract(contract, by=svenja) for _each in range(2)]
    assert [(one.period_from, one.period_until, one.net) for one in made] == [
        (dt.date(2026, 1, 31), dt.date(2026, 2, 27), D("50.00")),
        (dt.date(2026, 2, 28), dt.date(2026, 3, 15), D("30.97")),
    ]
    assert made[1].lines.get().text == "16 of 31 days"
    with pytest.raises(ValidationError, match="ended"):
        actions.invoice_contract(contract, by=svenja)


def test_who_owes_us_money_is_called(invoice, svenja, dairy):
    due = invoice.due_on
    assert overdue_of(svenja, due + dt.timedelta(days=2), [svenja.pk]) == []
    (item,) = overdue_of(svenja, due + dt.timedelta(days=5), [svenja.pk])
    assert (item.party, item.worth, item.since) == (dairy.pk, D("378.41"), due)
    assert "1 invoice, for 5 days" in item.reason
    assert overdue_of(svenja, due + dt.timedelta(days=5), []) == []
    assert timezone.localdate() < due


@pytest.fixture
def yearly(letterhead, svenja, dairy):
    """1200 € for a year in advance, begun when the tax rate was 16 %."""
    contract = Contract.objects.create(
        number="V-2", title="Service", party=dairy, starts_on=dt.date(2020, 7, 1), billing_months=12, currency="EUR",
    )  # fmt: skip
    ContractLine.objects.create(
        contract=contract, title="Service", quantity=D(1), unit_price=D(1200), tax_category=TaxCategory.STANDARD,
        tax_percent=D(16),
    )  # fmt: skip
    return contract


def test_period_that_was_given_back_is_charged_again(yearly, svenja):
    first = actions.issue_invoice(actions.invoice_contract(yearly, by=svenja), by=svenja)
    assert (first.period_from, first.net) == (dt.date(2020, 7, 1), D("1200.00"))
    actions.credit_invoice(first, by=svenja)
    second = actions.invoice_contract(yearly, by=svenja)
    assert (second.period_from, second.period_until) == (first.period_from, first.period_until)


def test_a_period_given_back_between_charged_ones_is_the_next_to_be_charged(yearly, svenja):
    years = [actions.issue_invoice(actions.invoice_contract(yearly, by=svenja), by=svenja) for _each in range(3)]
    actions.credit_invoice(years[1], by=svenja)
    with pytest.raises(ValidationError, match="charged from"):
        actions.invoice_contract(yearly, begins=years[0].period_from, by=svenja)
    second = actions.invoice_contract(yearly, by=svenja)
    assert (second.period_from, second.period_until, second.net) == (
        years[1].period_from, years[1].period_until, D("1200.00"),
    )  # fmt: skip
    assert actions.invoice_contract(yearly, by=svenja).period_from == dt.date(2023, 7, 1)


def test_what_is_charged_again_of_a_period_in_part_leaves_the_rest(yearly, svenja):
    first = actions.issue_invoice(actions.invoice_contract(yearly, by=svenja), by=svenja)
    actions.invoice_contract(yearly, by=svenja)
    actions.credit_invoice(first, by=svenja)
    later = actions.invoice_contract(yearly, begins=dt.date(2021, 1, 1), by=svenja)
    assert (later.period_until, later.lines.get().text) == (dt.date(2021, 6, 30), "181 of 365 days")
    rest = actions.invoice_contract(yearly, by=svenja)
    assert (rest.period_from, rest.period_until) == (dt.date(2020, 7, 1), dt.date(2020, 12, 31))
    with pytest.raises(ValidationError, match="before that nothing"):
        actions.invoice_contract(yearly, begins=dt.date(2019, 7, 1), by=svenja)


def test_what_was_given_back_is_charged_in_periods_as_they_are_agreed_now(yearly, svenja):
    years = [actions.issue_invoice(actions.invoice_contract(yearly, by=svenja), by=svenja) for _each in range(2)]
    actions.credit_invoice(years[0], by=svenja)
    Contract.objects.filter(pk=yearly.pk).update(billing_months=1)
    yearly.lines.update(unit_price=D(100))
    months = [actions.invoice_contract(again(yearly), by=svenja) for _each in range(13)]
    assert [(one.period_from, one.period_until, one.net) for one in (months[0], months[11], months[12])] == [
        (dt.date(2020, 7, 1), dt.date(2020, 7, 31), D("100.00")),
        (dt.date(2021, 6, 1), dt.date(2021, 6, 30), D("100.00")),
        (dt.date(2022, 7, 1), dt.date(2022, 7, 31), D("100.00")),
    ]


def test_a_contract_whose_start_or_prices_are_corrected_is_charged_from_there(yearly, svenja):
    first = actions.issue_invoice(actions.invoice_contract(yearly, by=svenja), by=svenja)
    actions.credit_invoice(first, by=svenja)
    Contract.objects.filter(pk=yearly.pk).update(starts_on=dt.date(2020, 9, 15))
    draft = actions.invoice_contract(again(yearly), by=svenja)
    assert (draft.period_from, draft.period_until, draft.net) == (
        dt.date(2020, 9, 15), dt.date(2021, 9, 14), D("1200.00"),
    )  # fmt: skip
    actions.credit_invoice(actions.issue_invoice(draft, by=svenja), by=svenja)
    yearly.lines.update(valid_from=dt.date(2020, 10, 15))
    assert actions.invoice_contract(again(yearly), by=svenja).period_from == dt.date(2020, 10, 15)


def test_tax_rate_is_that_of_the_supply(yearly, order, svenja):
    rates = [actions.invoice_contract(yearly, by=svenja).lines.get().tax_percent for _each in range(2)]
    assert rates == [16, 19]
    Order.objects.filter(pk=order.pk).update(ordered_on=dt.date(2020, 12, 20))
    order.lines.filter(title="Filter").update(tax_percent=16)
    order.lines.filter(title="Seal").update(tax_percent=7)  # typed: no rate of that day
    order = confirmed(order)
    Delivery.objects.create(number="LS-1", order=order, shipped_on=dt.date(2021, 1, 8))
    draft = actions.invoice_order(order, by=svenja)
    assert [line.tax_percent for line in draft.lines.order_by("position")] == [19, 7]
