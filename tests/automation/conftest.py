import pytest
from django.utils import translation

from kundig.accounts.models import Company
from kundig.accounts.queries import forget_company
from kundig.automation.queries import forget_rules
from tests.accounts.factories import an_administrator
from tests.people import svenja  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def _english():
    """Sentences are asserted in the source language; nothing is kept over tests."""
    forget_rules()
    forget_company()
    with translation.override("en"):
        yield
    forget_rules()


@pytest.fixture(autouse=True)
def _english_house(db):
    Company.objects.create(name="Wendeler", language="en")


@pytest.fixture
def jana(db):
    """Jana Brandt administers."""
    return an_administrator()
