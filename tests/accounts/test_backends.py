import pytest

from kundig.accounts.actions import deactivate_user, join_team
from kundig.accounts.backends import AccessBackend
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from tests.accounts.factories import PASSWORD, a_team, a_user, an_administrator

pytestmark = pytest.mark.django_db


def test_get_user_brings_teams_and_grants_in_one_statement(django_assert_num_queries):
    team, other = a_team("Süd"), a_team("Nord")
    user = a_user(team=team)
    join_team(other, user=user, is_lead=True, by=None)
    with django_assert_num_queries(1):
        found = AccessBackend().get_user(user.pk)
        assert found == user
        assert found.access.team_ids == (team.pk, other.pk)
        assert found.access.scope("organisations", Action.READ) is Scope.ALL
        assert found.access.scope("organisations", Action.DELETE) is Scope.OWN
        assert not found.access.is_administrator


def test_get_user_has_every_column_of_the_user():
    user = a_user()
    fresh = User.objects.get(pk=user.pk)
    found = AccessBackend().get_user(user.pk)
    names = [field.attname for field in User._meta.concrete_fields]
    assert {name: getattr(found, name) for name in names} == {name: getattr(fresh, name) for name in names}
    assert not found._state.adding


def test_get_user_deactivated_is_nobody():
    user = a_user()
    deactivate_user(user, by=None) if an_administrator() else None
    assert AccessBackend().get_user(user.pk) is None


def test_authenticate_takes_any_case_of_the_address(rf):
    user = a_user(email="svenja.kroll@wendeler.example")
    backend = AccessBackend()
    assert backend.authenticate(rf.post("/"), email="Svenja.Kroll@Wendeler.example", password=PASSWORD) == user
    assert backend.authenticate(rf.post("/"), email="svenja.kroll@wendeler.example", password="falsch") is None
    assert backend.authenticate(rf.post("/"), email="niemand@wendeler.example", password=PASSWORD) is None


def test_page_of_someone_signed_in_needs_one_statement(client, django_assert_num_queries):
    """Session and user together; nothing else before the page's own."""
    client.force_login(a_user())
    client.get("/sign-out/")  # the company's settings are kept now
    with django_assert_num_queries(1):
        assert client.get("/sign-out/").status_code == 200
