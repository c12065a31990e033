"""The pages about rights: a role's fields and conditions, who may see a record and why, deputies, rights for a time."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from kundig.accounts.actions import (
    add_role,
    change_preferences,
    find_role,
    give_role,
    name_deputy,
    set_field_rights,
    set_grants,
)
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.models import AccessRole, Deputyship, User
from kundig.records import registry
from kundig.records.rights import condition_in
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.parties.factories import ohlendorf, steinbrueck

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def browser(user):
    change_preferences(user, values={"language": "en"})
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def text(response):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.fixture
def administrator():
    return an_administrator()


@pytest.fixture
def sales():
    return find_role("sales")


def fresh(user):
    return User.objects.with_access(user.pk)


# -- a role -------------------------------------------------------------------------------------------------------


def test_fields_and_conditions_are_set_on_the_page_of_a_role(administrator, sales):
    web = browser(administrator)
    page = web.get("/settings/roles/sales/?object=persons").content.decode()
    assert 'name="field.persons.mobile"' in page
    assert 'name="field.organisations.mobile"' not in page
    assert 'name="field.persons.street"' not in page  # goes with the address
    sent = {
        "persons.read": "own", "field.persons.mobile": "hidden", "field.persons.notes": "read",
        "further.0.text": 'city = "München"', "further.0.actions": ["read", "change"],
        "further.1.text": "lifecycle = customer", "further.1.actions": ["read"],
    }  # fmt: skip
    answer = web.post("/settings/roles/sales/?object=persons", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/roles/sales/?object=persons")
    grants = {g.action: (g.scope, g.condition) for g in sales.grants.filter(object="persons")}
    assert grants["read"] == (Scope.OWN, '(city = "München") or (lifecycle = customer)')
    assert grants["change"] == (Scope.ALL, 'city = "München"')
    svenja = fresh(a_user(role="sales"))
    persons = registry.get("persons")
    assert "mobile" not in persons.fields_for(svenja)
    assert not persons.may_write(svenja, persons.field("notes"))
    page = text(web.get("/settings/roles/sales/"))
    assert "+ condition" in page
    web.post("/settings/roles/sales/", {"persons.read": "team"})  # without the open part its conditions stay
    assert sales.grants.get(object="persons", action="read").condition.startswith("(city")
    web.post("/settings/roles/sales/?object=persons", {"field.persons.mobile": "write", "further.0.text": ""})
    assert not sales.grants.exclude(condition="").exists()
    assert not sales.field_grants.filter(field="mobile").exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"further.0.text": "town = 1", "further.0.actions": "read"}, "There is no field “town”"),
        ({"further.0.text": 'city = "Bonn"'}, "choose what the role may do"),
        ({"further.0.actions": "read"}, "for which records"),
        ({"further.0.text": "city = (", "further.0.actions": "read"}, "further-0-error"),
        ({"field.persons.mobile": "everything"}, "is no right to a field"),
        ({"persons.read": "everything"}, "is no reach of a right"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_saved(administrator, sales, sent, words):
    before = list(sales.grants.values_list("object", "action", "scope", "condition"))
    sent = {"field.persons.phone": "hidden", "persons.change": "none", **sent}
    answer = browser(administrator).post("/settings/roles/sales/?object=persons", sent)
    assert answer.status_code == 422
    assert words in unescape(answer.content.decode())
    assert list(sales.grants.values_list("object", "action", "scope", "condition")) == before
    assert not sales.field_grants.exists()


def test_a_condition_that_does_not_fit_any_more_is_shown(administrator, sales):
    sales.grants.create(object="persons", action="read", scope=Scope.NONE, condition="shoe_size = 44")
    assert condition_in("shoe_size = 44", registry.get("persons")) is None
    web = browser(administrator)
    for address in ("", "?object=persons"):
        assert "does not fit any more and grants nothing" in text(web.get(f"/settings/roles/sales/{address}"))
    user = a_user(role="sales")
    assert "does not fit any more" in text(web.get(f"/settings/users/{user.pk}/rights/"))


@pytest.mark.parametrize("make", [lambda: a_user("Svenja Kroll"), lambda: a_user("Paula Roth", role="reader")])
def test_others_do_not_change_roles(make, sales):
    web = browser(make())
    for address in ("/settings/roles/sales/", "/settings/roles/sales/?object=persons"):
        assert web.get(address).status_code == 403
        assert web.post(address, {"field.persons.mobile": "hidden", "persons.read": "none"}).status_code == 403
    assert not sales.field_grants.exists()


def test_the_administrators_role_keeps_everything(administrator):
    web = browser(administrator)
    sent = {"field.persons.mobile": "hidden", "persons.read": "none", "further.0.text": "", "further.0.actions": []}
    assert web.post("/settings/roles/administrator/?object=persons", sent).status_code == 422
    assert "mobile" in registry.get("persons").fields_for(fresh(administrator))
    assert fresh(administrator).access.is_administrator


# -- who may see this, and why? -----------------------------------------------------------------------------------


@pytest.fixture
def house(administrator):
    """A dairy of a team; its owner, a colleague of the team, a deputy, somebody by condition, and a stranger."""
    team = a_team("South")
    narrow = add_role(name="Inside", like=find_role("sales"), by=None)
    set_grants(narrow, scopes={("*", action): Scope.TEAM for action in (Action.READ, Action.CHANGE)}, by=None)
    by_town = add_role(name="Munich", like=narrow, by=None)
    set_grants(by_town, scopes={("*", action): Scope.NONE for action in (Action.READ, Action.CHANGE)}, by=None)
    set_grants(
        by_town,
        scopes={("organisations", Action.READ): Scope.NONE},
        conditions={("organisations", Action.READ): 'city = "München"'},
        by=None,
    )
    people = {
        "owner": a_user("Svenja Kroll", role=narrow.key, team=team),
        "colleague": a_user("Holger Timm", role=narrow.key, team=team),
        "deputy": a_user("Ruth Amann", role=by_town.key),
        "stranger": a_user("Max Horn", role=narrow.key),
    }
    firm = steinbrueck(by=fresh(people["owner"]))
    name_deputy(people["colleague"], deputy=people["deputy"], starts_on=TODAY, ends_on=TODAY, by=None)
    set_field_rights(narrow, rights={("organisations", "phone"): FieldRight.HIDDEN}, by=None)
    return firm, people


def test_who_may_see_a_record_and_why(administrator, house):
    firm, people = house
    address = f"/organisations/{firm.pk}/access/"
    for who, status in (("owner", 200), ("colleague", 403), ("stranger", 404)):
        assert browser(people[who]).get(address).status_code == status, who
    page = text(browser(administrator).get(address))
    assert f"4 of 5 people see {firm.name}" in page
    for words in (
        "Role Administration: all organisations",
        "Role Inside: their own organisations",
        f"Role Inside: organisations of the team {firm.team.name}",
        "Role Munich: organisations for which holds: City is “München”",
        "Stands in for Holger Timm until",
        "Does not see: Phone",
        "1 person does not see it Max Horn",
    ):
        assert words in page, words
    link = f'href="{address}"'
    assert link in browser(people["owner"]).get(f"/organisations/{firm.pk}/").content.decode()
    assert link not in browser(people["colleague"]).get(f"/organisations/{firm.pk}/").content.decode()


def test_who_may_see_a_field(administrator, house):
    firm, _people = house
    page = text(browser(administrator).get(f"/organisations/{firm.pk}/access/?field=phone"))
    assert f"2 of 5 people see {firm.name}: phone" in page
    assert browser(administrator).get(f"/organisations/{firm.pk}/access/?field=nothing").status_code == 404


def test_of_a_part_its_record_is_asked(administrator, house):
    firm, _people = house
    person = ohlendorf(by=administrator, organisation=firm.pk)
    point = person.contact_points.first() if hasattr(person, "contact_points") else None
    points = registry.get("contact-points")
    point = point or points.everything().filter(party=person).first()
    answer = browser(administrator).get(f"/contact-points/{point.pk}/access/")
    assert (answer.status_code, answer["Location"]) == (302, f"/persons/{person.pk}/access/")


def test_it_is_asked_of_the_database_but_a_few_times_however_many_people(
    administrator, house, django_assert_max_num_queries, versions_known
):
    firm, _people = house
    web = browser(administrator)
    web.get(f"/organisations/{firm.pk}/access/")
    for number in range(12):
        a_user(f"Colleague {number}", role="munich")
    with django_assert_max_num_queries(14):
        assert "16 of 17 people" in text(web.get(f"/organisations/{firm.pk}/access/"))


# -- what may this person do --------------------------------------------------------------------------------------


def test_what_a_person_may_do_is_told_with_numbers_and_reasons(administrator, house):
    _firm, people = house
    web = browser(administrator)
    page = text(web.get(f"/settings/users/{people['owner'].pk}/rights/"))
    for words in ("Read 1 record Role Inside: team", "Delete 1 record", "Does not see: phone"):
        assert words in page, words
    page = text(web.get(f"/settings/users/{people['deputy'].pk}/rights/"))
    assert "For Holger Timm: role Inside: team" in page
    assert "Role Munich: City is “München”" in page
    for who in ("owner", "stranger"):
        assert browser(people[who]).get(f"/settings/users/{people['owner'].pk}/rights/").status_code == 403


def test_a_role_for_a_time_is_given_and_taken_back(administrator):
    person, web = a_user("Paula Roth", role="reader"), browser(administrator)
    address = f"/settings/users/{person.pk}/rights/"
    sent = {"what": "role", "role": "sales", "starts_on": str(TODAY), "ends_on": str(TODAY + dt.timedelta(days=3))}
    assert web.post(address, {**sent, "ends_on": "soon"}).status_code == 422
    assert web.post(address, sent).status_code == 302
    holding = person.holdings.get(role__key="sales")
    assert "Sales" in text(web.get(address))
    assert browser(person).post(f"{address}{holding.pk}/ending/").status_code == 403
    assert web.post(f"{address}{person.holdings.get(role__key='reader').pk}/ending/").status_code == 302
    assert person.holdings.count() == 2
    assert web.post(f"{address}{holding.pk}/ending/").status_code == 302
    assert [each.role.key for each in person.holdings.all()] == ["reader"]


def test_changing_a_user_leaves_their_roles_for_a_time(administrator):
    person, web = a_user("Paula Roth", role="reader"), browser(administrator)
    give_role(person, role="sales", valid_from=None, valid_until=TODAY, by=None)
    sent = {"email": person.email, "name": "Paula Roth", "role": "service"}
    assert web.post(f"/settings/users/{person.pk}/", sent).status_code == 302
    assert {each.role.key: each.is_limited for each in person.holdings.all()} == {"service": False, "sales": True}


# -- deputies -----------------------------------------------------------------------------------------------------


def test_one_names_and_ends_deputies_oneself(administrator):
    away, deputy, stranger = a_user("Svenja Kroll"), a_user("Paula Roth"), a_user("Max Horn")
    web = browser(away)
    sent = {"what": "deputy", "deputy": str(deputy.pk), "starts_on": str(TODAY), "ends_on": str(TODAY)}
    for wrong in ({"deputy": "nobody"}, {"ends_on": "31.02.2026"}, {"starts_on": ""}):
        assert web.post("/settings/deputies/", {**sent, **wrong}).status_code == 422
    assert not Deputyship.objects.exists()
    assert web.post("/settings/deputies/", sent).status_code == 302
    found = Deputyship.objects.get()
    assert "Paula Roth" in text(web.get("/settings/deputies/"))
    assert "You stand in for Svenja Kroll until" in text(browser(deputy).get("/"))
    assert "You stand in" not in text(browser(stranger).get("/"))
    for refused in (stranger, deputy):
        assert browser(refused).post(f"/settings/deputies/{found.pk}/ending/").status_code == 404
    assert Deputyship.objects.exists()
    assert web.post(f"/settings/deputies/{found.pk}/ending/").status_code == 302
    assert not Deputyship.objects.exists()


def test_administrators_name_deputies_for_others(administrator):
    away, deputy = a_user("Svenja Kroll"), a_user("Paula Roth")
    web = browser(administrator)
    sent = {"what": "deputy", "deputy": str(deputy.pk), "starts_on": str(TODAY), "ends_on": str(TODAY)}
    assert web.post(f"/settings/users/{away.pk}/rights/", sent).status_code == 302
    found = Deputyship.objects.get()
    assert (found.user, found.deputy, found.named_by) == (away, deputy, administrator)
    answer = web.post(f"/settings/deputies/{found.pk}/ending/")
    assert answer["Location"] == f"/settings/users/{away.pk}/rights/"
    assert AccessRole.objects.exists()
