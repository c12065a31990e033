import pytest

from kundig.records.ledger.models import ChangeSet, LedgerRow, LedgerTable
from tests.accounts.factories import an_administrator


@pytest.fixture
def jana(db):
    """Jana Brandt administers."""
    return an_administrator()


@pytest.fixture
def ledger(db):
    """Rows of the ledger as tuples, oldest first: `ledger(record)`, `ledger(change_set=…)`."""

    def rows(record=None, **conditions):
        found = LedgerRow.objects.order_by("seq").filter(**conditions)
        if record is not None:
            found = found.filter(record=record.pk)
        return [(row.op, row.before, row.after) for row in found]

    return rows


@pytest.fixture
def last_set(db):
    """The change set of a record's last row."""

    def of(record):
        row = LedgerRow.objects.filter(record=record.pk).order_by("-seq").first()
        return ChangeSet.objects.get(pk=row.change_set)

    return of


@pytest.fixture
def table_of(db):
    def name(row):
        return LedgerTable.objects.get(pk=row.table_id).name

    return name
