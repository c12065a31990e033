"""Quotes on somebody's day, on the page of a customer, and in the settings."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from kundig.accounts.models import User
from kundig.sales.actions import Signed, accept_quote, ask_approval, note_view, send_quote
from kundig.sales.models import ApprovalLimits, Quote
from kundig.sales.panels.quotes import quotes_of_day
from tests.sales.quotes.conftest import HOUSE

pytestmark = pytest.mark.django_db


def told(user, *, owners=()):
    today = timezone.localdate()
    return [
        item.reason for item in quotes_of_day(User.objects.with_access(user.pk), today, [each.pk for each in owners])
    ]


def signed_in(user):
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def test_a_quote_that_waits_is_on_the_day_of_who_approves(quote, jana, boss):
    ApprovalLimits.objects.create(discount_above=Decimal(12), approver=boss)
    ask_approval(quote, by=jana)
    assert told(boss) == [f"Quote {quote.number} waits for approval: {quote.title}."]
    assert told(jana, owners=[jana]) == []


def test_what_runs_out_is_on_the_day_of_its_owner(quote, jana, boss):
    Quote.objects.filter(pk=quote.pk).update(valid_until=timezone.localdate() + timedelta(days=2))
    sent = send_quote(quote, by=jana, base=HOUSE)
    assert told(jana, owners=[jana]) == [f"Quote {sent.number} runs out in 2 days: {sent.title}."]
    assert told(boss, owners=[boss]) == []


def test_what_was_just_opened_or_accepted_is_there(sent, jana):
    assert told(jana, owners=[jana]) == []
    note_view(sent)
    assert told(jana, owners=[jana]) == [f"Has just looked at quote {sent.number}: {sent.title}."]
    accept_quote(sent, Signed("Katrin Ohlendorf"), wanted=[])
    assert told(jana, owners=[jana]) == [f"Has accepted quote {sent.number}: {sent.title}."]


def test_the_customers_page_lists_them_and_begins_one(sent, jana, dairy):
    client = signed_in(jana)
    panel = client.get(f"/organisations/{dairy.pk}/panels/quotes/").content.decode()
    assert sent.number in panel
    begun = client.post(f"/parties/{dairy.pk}/quotes/")
    assert begun.status_code == 302
    assert begun["Location"] == f"/quotes/{Quote.objects.order_by('-id').first().pk}/design/"


def test_limits_are_set_by_administrators(jana, boss):
    values = {"discount_above": "12,5 %", "margin_below": "", "approver": str(boss.pk), "valid_days": "14"}
    assert signed_in(jana).post("/settings/quotes/", values).status_code == 403
    assert signed_in(boss).post("/settings/quotes/", values).status_code == 302
    found = ApprovalLimits.objects.get()
    assert (found.discount_above, found.margin_below, found.valid_days) == (Decimal("12.5"), None, 14)
    for wrong in ({"discount_above": "120"}, {"margin_below": "viel"}, {"valid_days": "0"}):
        assert signed_in(boss).post("/settings/quotes/", {**values, **wrong}).status_code == 422
