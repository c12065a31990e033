"""Files of bookings for programs."""

import pytest
from django.utils import timezone

from kundig.accounts.actions import create_token, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.orders import actions
from kundig.orders.models import InvoiceSettings
from kundig.platform import files
from tests.accounts.factories import a_user
from tests.records.rest.conftest import Program, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(invoice, jana, settings, tmp_path):
    settings.DATA = tmp_path
    InvoiceSettings.objects.create(consultant=1001, client=7)
    today = timezone.localdate()
    return actions.export_bookings(since=today, until=today, by=jana)


def test_program_lists_reads_and_downloads_files_of_bookings(batch, jana):
    program = Program(jana)
    told = program.get("booking-batches").json()
    (item,) = told["items"]
    assert (item["id"], item["entries"], item["by"]["title"], told["next"]) == (str(batch.pk), 1, jana.name, None)
    assert program.get(f"booking-batches/{batch.pk}").json() == item
    file = program.get(f"booking-batches/{batch.pk}/file")
    assert file.content == files.path_of(batch.file).read_bytes()
    assert (item["size"], item["name"] in file["Content-Disposition"]) == (len(file.content), True)
    actions.take_bookings_back(batch, by=jana)
    assert program.get(f"booking-batches/{batch.pk}").json()["taken_back_at"]


def test_files_come_page_by_page_newest_first(batch, jana):
    today = timezone.localdate()
    later = actions.export_bookings(since=today, until=today, by=jana, is_again=True)
    program = Program(jana)
    first = program.get("booking-batches?limit=1").json()
    assert ([each["id"] for each in first["items"]], first["next"]) == ([str(later.pk)], str(later.pk))
    second = program.get(f"booking-batches?limit=1&after={first['next']}").json()
    assert ([each["id"] for each in second["items"]], second["next"]) == ([str(batch.pk)], None)
    assert program.get("booking-batches?limit=1001").json()["errors"]["limit"] == [
        "“1001” is not a number from 1 to 1000."
    ]
    for wrong in ("limit=0", "limit=x", "after=x", "since=2026-01-01"):
        problem(program.get(f"booking-batches?{wrong}"), 422)


def test_files_of_bookings_are_for_who_made_them_or_administers(batch, svenja):
    set_grants(svenja.roles.get(), scopes={("invoices", Action.EXPORT): Scope.ALL}, by=None)
    colleague = Program(User.objects.with_access(svenja.pk))
    assert colleague.get("booking-batches").json()["items"] == []
    stranger = Program(a_user("Leo Lang", role="reader"))
    narrow = Program(token=create_token(batch.by, name="x", by=None, scopes=["read:persons"]))
    for program, status in ((colleague, 404), (stranger, 403), (narrow, 403)):
        for address in (f"booking-batches/{batch.pk}", f"booking-batches/{batch.pk}/file"):
            problem(program.get(address), status)
    problem(Program().get("booking-batches"), 401)
    problem(Program(batch.by).get("booking-batches/x"), 404)
    problem(Program(batch.by).post("booking-batches", {}), 405)
