"""A SAML provider, and somebody who comes with it."""

import sys

import pytest
from django.core.cache import cache
from django.utils import translation

from kundig.accounts.queries import forget_rules
from tests.accounts.factories import a_user
from tests.accounts.saml.provider import Provider
from tests.accounts.saml.steps import make


@pytest.fixture(autouse=True)
def _nothing_remembered_and_in_german(settings, monkeypatch):
    house_keys = sys.modules["kundig.accounts.actions.house_keys"]  # a function goes by that name, too
    monkeypatch.setattr(house_keys, "BITS", 2048)  # made in a third of the time
    settings.PRIVATE_ADDRESSES = True  # the providers run on this machine
    cache.clear()
    forget_rules()
    with translation.override("de"):
        yield
    forget_rules()


@pytest.fixture
def house():
    return Provider()


@pytest.fixture
def provider(house):
    """The same as it is known here."""
    return make(house)


@pytest.fixture
def svenja():
    return a_user(email="svenja@wendeler.example")
