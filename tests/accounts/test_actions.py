from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from kundig.accounts.actions import (
    activate_user,
    add_role,
    add_user,
    assign_role,
    change_company,
    change_user,
    create_team,
    create_token,
    deactivate_user,
    delete_role,
    delete_team,
    ensure_roles,
    join_team,
    leave_team,
    make_password_link,
    note_token_use,
    rename_team,
    revoke_token,
    set_grants,
)
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole, ApiToken, Company, Grant, Team, User
from kundig.accounts.queries import company, forget_company, user_for_token
from tests.accounts.factories import PASSWORD, a_team, a_user, an_administrator

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_add_user_keeps_the_address_in_lower_case_and_hashes_the_password():
    user = add_user(
        email=" Svenja.Kroll@Wendeler.Example ", name=" Svenja Kroll ", password=PASSWORD, role="sales", by=None
    )
    assert (user.email, user.name) == ("svenja.kroll@wendeler.example", "Svenja Kroll")
    assert user.check_password(PASSWORD)
    assert [role.key for role in user.roles.all()] == ["sales"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "svenja@wendeler.example"}, "email"),
        ({"email": "SVENJA@wendeler.example"}, "email"),
        ({"email": "keine Adresse"}, "email"),
        ({"email": "a" * 250 + "@wendeler.example"}, "email"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"password": "kurz"}, "password"),
        ({"password": "passwort123"}, "password"),
        ({"password": "holgertimm"}, "password"),
        ({"role": "koenig"}, "role"),
    ],
)
def test_add_user_says_at_the_field_what_is_wrong(change, field):
    a_user(email="svenja@wendeler.example")
    values = {"email": "holger@wendeler.example", "name": "Holger Timm", "password": PASSWORD, "role": "sales"}
    with pytest.raises(ValidationError) as refused:
        add_user(**{**values, **change}, by=None)
    assert list(refused.value.message_dict) == [field]
    assert User.objects.count() == 1


def test_add_user_by_colleague_is_refused():
    colleague = a_user(role="sales")
    with pytest.raises(PermissionDenied):
        add_user(email="x@wendeler.example", name="X", password=PASSWORD, role="administrator", by=colleague)
    assert User.objects.count() == 1


def test_assign_role_by_oneself_is_refused():
    colleague = a_user(role="sales")
    with pytest.raises(PermissionDenied):
        assign_role(colleague, role="administrator", by=colleague)
    assert not fresh(colleague).access.is_administrator


def test_last_administrator_stays():
    jana = an_administrator()
    ways = (
        lambda: deactivate_user(jana, by=jana),
        lambda: assign_role(jana, role="reader", by=jana),
        lambda: change_user(jana, email=jana.email, name=jana.name, role="sales", teams=[], by=jana),
    )
    for way in ways:
        with pytest.raises(ValidationError) as refused:
            way()
        assert refused.value.code == "last_administrator"
        assert fresh(jana).is_active
        assert fresh(jana).access.is_administrator


def test_last_administrator_may_go_once_there_is_another():
    jana, ruth = an_administrator(), an_administrator("Ruth Amann")
    deactivate_user(jana, by=ruth)
    assert not fresh(jana).is_active
    with pytest.raises(ValidationError):
        deactivate_user(ruth, by=ruth)
    activate_user(jana, by=ruth)
    deactivate_user(ruth, by=ruth)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_leave_one():
    jana, ruth = an_administrator(), an_administrator("Ruth Amann")
    start = Barrier(2)
    assert jana.access.is_administrator and ruth.access.is_administrator  # both were, when they pressed the button

    def remove(whom: User, by: User) -> None:
        start.wait()
        with suppress(ValidationError, PermissionDenied):
            deactivate_user(whom, by=by)
        connection.close()

    threads = [Thread(target=remove, args=pair) for pair in ((jana, ruth), (ruth, jana))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.active().count() == 1


def test_change_user_keeps_who_leads_a_team():
    sued, nord = a_team("Süd"), a_team("Nord")
    user, jana = a_user(team=nord), an_administrator()
    join_team(sued, user=user, is_lead=True, by=jana)
    change_user(user, email="neu@wendeler.example", name="Svenja Timm", role="service", teams=[sued], by=jana)
    user = fresh(user)
    assert (user.email, user.name) == ("neu@wendeler.example", "Svenja Timm")
    assert [(m.team, m.is_lead) for m in user.memberships.all()] == [(sued, True)]
    assert [role.key for role in user.roles.all()] == ["service"]


def test_teams_are_named_once_and_go_without_their_people():
    jana = an_administrator()
    team = create_team(name="Süd", by=jana)
    with pytest.raises(ValidationError) as refused:
        create_team(name=" süd ", by=jana)
    assert list(refused.value.message_dict) == ["name"]
    user = a_user(team=team)
    rename_team(team, name="Südwest", by=jana)
    leave_team(team, user=user, by=jana)
    assert not user.memberships.exists()
    delete_team(team, by=jana)
    assert not Team.objects.exists()
    assert fresh(user).is_active


def test_ensure_roles_keeps_what_was_changed():
    ensure_roles()
    sales = AccessRole.objects.get(key="sales")
    set_grants(sales, scopes={("*", Action.EXPORT): Scope.NONE}, by=None)
    ensure_roles()
    assert sales.grants.get(action=Action.EXPORT).scope == Scope.NONE
    assert AccessRole.objects.count() == 5


def test_set_grants_reaches_those_who_have_the_role():
    user, jana = a_user(role="reader"), an_administrator()
    role = AccessRole.objects.get(key="reader")
    set_grants(role, scopes={("persons", Action.CHANGE): Scope.TEAM, ("persons", Action.READ): Scope.OWN}, by=jana)
    assert fresh(user).access.scope("persons", Action.CHANGE) is Scope.TEAM
    assert fresh(user).access.scope("persons", Action.READ) is Scope.OWN
    assert fresh(user).access.scope("organisations", Action.READ) is Scope.ALL
    set_grants(role, scopes={("persons", Action.READ): None}, by=jana)
    assert fresh(user).access.scope("persons", Action.READ) is Scope.ALL


def test_set_grants_never_touches_the_administrator_nor_makes_one():
    jana = an_administrator()
    with pytest.raises(ValidationError):
        set_grants(AccessRole.objects.get(key="administrator"), scopes={("*", Action.READ): Scope.NONE}, by=jana)
    with pytest.raises(ValidationError):
        set_grants(AccessRole.objects.get(key="sales"), scopes={("*", Action.ADMINISTER): Scope.ALL}, by=jana)
    assert Grant.objects.filter(action=Action.ADMINISTER, scope=Scope.ALL).count() == 1


def test_add_role_copies_all_but_the_right_to_administer():
    jana = an_administrator()
    role = add_role(name="Innendienst", like=AccessRole.objects.get(key="administrator"), by=jana)
    user = a_user(role=role.key)
    assert user.access.scope("organisations", Action.DELETE) is Scope.ALL
    assert not user.access.is_administrator
    assert add_role(name="Innendienst", like=role, by=jana).key == "innendienst-2"


def test_delete_role_only_ones_own_that_nobody_has():
    jana = an_administrator()
    role = add_role(name="Leitung", like=AccessRole.objects.get(key="sales"), by=jana)
    user = a_user(role="leitung")
    for refused in (role, AccessRole.objects.get(key="sales")):
        with pytest.raises(ValidationError):
            delete_role(refused, by=jana)
    assign_role(user, role="sales", by=jana)
    delete_role(role, by=jana)
    assert not AccessRole.objects.filter(key="leitung").exists()


def test_create_token_is_known_once_and_only_by_its_hash():
    user = a_user()
    text = create_token(user, name="Webshop", by=user)
    token = ApiToken.objects.get()
    assert text.startswith("kundig_")
    assert text.startswith(token.start)
    assert text not in str(ApiToken.objects.values().get())
    assert (token.created_by, token.last_used_on) == (user, None)


def test_user_for_token_brings_access_in_one_statement(django_assert_num_queries):
    user = a_user(team=a_team())
    text = create_token(user, name="Webshop", by=None)
    team_ids = user.access.team_ids
    with django_assert_num_queries(1):
        found = user_for_token(text)
        assert found == user
        assert found.access.scope("persons", Action.READ) is Scope.ALL
        assert found.access.team_ids == team_ids


def test_user_for_token_revoked_wrong_or_of_someone_gone_is_nobody():
    jana, user = an_administrator(), a_user()
    text, other = create_token(user, name="Webshop", by=user), create_token(user, name="Telefonanlage", by=jana)
    assert user_for_token("kundig_falsch") is None
    assert user_for_token("") is None
    revoke_token(ApiToken.objects.get(name="Webshop"), by=user)
    assert user_for_token(text) is None
    deactivate_user(user, by=jana)
    assert user_for_token(other) is None


def test_note_token_use_writes_at_most_once_a_day(django_assert_num_queries):
    create_token(a_user(), name="Webshop", by=None)
    token = ApiToken.objects.get()
    note_token_use(token.pk)
    assert ApiToken.objects.get().last_used_on == timezone.localdate()
    ApiToken.objects.update(last_used_on=timezone.localdate() - timedelta(days=1))
    note_token_use(token.pk)
    assert ApiToken.objects.get().last_used_on == timezone.localdate()
    ApiToken.objects.update(last_used_on=date(2999, 1, 1))
    note_token_use(token.pk)
    assert ApiToken.objects.get().last_used_on == date(2999, 1, 1)


def test_tokens_are_the_business_of_their_owner_and_of_administrators():
    """Owner, colleague, stranger."""
    owner, colleague, jana = a_user(), a_user("Holger Timm"), an_administrator()
    create_token(owner, name="Webshop", by=owner)
    token = ApiToken.objects.get()
    with pytest.raises(PermissionDenied):
        create_token(owner, name="Fremd", by=colleague)
    with pytest.raises(PermissionDenied):
        revoke_token(token, by=colleague)
    assert ApiToken.objects.filter(revoked_at=None).count() == 1
    revoke_token(token, by=jana)
    assert ApiToken.objects.filter(revoked_at=None).count() == 0


def test_make_password_link_is_for_administrators():
    user, colleague = a_user(), a_user("Holger Timm")
    with pytest.raises(PermissionDenied):
        make_password_link(user, by=colleague)
    assert make_password_link(user, by=an_administrator()).startswith("/password/")


def test_change_company_brings_currency_and_time_zone_of_the_country():
    change_company(name="Wendeler AG", country="CH", language="de", by=an_administrator())
    forget_company()
    assert (company().name, company().currency, company().timezone) == ("Wendeler AG", "CHF", "Europe/Zurich")
    change_company(name="Wendeler GmbH", country="AT", language="en", by=None)
    assert (company().currency, company().timezone) == ("EUR", "Europe/Vienna")
    assert Company.objects.count() == 1


def test_change_company_without_name_changes_nothing():
    change_company(name="Wendeler", country="DE", language="de", by=None)
    with pytest.raises(ValidationError) as refused:
        change_company(name=" ", country="XX", language="de", by=None)
    assert set(refused.value.message_dict) >= {"name", "country"}
    assert Company.objects.get().name == "Wendeler"


@pytest.mark.parametrize("currency", ["<b>", "a\x00b", "EURO", "XXX"])
def test_change_company_knows_its_currencies(currency):
    with pytest.raises(ValidationError) as refused:
        change_company(name="Wendeler", country="DE", language="de", currency=currency, by=None)
    assert "currency" in refused.value.message_dict
