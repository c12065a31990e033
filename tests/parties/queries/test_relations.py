"""Who belongs to whom."""

import datetime as dt

from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.parties import actions, queries
from tests.accounts.factories import a_team
from tests.parties.factories import a_household, a_person, a_scoped_user, an_organisation, ohlendorf, steinbrueck

TODAY = timezone.localdate()


def test_group_of_is_the_same_from_everywhere_in_it(svenja):
    head = an_organisation(by=svenja, name="Holding AG")
    north = an_organisation(by=svenja, name="Nord GmbH", parent=head.pk)
    south = an_organisation(by=svenja, name="Süd GmbH", parent=head.pk)
    low = an_organisation(by=svenja, name="Alpen GmbH", parent=south.pk)
    expected = [(head.pk, 0), (north.pk, 1), (south.pk, 1), (low.pk, 2)]
    for member in (head, north, south, low):
        assert [(each.id, each.level) for each in queries.group_of(member, user=svenja)] == expected
    assert queries.group_of(an_organisation(by=svenja, name="Allein KG"), user=svenja) == []


def test_members_of_shows_the_present_first_and_the_main_contact_at_the_head(svenja):
    firm = steinbrueck(by=svenja)
    people = [
        a_person(by=svenja, first_name="X", family_name=name, organisation=firm.pk)
        for name in ("Weber", "Adler", "Bock")
    ]
    actions.end_role(people[1].roles.get(), on=TODAY - dt.timedelta(days=1), by=svenja)
    roles = list(queries.members_of(firm, user=svenja))
    assert [(role.person.family_name, role.is_over) for role in roles] == [
        ("Weber", False),
        ("Bock", False),
        ("Adler", True),
    ]


def test_roles_of_shows_all_places_of_a_person(svenja):
    firm, household = steinbrueck(by=svenja), a_household(by=svenja)
    person = ohlendorf(by=svenja, organisation=firm.pk)
    actions.add_role({"person": person, "party": household}, by=svenja)
    assert [role.party.name for role in queries.roles_of(person, user=svenja)] == [
        "Molkerei Steinbrück eG",
        "Familie Sommer",
    ]


def test_parties_turning_names_those_whose_parts_begin_or_end(svenja):
    firm, other = steinbrueck(by=svenja), an_organisation(by=svenja, name="Andere", phone="089 4711")
    actions.change_contact_point(firm.contact_points.get(kind="phone"), {"valid_to": TODAY}, by=svenja)
    actions.change_contact_point(other.contact_points.get(), {"valid_from": TODAY}, by=svenja)
    tomorrow, yesterday = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)
    assert queries.parties_turning(since=TODAY, until=tomorrow) == {firm.pk}
    assert queries.parties_turning(since=yesterday, until=TODAY) == {other.pk}
    assert queries.parties_turning(since=yesterday, until=tomorrow) == {firm.pk, other.pk}


def test_visible_parties_of_owner_colleague_and_stranger(db):
    team = a_team()
    owner, colleague, stranger = (
        a_scoped_user(name, Scope.TEAM, team=its)
        for name, its in (("Ole Petersen", team), ("Kira Wolf", team), ("Udo Fremd", None))
    )
    firm, person = steinbrueck(by=owner, team=team.pk), ohlendorf(by=owner, team=team.pk)
    seen = [set(queries.visible_parties(user).values_list("pk", flat=True)) for user in (owner, colleague, stranger)]
    assert seen == [{firm.pk, person.pk}, {firm.pk, person.pk}, set()]


def test_people_one_may_not_see_stand_in_no_panel(svenja):
    firm = steinbrueck(by=svenja)
    person = ohlendorf(by=svenja, organisation=firm.pk)
    stranger = a_scoped_user("Udo Fremd", Scope.OWN)
    assert list(queries.members_of(firm, user=stranger)) == []
    assert list(queries.roles_of(person, user=stranger)) == []
    an_organisation(by=svenja, name="Tochter GmbH", parent=firm.pk)
    assert queries.group_of(firm, user=stranger) == []


def test_searched_along_gives_people_further_points_and_keys(svenja):
    firm = steinbrueck(by=svenja)
    ohlendorf(by=svenja, organisation=firm.pk)
    actions.add_contact_point({"party": firm, "kind": "fax", "value": "089 99998-101"}, by=svenja)
    extra = queries.searched_along([firm.pk])[firm.pk]
    assert extra.texts == ["Dr. Katrin Ohlendorf"]
    assert "+498999998101" in extra.phones
