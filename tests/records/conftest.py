import pytest

from kundig.accounts.enums import Scope
from kundig.records import registry
from tests.accounts.factories import a_team
from tests.parties.factories import a_scoped_user
from tests.people import english  # noqa: F401 - fixtures
from tests.records.toy.objects import CourseDescription


@pytest.fixture
def courses():
    """The description of the toy object, known to every surface during the test."""
    registry.register(CourseDescription)
    yield registry.get("courses")
    registry.unregister("courses")


@pytest.fixture
def people():
    """Owner, colleague and stranger, and somebody who sees everything."""
    team = a_team()
    return [
        a_scoped_user("Svenja Kroll", Scope.OWN, team=team),
        a_scoped_user("Paula Roth", Scope.TEAM, team=team),
        a_scoped_user("Max Horn", Scope.OWN),
        a_scoped_user("Ruth Amann", Scope.ALL),
    ]
