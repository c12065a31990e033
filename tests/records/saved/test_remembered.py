"""What is remembered of views and arrangements, and when it is forgotten."""

import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kundig.accounts.models import User
from kundig.records import layouts
from kundig.records.custom import loading
from kundig.records.custom.models import FieldsVersion
from kundig.records.saved import remembered
from kundig.records.saved.actions import KEPT, delete_view, save_view
from kundig.records.saved.arranging import arrange, layout
from tests.accounts.factories import a_user, an_administrator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("courses")]
STATE = {**dict.fromkeys(KEPT, ""), "columns": [], "settings": {}}


@pytest.fixture
def svenja():
    return User.objects.with_access(a_user("Svenja Kroll", role="administrator").pk)


def names(user, courses):
    return [view.name for view in remembered.seen_by(user, courses).views]


def test_views_are_read_once(svenja, courses):
    save_view(courses, STATE, name="Mine", by=svenja)
    assert names(svenja, courses) == ["Mine"]
    with CaptureQueriesContext(connection) as captured:
        assert names(svenja, courses) == ["Mine"]
    assert len(captured) == 0


def test_a_change_is_seen_at_once(svenja, courses):
    assert names(svenja, courses) == []
    view = save_view(courses, STATE, name="Mine", by=svenja)
    assert names(svenja, courses) == ["Mine"]
    arrange(svenja, courses, view, columns=[{"name": "city", "width": 200}])
    shown = layout(svenja, courses, view, remembered.seen_by(svenja, courses).arrangements)
    assert [(column.field.name, column.width) for column in shown.columns] == [("city", 200)]
    delete_view(view, by=svenja)
    assert names(svenja, courses) == []


def test_nobody_gets_what_was_remembered_for_another(svenja, courses):
    other = User.objects.with_access(an_administrator().pk)
    save_view(courses, STATE, name="Mine", by=svenja)
    assert (names(svenja, courses), names(other, courses)) == (["Mine"], [])


def test_a_change_of_another_process_is_seen_at_the_next_look(svenja, courses):
    view = save_view(courses, STATE, name="Mine", by=svenja)
    loading.ensure_current(now=1000.0)
    assert names(svenja, courses) == ["Mine"]
    type(view).objects.filter(pk=view.pk).update(name="Renamed elsewhere")
    FieldsVersion.objects.filter(pk=FieldsVersion.OF_VIEWS).update(version=uuid.uuid4())
    assert names(svenja, courses) == ["Mine"]
    loading.ensure_current(now=1001.0)
    assert names(svenja, courses) == ["Renamed elsewhere"]


def test_what_a_transaction_takes_back_is_not_remembered(svenja, courses):
    with transaction.atomic():
        save_view(courses, STATE, name="Never", by=svenja)
        assert names(svenja, courses) == ["Never"]
        transaction.set_rollback(True)
    assert names(svenja, courses) == []


def test_the_layout_of_a_page_is_read_once(svenja, courses):
    before = layouts.layout_for(courses, svenja)
    with CaptureQueriesContext(connection) as captured:
        assert layouts.layout_for(courses, svenja) == before
    assert len(captured) == 0
    remembered.forget()
    with CaptureQueriesContext(connection) as captured:
        layouts.layout_for(courses, svenja)
    assert len(captured) == 1
