import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kundig.platform.formats import current_formats
from kundig.records.actions import create_record
from kundig.records.bulk.selection import Selection
from kundig.records.exports.files import Form
from kundig.records.exports.running import PAGE, asked, make
from kundig.records.imports import uploads
from kundig.records.roundtrips.running import compare, perform
from tests.accounts.factories import a_user
from tests.records.roundtrips.spreadsheet import Workbook

FIELDS = "name level seats hours price price_currency starts_on booking_opens_at is_online tags city country owner"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def exported():
    """Exports a table to be edited, as a workbook that a program has opened."""

    def do(description, by, *, fields=FIELDS, **params):
        selection = Selection(params={name: [value] for name, value in params.items()})
        question = asked(description, by, current_formats(), selection=selection, names=fields.split(), form=Form.EDIT)
        target = io.BytesIO()
        make(question, target, via=PAGE)
        return Workbook(target.getvalue())

    return do


@pytest.fixture
def brought_back():
    """Brings a workbook back as far as the comparison, and answers its run."""

    def do(description, by, workbook, *, name="Courses.xlsx"):
        content = workbook if isinstance(workbook, bytes) else workbook.saved()
        run = uploads.receive(SimpleUploadedFile(name, content), description, by=by)
        return compare(run, by=by)

    return do


@pytest.fixture
def taken():
    """Takes a compared file in."""

    def do(run, by):
        return perform(run, by=by)

    return do


@pytest.fixture
def boss(db):
    return a_user("Petra Boss", role="administrator")


@pytest.fixture
def two(courses, boss):
    return [
        create_record(courses, {"name": name, "seats": seats, **values}, by=boss)
        for name, seats, values in (
            ("Soldering", 8, {"price": Decimal("129.50"), "price_currency": "EUR", "city": "Köln", "country": "DE"}),
            ("Weaving", 12, {"starts_on": dt.date(2026, 4, 3), "tags": ["new", "loud"], "city": "Bonn"}),
        )
    ]
