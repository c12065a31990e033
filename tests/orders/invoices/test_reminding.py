"""Reminders: who is asked when, for how much, and who is left alone."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole, Grant, User
from kundig.orders import actions
from kundig.orders.models import Invoice, InvoiceSettings, Reminder, ReminderLevel, ReminderStop
from kundig.orders.queries.papers import reminder_pdf
from kundig.orders.queries.reminders import letters
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import a_user
from tests.orders.invoices.test_papers import text_of
from tests.orders.invoices.test_payments import again, pay

D = Decimal
pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def levels(db):
    ReminderLevel.objects.all().delete()
    actions.set_reminder_levels(
        [
            {"name": "Erinnerung", "days": 7, "days_to_pay": 7, "fee": D(0), "interest": D(0)},
            {"name": "Mahnung", "days": 14, "days_to_pay": 7, "fee": D(5), "interest": D(9)},
        ]
    )


def after_due(invoice, days):
    return invoice.due_on + dt.timedelta(days=days)


def test_nobody_is_asked_before_the_days_are_over(invoice, jana, levels):
    assert letters(user=jana, on=after_due(invoice, 6)) == []
    (letter,) = letters(user=jana, on=after_due(invoice, 7))
    assert (letter.due, letter.fee, letter.interest, letter.total) == (D("378.41"), D(0), D(0), D("378.41"))


def test_a_run_writes_the_letter_and_the_next_level_comes_later(invoice, jana, levels, dairy):
    first = after_due(invoice, 7)
    (reminder,) = actions.remind_customers([f"{dairy.pk}:EUR"], by=jana, on=first)
    assert (reminder.level, reminder.total, reminder.pay_by) == (1, D("378.41"), first + dt.timedelta(days=7))
    assert (again(invoice).reminder_level, again(invoice).reminded_on) == (1, first)
    assert letters(user=jana, on=after_due(invoice, 20)) == []
    pay(invoice, "100", by=jana)
    second = after_due(invoice, 21)
    (letter,) = letters(user=jana, on=second)
    # 278.41 × 9 % × 21 days after it was due: the payment came before that.
    assert (letter.level.level, letter.fee, letter.due, letter.interest) == (2, D(5), D("278.41"), D("1.44"))
    actions.remind_customers([letter.key], by=jana, on=second)
    assert letters(user=jana, on=after_due(invoice, 300)) == []


def test_the_same_run_twice_writes_one_letter(invoice, jana, levels, dairy):
    day = after_due(invoice, 7)
    actions.remind_customers([f"{dairy.pk}:EUR"], by=jana, on=day)
    with pytest.raises(ValidationError, match="any more"):
        actions.remind_customers([f"{dairy.pk}:EUR"], by=jana, on=day)
    assert Reminder.objects.count() == 1


def test_taking_a_run_back_takes_the_level_back(invoice, jana, levels, dairy):
    with change_set(by=jana) as changes:
        actions.remind_customers([f"{dairy.pk}:EUR"], by=jana, on=after_due(invoice, 7))
    undo(changes.id, by=jana, overwrite=True)
    assert (again(invoice).reminder_level, again(invoice).reminded_on, Reminder.objects.count()) == (0, None, 0)


def test_a_payment_before_the_lock_spares_the_letter(invoice, jana, levels, dairy, monkeypatch):
    day = after_due(invoice, 7)
    stale = letters(user=jana, on=day)
    pay(invoice, "378.41", by=jana)
    monkeypatch.setattr("kundig.orders.actions.reminders.letters", lambda **_named: stale)
    with pytest.raises(ValidationError, match="any more"):
        actions.remind_customers([f"{dairy.pk}:EUR"], by=jana, on=day)
    assert not Reminder.objects.exists()


def test_what_is_due_today_is_not_reminded(order, svenja, levels, dairy):
    InvoiceSettings.objects.create(payment_days=0)
    actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja)
    with pytest.raises(ValidationError, match="Nothing of this customer is due"):
        actions.create_reminder({"party": dairy}, by=svenja)


def test_whoever_may_not_change_the_customer_does_not_write_to_it(invoice, levels, dairy):
    role = AccessRole.objects.create(name="Letters", key="letters")
    for action, scope in ((Action.READ, Scope.ALL), (Action.CREATE, Scope.ALL), (Action.CHANGE, Scope.OWN)):
        Grant.objects.create(role=role, object="*", action=action, scope=scope)
    reader = User.objects.with_access(a_user("Otto Fremd", role="letters").pk)
    assert letters(user=reader, on=after_due(invoice, 7)) == []
    with pytest.raises(ValidationError, match="any more"):
        actions.remind_customers([f"{dairy.pk}:EUR"], by=reader, on=after_due(invoice, 7))
    assert again(invoice).reminder_level == 0


def test_a_customer_with_a_stop_is_left_alone(invoice, jana, levels, dairy):
    day = after_due(invoice, 7)
    ReminderStop.objects.create(party=dairy, reason="Pays by the week", until=day)
    assert letters(user=jana, on=day)[0].stopped == "Pays by the week"
    with pytest.raises(ValidationError, match="any more"):
        actions.remind_customers([f"{dairy.pk}:EUR"], by=jana, on=day)
    assert letters(user=jana, on=day + dt.timedelta(days=1))[0].stopped == ""


def test_what_is_paid_or_credited_is_not_asked_for(invoice, jana, svenja, levels):
    pay(invoice, "378.41", by=jana)
    assert letters(user=jana, on=after_due(invoice, 100)) == []


def test_the_letter_says_what_is_to_be_paid(invoice, jana, levels, dairy):
    (reminder,) = actions.remind_customers([f"{dairy.pk}:EUR"], by=jana, on=after_due(invoice, 7))
    text = text_of(reminder_pdf(Reminder.objects.get(pk=reminder.pk)))
    for words in (invoice.number, "378.41 €", reminder.number, "Molkerei Steinbrück eG"):
        assert words in text, words


def test_who_may_not_remind_is_refused(invoice, levels, dairy):
    stranger = User.objects.with_access(a_user("Otto Fremd", role="reader").pk)
    with pytest.raises(PermissionDenied):
        actions.remind_customers([f"{dairy.pk}:EUR"], by=stranger, on=after_due(invoice, 7))
    assert Invoice.objects.get(pk=invoice.pk).reminder_level == 0


def test_levels_that_nobody_can_mean_are_refused(levels):
    with pytest.raises(ValidationError, match="1\\."):
        actions.set_reminder_levels([{"name": "", "days": 7, "days_to_pay": 7, "fee": D(0), "interest": D(0)}])
    assert ReminderLevel.objects.count() == 2
