import pytest
from django.utils import timezone, translation

from kundig.accounts.models import Company, User
from kundig.accounts.queries import forget_company
from kundig.platform import outbox
from kundig.platform.events import event_from, name_of
from kundig.platform.models import OutboxEvent
from kundig.records.events import RecordsChanged
from kundig.sales.handlers.leads import leads_are_answered, leads_follow_their_parties
from kundig.timeline.events import TouchpointRecorded
from tests.accounts.factories import an_administrator


@pytest.fixture(autouse=True)
def _english():
    """Sentences are asserted in the source language."""
    with translation.override("en"), timezone.override("Europe/Berlin"):
        yield


@pytest.fixture
def house(db):
    """Wendeler, in Munich."""
    forget_company()
    return Company.objects.create(name="Wendeler", language="en", timezone="Europe/Berlin", country="DE")


@pytest.fixture
def boss(house):
    """Jana Brandt administers."""
    return User.objects.with_access(an_administrator().pk)


@pytest.fixture
def delivered(db):
    """Tests run in one transaction, and the outbox waits for its end: our handlers are given the events here."""
    outbox.prepare()
    reactions = {TouchpointRecorded: leads_are_answered, RecordsChanged: leads_follow_their_parties}
    by_name = {name_of(each): (each, reaction) for each, reaction in reactions.items()}

    def deliver():
        for event in OutboxEvent.objects.filter(name__in=by_name).order_by("id"):
            event_class, reaction = by_name[event.name]
            reaction(event_from(event_class, event.payload))

    return deliver
