"""Addresses, contact points and roles of a party, and the summary that follows them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kundig.parties import actions
from kundig.parties.models import ContactPoint, Role
from kundig.platform.models import OutboxEvent
from tests.parties.factories import a_household, a_person, an_organisation, ohlendorf, steinbrueck

TODAY = timezone.localdate()
YESTERDAY = TODAY - dt.timedelta(days=1)


def fresh(party):
    party.refresh_from_db()
    return party


def test_add_contact_point_normalises_and_checks(svenja):
    firm = steinbrueck(by=svenja)
    point = actions.add_contact_point({"party": firm, "kind": "fax", "value": "089/99998-101"}, by=svenja)
    assert (point.value, point.normalised) == ("089/99998-101", "+498999998101")
    with pytest.raises(ValidationError) as refused:
        actions.add_contact_point({"party": firm, "kind": "mail", "value": "post@"}, by=svenja)
    assert set(refused.value.message_dict) == {"value"}
    with pytest.raises(ValidationError):
        actions.add_contact_point({"party": firm, "kind": "phone", "value": " "}, by=svenja)
    assert ContactPoint.objects.filter(party=firm).count() == 3


def test_a_new_main_contact_point_takes_the_place_of_the_one_before(svenja):
    firm = steinbrueck(by=svenja)
    actions.add_contact_point({"party": firm, "kind": "phone", "value": "089 555", "is_main": True}, by=svenja)
    assert fresh(firm).phone == "+4989555"
    assert ContactPoint.objects.filter(party=firm, kind="phone", is_main=True).count() == 1


@pytest.mark.parametrize(
    "values", [{"do_not_use": True}, {"valid_to": YESTERDAY}, {"valid_from": TODAY + dt.timedelta(days=1)}]
)
def test_a_contact_point_out_of_use_leaves_the_summary(svenja, values):
    firm = steinbrueck(by=svenja)
    point = firm.contact_points.get(kind="phone")
    actions.change_contact_point(point, values, by=svenja)
    assert fresh(firm).phone == ""
    actions.change_contact_point(point, {"do_not_use": False, "valid_from": None, "valid_to": None}, by=svenja)
    assert fresh(firm).phone == "+498999998100"


def test_a_period_that_ends_before_it_begins_is_refused(svenja):
    firm = steinbrueck(by=svenja)
    with pytest.raises(ValidationError) as refused:
        actions.change_contact_point(
            firm.contact_points.get(kind="phone"), {"valid_from": TODAY, "valid_to": YESTERDAY}, by=svenja
        )
    assert set(refused.value.message_dict) == {"valid_to"}


def test_confirm_contact_point_notes_the_day(svenja):
    firm = steinbrueck(by=svenja)
    point = actions.confirm_contact_point(firm.contact_points.get(kind="mail"), by=svenja, on=TODAY)
    assert point.confirmed_on == TODAY
    actions.change_party(firm, {"mail": "neu@steinbrueck.example"}, by=svenja)
    point.refresh_from_db()
    assert (point.value, point.confirmed_on) == ("neu@steinbrueck.example", None)


def test_delete_contact_point_refreshes_the_summary(svenja):
    firm = steinbrueck(by=svenja)
    actions.delete_contact_point(firm.contact_points.get(kind="mail"), by=svenja)
    assert fresh(firm).mail == ""


def test_several_addresses_one_is_the_main_one(svenja):
    firm = steinbrueck(by=svenja)
    second = actions.add_address(
        {
            "party": firm,
            "kind": "delivery",
            "street": "Tor 3",
            "postal_code": "80999",
            "city": "München",
            "country": "DE",
        },
        by=svenja,
    )
    assert fresh(firm).street == "Eversbuschring 18"
    actions.change_address(second, {"is_main": True}, by=svenja)
    assert fresh(firm).street == "Tor 3"
    actions.delete_address(second, by=svenja)
    assert fresh(firm).street == "Eversbuschring 18"


def test_add_address_needs_something_and_a_fitting_postal_code(svenja):
    firm = steinbrueck(by=svenja)
    with pytest.raises(ValidationError, match="at least a town"):
        actions.add_address({"party": firm, "kind": "delivery"}, by=svenja)
    with pytest.raises(ValidationError, match="is not a postal code"):
        actions.add_address({"party": firm, "city": "Wien", "postal_code": "80999", "country": "AT"}, by=svenja)
    assert firm.addresses.count() == 1


def test_roles_at_several_organisations_with_their_history(svenja):
    dairy, chamber = steinbrueck(by=svenja), an_organisation(by=svenja, name="Handelskammer")
    person = ohlendorf(by=svenja, organisation=dairy.pk, function="Technik")
    second = actions.add_role({"person": person, "party": chamber, "function": "Beirat"}, by=svenja)
    assert fresh(person).organisation_id == dairy.pk
    first = person.roles.get(party=dairy)
    actions.end_role(first, on=YESTERDAY, by=svenja)
    assert (fresh(person).organisation_id, person.function) == (chamber.pk, "Beirat")
    assert Role.objects.filter(person=person).count() == 2
    assert list(Role.objects.current()) == [second]
    names = list(
        OutboxEvent.objects.filter(name__startswith="parties.Role").order_by("id").values_list("name", flat=True)
    )
    assert names == ["parties.RoleBegun", "parties.RoleBegun", "parties.RoleEnded"]


def test_a_role_is_a_person_s_and_stays_theirs(svenja):
    firm, person = steinbrueck(by=svenja), a_person(by=svenja)
    with pytest.raises(ValidationError, match="Only a person"):
        actions.add_role({"person_id": firm.pk, "party": firm}, by=svenja)
    with pytest.raises(ValidationError, match="at an organisation or in a household"):
        actions.add_role({"person": person, "party": a_person(by=svenja, first_name="Jens")}, by=svenja)
    role = actions.add_role({"person": person, "party": firm}, by=svenja)
    with pytest.raises(ValidationError, match="End this role"):
        actions.change_role(role, {"party": an_organisation(by=svenja, name="Andere")}, by=svenja)


def test_a_member_of_a_household_does_not_work_there(svenja):
    household, person = a_household(by=svenja), a_person(by=svenja)
    role = actions.add_role({"person": person, "party": household}, by=svenja)
    assert role.kind == "member"
    assert fresh(person).organisation_id is None


def test_the_first_contact_person_is_the_main_one_and_there_is_only_one(svenja):
    firm = steinbrueck(by=svenja)
    first = ohlendorf(by=svenja, organisation=firm.pk)
    second = a_person(by=svenja, first_name="Jens", family_name="Pawlowski", organisation=firm.pk)
    assert [first.roles.get().is_main, second.roles.get().is_main] == [True, False]
    actions.change_role(second.roles.get(), {"is_main": True}, by=svenja)
    assert [first.roles.get().is_main, second.roles.get().is_main] == [False, True]


def test_refresh_summaries_follows_the_calendar(svenja):
    firm = steinbrueck(by=svenja)
    actions.change_contact_point(firm.contact_points.get(kind="phone"), {"valid_to": TODAY}, by=svenja)
    assert fresh(firm).phone == "+498999998100"
    assert actions.refresh_summaries([firm.pk], today=TODAY + dt.timedelta(days=1)) == 1
    assert fresh(firm).phone == ""
    assert actions.refresh_summaries([firm.pk], today=TODAY + dt.timedelta(days=1)) == 0
