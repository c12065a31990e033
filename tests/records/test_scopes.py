"""Scopes that are conditions, roles for a time and deputies: on which records somebody may do what, and no longer."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kundig.accounts.actions import (
    add_role,
    deactivate_user,
    end_deputyship,
    find_role,
    give_role,
    join_team,
    name_deputy,
    set_grants,
    take_role,
)
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole, Deputyship, User
from kundig.platform.models import OutboxEvent
from kundig.records import search
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.ledger.models import ChangeSet
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.records.rest.conftest import Program, problem
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]
ALL_ACTIONS = [action for action in Action if action != Action.ADMINISTER]
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


def a_role(scope=Scope.NONE, condition="", actions=ALL_ACTIONS):
    role = add_role(name=f"Role {AccessRole.objects.count()}", like=find_role("reader"), by=None)
    set_grants(
        role,
        scopes={("courses", action): scope if action in actions else Scope.NONE for action in ALL_ACTIONS},
        conditions={("courses", action): condition for action in actions},
        by=None,
    )
    return role


def somebody(role, name="Svenja Kroll", team=None):
    return fresh(a_user(name, role=role.key, team=team))


def fresh(user):
    return User.objects.with_access(user.pk)


def seen(courses, user, action=Action.READ):
    return sorted(courses.visible_to(fresh(user), action).values_list("name", flat=True))


@pytest.fixture
def administrator():
    return an_administrator()


@pytest.fixture
def catalogue(courses, administrator):
    """Four courses of three people; Weaving belongs to a team."""
    team = a_team()
    jana, holger = administrator, a_user("Holger Timm", role="reader")
    made = {}
    for name, values in {
        "Soldering": {"owner": jana.pk, "seats": 5, "city": "Köln"},
        "Weaving": {"owner": holger.pk, "seats": 12, "city": "München", "team": team.pk},
        "Baking": {"owner": None, "seats": 20, "city": "Köln"},
        "Riding": {"owner": holger.pk, "seats": None, "city": ""},
    }.items():
        place = {"street": "", "postal_code": "", "city": values.pop("city"), "region": "", "country": ""}
        made[name] = create_record(courses, {"name": name, "address": place, **values}, by=administrator)
    return made


# -- conditions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "condition", "names"),
    [
        (Scope.NONE, 'city = "Köln"', ["Baking", "Soldering"]),
        (Scope.NONE, "seats >= 12", ["Baking", "Weaving"]),
        (Scope.OWN, 'city = "Köln"', ["Baking", "Mine", "Soldering"]),
        (Scope.NONE, 'owner = me or city = "München"', ["Mine", "Weaving"]),
        (Scope.NONE, "team = me.team", ["Weaving"]),
        (Scope.NONE, "seats > 1000", []),
    ],
)
def test_a_condition_reaches_the_same_records_everywhere(courses, catalogue, scope, condition, names):
    user = somebody(a_role(scope, condition), team=catalogue["Weaving"].team)
    Course.objects.create(name="Mine", owner=user)
    search.refresh(courses, Course.objects.values_list("pk", flat=True))
    for action in (Action.READ, Action.CHANGE, Action.DELETE, Action.EXPORT, Action.BULK):
        assert seen(courses, user, action) == names
    may = sorted(c.name for c in Course.objects.all() if courses.may(user, Action.CHANGE, c))
    assert may == names
    assert sorted(i["name"] for i in Program(user).get("courses").json()["items"]) == names
    for each in Course.objects.all():
        hits = [hit.title for hit in search.find(user, each.name)]
        assert hits == ([each.name] if each.name in names else []), each.name
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    for each in Course.objects.all():
        assert client.get(f"/courses/{each.pk}/").status_code == (200 if each.name in names else 404)


def test_owner_colleague_and_stranger_of_a_condition(courses, catalogue, administrator):
    user = somebody(a_role(condition='city = "Köln"'))
    colleague = somebody(a_role(condition='city = "München"'), "Paula Roth")
    stranger = somebody(a_role(), "Max Horn")
    soldering = catalogue["Soldering"]
    for refused in (colleague, stranger):
        with pytest.raises(PermissionDenied):
            change_record(courses, soldering, {"seats": 1}, by=refused)
        with pytest.raises(PermissionDenied):
            delete_record(courses, soldering, by=refused)
        assert problem(Program(refused).get(f"courses/{soldering.pk}"), 404 if refused is colleague else 403)
    soldering.refresh_from_db()
    assert soldering.seats == 5
    change_record(courses, soldering, {"seats": 6}, by=user)
    assert Course.objects.get(pk=soldering.pk).seats == 6


def test_what_one_makes_must_fulfil_the_condition(courses, catalogue):
    user = somebody(a_role(condition="seats <= 10"))
    assert courses.may(user, Action.CREATE)
    before = Course.objects.count()
    with pytest.raises(PermissionDenied):
        create_record(courses, {"name": "Crowd", "seats": 50}, by=user)
    assert Course.objects.count() == before
    create_record(courses, {"name": "Few", "seats": 3}, by=user)
    assert Course.objects.filter(name="Few").exists()


def test_a_condition_that_no_longer_fits_grants_nothing(courses, catalogue, monkeypatch):
    user = somebody(a_role(Scope.OWN, "seats >= 12"))
    assert seen(courses, user) == ["Baking", "Weaving"]
    fields = {name: field for name, field in courses.fields.items() if name != "seats"}
    monkeypatch.setitem(courses.__dict__, "fields", fields)
    assert seen(courses, user) == []
    assert not courses.may(user, Action.READ, catalogue["Baking"])


def test_several_roles_add_up(courses, catalogue):
    user = somebody(a_role(condition='city = "Köln"'))
    give_role(user, role=a_role(condition='city = "München"').key, valid_from=None, valid_until=TODAY + DAY, by=None)
    assert seen(courses, user) == ["Baking", "Soldering", "Weaving"]


# -- roles for a time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [(0, 0, True), (-3, 3, True), (1, 3, False), (None, 0, True), (None, 5, True)],
)
def test_a_role_for_a_time_holds_on_its_days(courses, catalogue, since, until, holds):
    user = somebody(a_role())
    days = [None if each is None else TODAY + each * DAY for each in (since, until)]
    give_role(user, role=a_role(Scope.ALL).key, valid_from=days[0], valid_until=days[1], by=None)
    assert bool(seen(courses, user)) is holds


def test_a_role_ends_by_itself(courses, catalogue):
    user = somebody(a_role())
    holding = give_role(user, role=a_role(Scope.ALL).key, valid_from=None, valid_until=TODAY, by=None)
    assert len(seen(courses, user)) == 4
    type(holding).objects.filter(pk=holding.pk).update(valid_until=TODAY - DAY)
    assert seen(courses, user) == []
    assert not fresh(user).access.roles[1:]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ((TODAY, TODAY - DAY), "ends_on"),
        ((TODAY - 9 * DAY, TODAY - DAY), "ends_on"),
        ((TODAY, None), "ends_on"),
        ((TODAY, TODAY + 400 * DAY), "ends_on"),
    ],
)
def test_days_that_make_no_sense_are_refused(days, field, administrator):
    user = a_user()
    with pytest.raises(ValidationError) as refused:
        give_role(user, role="reader", valid_from=days[0], valid_until=days[1], by=administrator)
    assert field in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        name_deputy(user, deputy=administrator, starts_on=days[0], ends_on=days[1], by=user)
    assert field in refused.value.message_dict
    assert user.holdings.count() == 1
    assert not Deputyship.objects.exists()


def test_the_last_administrator_is_not_one_for_a_time(administrator):
    other = a_user("Holger Timm", role="sales")
    holding = give_role(other, role="administrator", valid_from=None, valid_until=TODAY, by=administrator)
    assert fresh(other).access.is_administrator
    with pytest.raises(ValidationError, match="last administrator"):
        deactivate_user(administrator, by=fresh(other))
    administrator.refresh_from_db()
    assert administrator.is_active
    with pytest.raises(PermissionDenied):
        take_role(holding, by=a_user("Max Horn"))
    take_role(holding, by=administrator)
    assert not fresh(other).access.is_administrator


# -- deputies -----------------------------------------------------------------------------------------------------


def stand_in(user, deputy, *, since=0, until=7, by=None):
    return name_deputy(user, deputy=deputy, starts_on=TODAY + since * DAY, ends_on=TODAY + until * DAY, by=by or user)


def test_a_deputy_reaches_what_the_person_away_reaches(courses, catalogue):
    away = somebody(a_role(Scope.TEAM), "Svenja Kroll", team=catalogue["Weaving"].team)
    deputy, stranger = somebody(a_role(Scope.OWN), "Paula Roth"), somebody(a_role(Scope.OWN), "Max Horn")
    Course.objects.create(name="Hers", owner=away)
    Course.objects.create(name="Mine", owner=deputy)
    search.refresh(courses, Course.objects.values_list("pk", flat=True))
    assert seen(courses, deputy) == ["Mine"]
    found = stand_in(away, deputy)
    assert seen(courses, deputy) == ["Hers", "Mine", "Weaving"]
    assert seen(courses, deputy, Action.DELETE) == ["Hers", "Mine", "Weaving"]
    assert seen(courses, stranger) == []
    assert [hit.title for hit in search.find(fresh(deputy), "hers")] == ["Hers"]
    assert search.find(fresh(deputy), "riding") == []
    (standing,) = fresh(deputy).access.absent
    assert (standing.name, standing.until) == ("Svenja Kroll", found.ends_on)
    assert [item["name"] for item in Program(deputy).get("courses?sort=name").json()["items"]] == [
        "Hers", "Mine", "Weaving",
    ]  # fmt: skip
    end_deputyship(found, by=away)
    assert seen(courses, deputy) == ["Mine"]


def test_me_is_the_person_away_in_the_conditions_of_their_roles(courses, catalogue):
    away = somebody(a_role(condition="owner = me or team = me.team"), team=catalogue["Weaving"].team)
    deputy = somebody(a_role(), "Paula Roth")
    Course.objects.create(name="Hers", owner=away)
    Course.objects.create(name="Not hers", owner=deputy)
    stand_in(away, deputy)
    assert seen(courses, deputy) == ["Hers", "Weaving"]
    hers = Course.objects.get(name="Hers")
    assert courses.may(fresh(deputy), Action.CHANGE, hers)
    assert not courses.may(fresh(deputy), Action.CHANGE, Course.objects.get(name="Not hers"))


def test_what_a_deputy_does_is_their_own_act_for_somebody(courses, catalogue):
    away, deputy = somebody(a_role(Scope.OWN)), somebody(a_role(Scope.OWN), "Paula Roth")
    hers = Course.objects.create(name="Hers", owner=away)
    mine = Course.objects.create(name="Mine", owner=deputy)
    stand_in(away, deputy)
    change_record(courses, hers, {"seats": 3}, by=fresh(deputy))
    event = OutboxEvent.objects.order_by("-id").first()
    assert (event.payload["by_id"], event.payload["for_id"]) == (str(deputy.pk), str(away.pk))
    opened = ChangeSet.objects.order_by("-id").first()
    assert (opened.by_id, opened.deputy_for) == (deputy.pk, away.pk)
    change_record(courses, mine, {"seats": 3}, by=fresh(deputy))
    assert OutboxEvent.objects.order_by("-id").first().payload["for_id"] == ""


@pytest.mark.parametrize(("since", "until", "holds"), [(0, 0, True), (1, 2, False), (-3, 0, True)])
def test_a_deputy_stands_in_on_the_days_alone(courses, catalogue, since, until, holds):
    away, deputy = somebody(a_role(Scope.ALL)), somebody(a_role(), "Paula Roth")
    stand_in(away, deputy, since=since, until=until)
    assert bool(seen(courses, deputy)) is holds
    Deputyship.objects.update(starts_on=TODAY - 9 * DAY, ends_on=TODAY - DAY)
    assert seen(courses, deputy) == []


def test_nobody_administers_for_somebody_and_deputies_form_no_chain(courses, catalogue, administrator):
    deputy, further = somebody(a_role(), "Paula Roth"), somebody(a_role(), "Max Horn")
    stand_in(administrator, deputy)
    stand_in(deputy, further)
    assert len(seen(courses, deputy)) == 4
    assert not fresh(deputy).access.is_administrator
    assert seen(courses, further) == []


def test_whoever_is_deactivated_has_no_deputy(courses, catalogue, administrator):
    away, deputy = somebody(a_role(Scope.ALL)), somebody(a_role(), "Paula Roth")
    stand_in(away, deputy)
    deactivate_user(away, by=administrator)
    assert seen(courses, deputy) == []


def test_only_they_themselves_and_administrators_name_deputies(administrator):
    away, deputy, stranger = a_user("Svenja Kroll"), a_user("Paula Roth"), a_user("Max Horn")
    for refused in (deputy, stranger):
        with pytest.raises(PermissionDenied):
            stand_in(away, deputy, by=refused)
    assert not Deputyship.objects.exists()
    with pytest.raises(ValidationError, match="themselves"):
        stand_in(away, away)
    found = stand_in(away, deputy, by=administrator)
    with pytest.raises(ValidationError, match="already"):
        stand_in(away, deputy, since=5, until=9)
    with pytest.raises(PermissionDenied):
        end_deputyship(found, by=deputy)
    assert Deputyship.objects.count() == 1


def test_everything_about_somebodys_rights_is_one_statement(courses):
    away = somebody(a_role(Scope.TEAM), team=a_team())
    deputy = somebody(a_role(condition="seats > 3"), "Paula Roth")
    join_team(a_team(), user=deputy, is_lead=False, by=None)
    stand_in(away, deputy)
    with CaptureQueriesContext(connection) as queries:
        user = fresh(deputy)
        courses.visible_to(user)
        user.access.is_administrator  # noqa: B018 - asked for its queries
    assert len(queries) == 1
