"""That what happens reaches those who react to it: through the outbox, after the commit."""

import pytest
from django.utils import timezone

from kundig.accounts.actions import name_deputy
from kundig.accounts.actions.deputies import end_deputyship
from kundig.accounts.models import Company
from kundig.accounts.queries import forget_company
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.actions import change_record
from kundig.timeline.actions import record_touchpoint
from kundig.timeline.models import Handover, PromiseProposal
from tests.accounts.factories import a_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_notes_are_read_and_customers_handed_over(svenja, dairy):
    outbox.prepare()
    paula, today = a_user("Paula Roth", role="sales"), timezone.localdate()
    away = name_deputy(svenja, deputy=paula, starts_on=today, ends_on=today, by=svenja)
    record_touchpoint(kind="note", party=dairy, by=svenja, body="Ich schicke Ihnen morgen das Angebot.")
    while outbox.deliver():
        pass
    assert PromiseProposal.objects.get().party_id == dairy.pk
    assert Handover.objects.get().reason == "absence"
    end_deputyship(away, by=svenja)
    change_record(registry.get("organisations"), dairy, {"owner": paula.pk}, by=svenja)
    while outbox.deliver():
        pass
    assert Handover.objects.get(reason="absence").ended_at is not None
    assert Handover.objects.get(reason="owner").taker == paula


def test_handlers_reckon_by_the_clock_of_the_house(svenja, dairy):
    forget_company()
    Company.objects.create(name="Wendeler", timezone="Pacific/Auckland")
    outbox.prepare()
    record_touchpoint(kind="note", party=dairy, by=svenja, body="Danke.")
    outbox.deliver()
    assert timezone.get_current_timezone_name() == "Pacific/Auckland"
