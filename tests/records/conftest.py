import pytest

from kundig.records import registry
from tests.people import english  # noqa: F401 - fixtures
from tests.records.toy.objects import CourseDescription


@pytest.fixture
def courses():
    """The description of the toy object, known to every surface during the test."""
    registry.register(CourseDescription)
    yield registry.get("courses")
    registry.unregister("courses")
