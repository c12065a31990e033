from pathlib import Path

import pytest

from kundig.accounts.models import Company
from kundig.accounts.queries import forget_company
from tests.parties.actions.importing.conftest import imported  # noqa: F401 - a fixture
from tests.people import english  # noqa: F401 - fixtures

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
WITH_DATA = pytest.mark.skipif(
    not (DATA / "northwind").is_dir(), reason=f"the real lists are not at {DATA}; the rules are tested on small ones"
)


@pytest.fixture
def house_of_ours(db):
    forget_company()
    yield Company.objects.create(name="Wendeler", language="en", timezone="Europe/Berlin")
    forget_company()
