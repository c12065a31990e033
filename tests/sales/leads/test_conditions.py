"""What stands behind a reference to any party: asked as of each kind, and no more than the reader may know."""

import pytest

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight, Scope
from kundig.accounts.models import User
from kundig.records import conditions, registry
from kundig.records.actions import create_record
from kundig.sales.models import Lead
from tests.parties.factories import a_person, a_scoped_user, an_organisation

pytestmark = pytest.mark.django_db


def leads_of(boss, *parties):
    return [create_record(registry.get("leads"), {"party": each.pk}, by=boss) for each in parties]


def fulfil(text, user):
    """By the database and by the record, which must agree."""
    condition = conditions.read(text, registry.get("leads"), user)
    found = set(Lead.objects.filter(condition.q()).values_list("pk", flat=True))
    assert found == {lead.pk for lead in Lead.objects.select_related("party") if condition.holds(lead)}
    return found


def test_fields_of_every_kind_of_party_are_asked(boss):
    firm = an_organisation(by=boss, country="DE", employees=80)
    person = a_person(by=boss, country="AT")
    of_firm, of_person = leads_of(boss, firm, person)
    assert fulfil("party.country = DE", None) == {of_firm.pk}
    assert fulfil('party.family_name = "Ohlendorf"', boss) == {of_person.pk}
    assert fulfil("party.employees > 50 or party.country = AT", boss) == {of_firm.pk, of_person.pk}


def test_parties_that_somebody_may_not_see_fulfil_nothing(boss):
    seller = a_scoped_user("Svenja Kroll", Scope.OWN)
    own, other = an_organisation(by=boss, country="DE", owner=seller), an_organisation(by=boss, country="DE", name="B")
    of_own, _of_other = leads_of(boss, own, other)
    assert fulfil("party.country = DE", User.objects.with_access(seller.pk)) == {of_own.pk}


def test_field_that_is_kept_back_of_one_kind_is_no_question(boss):
    seller = a_scoped_user("Svenja Kroll", Scope.ALL)
    set_field_rights(seller.roles.get(), rights={("persons", "phone"): FieldRight.HIDDEN}, by=None)
    user = User.objects.with_access(seller.pk)
    with pytest.raises(conditions.ConditionError):
        conditions.read("party.phone is not empty", registry.get("leads"), user)
    assert conditions.read("party.city is not empty", registry.get("leads"), user)
