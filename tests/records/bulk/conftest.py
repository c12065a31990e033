import pytest

from kundig.accounts.actions import add_role, set_grants
from kundig.accounts.actions.roles import find_role
from kundig.accounts.enums import Action, Scope
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course


@pytest.fixture
def administrator(db):
    return an_administrator()


@pytest.fixture
def owner(db):
    """Changes, deletes and works in bulk on own courses only, and reads all."""
    role = add_role(name="Own bulk", like=find_role("reader"), by=None)
    actions = (Action.CHANGE, Action.DELETE, Action.EXPORT, Action.BULK)
    set_grants(role, scopes={("*", action): Scope.OWN for action in actions}, by=None)
    return a_user("Ole Lund", role=role.key)


@pytest.fixture
def reader(db):
    return a_user("Paula Roth", role="reader")


def some_courses(number, **values):
    return Course.objects.bulk_create(Course(name=f"Kurs {place:05}", **values) for place in range(number))
