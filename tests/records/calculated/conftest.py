import pytest

from kundig.platform import outbox
from kundig.records import registry
from kundig.records.calculated.jobs import calculate_all
from kundig.records.custom.actions import add_field
from tests.accounts.factories import an_administrator


class Run:
    """Takes what a job tells of its progress."""

    def __init__(self):
        self.told = []

    def progress(self, done, total=None):
        self.told.append((done, total))


@pytest.fixture
def administrator(db):
    return an_administrator()


@pytest.fixture
def calculated(administrator, courses):
    """Adds a calculated field and has its values calculated; answers its name."""

    def added(label, formula, *, of="courses", **values):
        description = registry.get(of)
        row = add_field(
            description, {"label_en": label, "kind": "calculated", "formula": formula, **values}, by=administrator
        )
        calculate_all(Run(), object_name=of)
        return row.name

    return added


@pytest.fixture
def delivered(db):
    """Delivers what has happened to the handlers, until nothing happens any more."""
    outbox.prepare()

    def deliver():
        while deliver_once():
            pass

    return deliver


def deliver_once():
    """Tests run in one transaction, and the outbox waits for its end: so the events are taken from their table here."""
    from kundig.platform.events import event_from, name_of
    from kundig.platform.models import OutboxEvent
    from kundig.records.calculated import handlers
    from kundig.records.events import RecordsChanged, ValuesCalculated

    reactions = {RecordsChanged: handlers.follow_change, ValuesCalculated: handlers.follow_values}
    by_name = {name_of(each): (each, reaction) for each, reaction in reactions.items()}
    events = list(OutboxEvent.objects.order_by("id"))
    OutboxEvent.objects.all().delete()
    for event in events:
        if event.name in by_name:
            event_class, reaction = by_name[event.name]
            reaction(event_from(event_class, event.payload))
    return len(events)


@pytest.fixture
def add_typed(administrator, courses):
    """Adds a field for numbers that people type; answers its row."""

    def added(label):
        return add_field(courses, {"label_en": label, "kind": "number"}, by=administrator)

    return added
