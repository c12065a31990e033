import pytest

from kundig.accounts.models import User
from kundig.records.layouts.content import standard
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course


def in_english(user):
    User.objects.filter(pk=user.pk).update(language="en")
    user.language = "en"
    return user


@pytest.fixture
def jana(db):
    """Jana Brandt administers."""
    return in_english(an_administrator("Jana Brandt"))


@pytest.fixture
def timo(db):
    """Timo Beck administers, too."""
    return in_english(an_administrator("Timo Beck"))


@pytest.fixture
def svenja(db):
    """Svenja Kroll sells."""
    return in_english(a_user("Svenja Kroll"))


@pytest.fixture
def course(courses, jana):
    return Course.objects.create(name="Löten", owner=jana, seats=12, city="Berlin", content="Zwei Tage")


@pytest.fixture
def content(courses):
    """The page of courses as it is by itself, ready to be changed."""
    return standard(courses).as_json()


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        return client

    return sign_in


def block_of(content, key):
    """The section or panel of that key in a layout."""
    blocks = [block for place in content["places"].values() for block in place]
    return next(block for block in blocks if key in (block.get("section"), block.get("panel")))
