import pytest
from django.utils import translation

from kundig.accounts.models import Company
from kundig.accounts.queries import forget_company
from tests.accounts.factories import an_administrator
from tests.listening import a_listener
from tests.people import svenja  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def _english():
    """Sentences are asserted in the source language."""
    forget_company()
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _english_house(db):
    Company.objects.create(name="Wendeler", language="en")


@pytest.fixture
def jana(db):
    """Jana Brandt administers."""
    return an_administrator()


@pytest.fixture
def listener(settings):
    settings.PRIVATE_ADDRESSES = True
    with a_listener() as found:
        yield found
