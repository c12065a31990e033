"""Fixtures of many domains: the people of Wendeler and a customer of theirs. A conftest imports what it needs."""

import pytest
from django.utils import translation

from kundig.accounts.models import Company, User
from kundig.accounts.queries import forget_company
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import ohlendorf, steinbrueck


@pytest.fixture(autouse=True)
def english():
    """Sentences are asserted in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def house(db):
    """Wendeler, in Munich."""
    forget_company()
    yield Company.objects.create(name="Wendeler", language="en", timezone="Europe/Berlin")
    forget_company()


@pytest.fixture
def jana(db):
    """Jana Brandt administers."""
    return User.objects.with_access(an_administrator().pk)


@pytest.fixture
def svenja(db):
    """Svenja Kroll sells."""
    return a_user("Svenja Kroll", role="sales")


@pytest.fixture
def dairy(svenja):
    """Svenja's dairy in Munich."""
    return steinbrueck(by=svenja)


@pytest.fixture
def katrin(svenja, dairy):
    """Dr. Katrin Ohlendorf of that dairy."""
    return ohlendorf(by=svenja, organisation=dairy)
