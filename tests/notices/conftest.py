import pytest
from django.utils import translation

from kundig.accounts.models import Company, User
from kundig.accounts.queries import forget_company
from tests.accounts.factories import a_user
from tests.people import jana  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def _english(db):
    """Words are asserted in the source language."""
    forget_company()
    Company.objects.create(name="Wendeler", language="en", timezone="Europe/Berlin")
    with translation.override("en"):
        yield


@pytest.fixture
def svenja(db):
    """Svenja Kroll sells, and is told things."""
    return User.objects.with_access(a_user("Svenja Kroll", role="sales").pk)
