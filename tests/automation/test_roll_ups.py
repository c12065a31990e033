"""Rules that wait for calculated values which other records make grow and shrink."""

import pytest

from kundig.automation.models import Run
from kundig.parties.models import Organisation
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.calculated.jobs import calculate_all
from kundig.records.custom.actions import add_field
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import an_administrator
from tests.automation.factories import a_rule, work
from tests.records.calculated.conftest import Run as Progress

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _delivery(db):
    outbox.prepare()


def organisations():
    return registry.get("organisations")


def an_organisation(*, by, name="Molkerei Steinbrück eG", **values):
    from kundig.records.actions import create_record

    return create_record(organisations(), {"name": name, **values}, by=by)


def runs():
    return [(run.title, run.state, run.error) for run in Run.objects.order_by("at", "id")]


@pytest.fixture
def people(svenja):
    """A firm whose persons are counted in a field, and how one comes to it."""
    given = {"label_en": "People", "kind": "calculated", "formula": "count(persons)"}
    add_field(organisations(), given, by=an_administrator("Mara Tiede"))
    calculate_all(Progress(), object_name="organisations")
    firm = an_organisation(by=svenja)

    def comes(name, **values):
        person = {"family_name": name, "organisation": firm.pk, **values}
        made = create_record(registry.get("persons"), person, by=svenja)
        work()
        return made

    return firm, comes


def test_a_roll_up_that_others_make_grow_sets_a_rule_off_once(svenja, jana, people):
    firm, comes = people
    step = {"action": "set_field", "values": {"field": "lifecycle", "value": "lead"}}
    a_rule(by=jana, trigger="becomes", condition="c_people >= 2", steps=[step])
    comes("Ohlendorf")
    assert runs() == []
    comes("Brandt")
    comes("Amann")
    (run,) = Run.objects.all()
    assert (run.record, run.state, run.depth) == (firm.pk, "done", 0)
    assert run.reason == [{"sentence": "People is at least 2", "found": "2", "holds": True}]
    assert Organisation.objects.get(pk=firm.pk).lifecycle == "lead"


def test_a_rule_that_waits_for_a_roll_up_says_from_what_to_what(svenja, jana, people):
    _firm, comes = people
    a_rule(by=jana, trigger="changed", details={"fields": ["c_people"]})
    a_rule(by=jana, name="Andere", trigger="changed", details={"fields": ["city"]})
    a_rule(by=jana, name="Irgendetwas", trigger="changed")
    comes("Ohlendorf")
    run = Run.objects.get(rule__name="Neue werden Kunden")
    assert run.reason == [{"sentence": "People", "found": "0 → 1", "holds": True}]
    assert not Run.objects.filter(rule__name="Andere").exists()


def test_a_roll_up_that_goes_back_because_of_an_undo_sets_nothing_off(svenja, jana, people):
    firm, comes = people
    with change_set(by=svenja) as changes:
        comes("Ohlendorf")
    a_rule(by=jana, trigger="changed", details={"fields": ["c_people"]})
    undo(changes.id, by=svenja)
    work()
    assert (Organisation.objects.get(pk=firm.pk).calculated, runs()) == ({"c_people": "0"}, [])


def test_a_run_that_follows_from_another_rule_knows_its_parent(svenja, jana, people):
    """A rule moves a person to the firm; what that does to the sum at the firm is no reason to go round in a circle."""
    _firm, comes = people
    other = an_organisation(by=svenja, name="Hafenlogistik")
    step = {"action": "set_field", "values": {"field": "organisation", "value": str(other.pk)}}
    a_rule(by=jana, name="Hin", object="persons", trigger="created", steps=[step])
    step = {"action": "set_field", "values": {"field": "lifecycle", "value": "lead"}}
    a_rule(by=jana, name="Summe", trigger="changed", details={"fields": ["c_people"]}, steps=[step])
    comes("Ohlendorf")
    moved = Run.objects.get(rule__name="Hin")
    of_sums = Run.objects.filter(rule__name="Summe").order_by("at")
    assert {run.record for run in of_sums} >= {other.pk}
    assert of_sums.get(record=other.pk).parent == moved
