import pytest

from kundig.parties.models import Party
from kundig.platform.models import OutboxEvent
from kundig.records import registry, search
from kundig.records.bulk import jobs
from kundig.records.bulk.selection import Selection
from kundig.records.events import Via
from tests.accounts.factories import a_team, a_user
from tests.parties.factories import an_organisation

pytestmark = pytest.mark.django_db


def bulk(parties, *steps, by):
    given = [dict(zip(("field", "how", "raw"), step, strict=True)) for step in steps]
    selection = Selection(ids=tuple(party.pk for party in parties))
    return jobs.begin(registry.get("organisations"), "change", selection, {"steps": given}, by=by)


def test_many_are_changed_as_one_is(django_assert_max_num_queries):
    user, colleague, team = a_user(role="administrator"), a_user("Holger Timm"), a_team()
    many = [an_organisation(by=user, name=f"Firma {number}", employees=number) for number in range(20)]
    one = an_organisation(by=user, name="Firma allein", employees=3)
    steps = [
        ("owner", "set", str(colleague.pk)), ("team", "set", str(team.pk)), ("lifecycle", "set", "customer"),
        ("tags", "with", "Messe"), ("employees", "add", "5"), ("industry", "set", "Bau"),
    ]  # fmt: skip
    with django_assert_max_num_queries(110):
        run = bulk(many, *steps, by=user)
    assert (run.changed, run.refused) == (20, 0)
    alone = registry.get("organisations")
    type(alone).change(
        one, {"owner": colleague, "team": team, "lifecycle": "customer", "tags": ["Messe"], "employees": 8,
              "industry": "Bau"}, by=user, via=Via.BULK,
    )  # fmt: skip
    kept = [column.attname for column in Party._meta.concrete_fields]
    rows = {party.name: {name: getattr(party, name) for name in kept} for party in Party.objects.all()}
    same = {"owner_id", "team_id", "lifecycle", "tags", "employees", "industry", "origins"}
    assert {name: rows["Firma 3"][name] for name in same} == {name: rows["Firma allein"][name] for name in same}
    assert OutboxEvent.objects.filter(name="parties.PartyChanged", payload__party_id=str(many[0].pk)).exists()
    assert [hit.id for hit in search.find(colleague, "Firma 7")][:1] == [many[7].pk]


def test_values_that_others_hang_on_go_through_the_action():
    user = a_user(role="administrator")
    many = [an_organisation(by=user, name=f"Firma {number}") for number in range(3)]
    run = bulk(many, ("phone", "set", "089 99998-100"), ("lifecycle", "set", "customer"), by=user)
    assert run.changed == 3
    assert set(Party.objects.values_list("phone", "lifecycle")) == {("+498999998100", "customer")}
    assert Party.objects.get(pk=many[0].pk).contact_points.count() == 1


def test_a_value_that_does_not_fit_refuses_all_and_changes_none():
    user = a_user(role="administrator")
    many = [an_organisation(by=user, name=f"Firma {number}", employees=1) for number in range(2)]
    run = bulk(many, ("employees", "add", "-5"), ("lifecycle", "set", "customer"), by=user)
    assert (run.changed, run.refused) == (0, 2)
    assert set(Party.objects.values_list("employees", "lifecycle")) == {(1, many[0].lifecycle)}
