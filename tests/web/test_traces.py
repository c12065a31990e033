"""The page of a customer does not ask for what is not there, and shows all that is."""

import uuid

import pytest
from django.db import connection
from django.utils import timezone

from kundig.accounts.models import User
from kundig.catalog.models import Product
from kundig.parties.models import ExternalKey, Party
from kundig.platform.models import StoredFile
from kundig.records import registry, traces
from kundig.records.actions import create_record
from kundig.records.attachments.models import Attachment
from kundig.records.panels import panels_for
from kundig.timeline.actions import give_task, make_promise, rest, set_own_rhythms, set_parties
from kundig.timeline.enums import Unit
from kundig.timeline.models import Handover
from kundig.timeline.rules.rhythm import Rhythm
from tests.accounts.factories import an_administrator
from tests.parties.factories import an_organisation, ohlendorf, steinbrueck
from tests.web.test_every_address import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def jana():
    return User.objects.with_access(an_administrator().pk)


def fill(firm, jana):
    """Everything that leads to a customer, where there is a choice by the longer way."""
    katrin = ohlendorf(by=jana, organisation=firm.pk)
    other = an_organisation(by=jana, name="Other", parent=firm.pk)
    today = timezone.localdate()
    set_own_rhythms(firm, [Rhythm("", 1, Unit.WEEK)], by=jana)
    rest(firm, until=None, reason="They move", by=jana)
    make_promise(katrin, text="A sample", side="we", by=jana)
    give_task(title="Call them", party=other, parties=[firm], due_on=today, by=jana)
    values = {"title": "Visit", "party": other.pk, "starts_at": timezone.now()}
    set_parties(create_record(registry.get("appointments"), values, by=jana), [firm], by=jana)
    handed = {"giver": jana, "taker": an_administrator("Max Horn"), "batch": uuid.uuid4(), "begins_on": today}
    Handover.objects.create(party=firm, reason="owner", **handed)
    ExternalKey.objects.create(party=firm, system="ERP", key="4711")
    file = StoredFile.objects.create(name="plan.txt", content_type="text/plain", size=1, sha256="0" * 64)
    Attachment.objects.create(object="organisations", record_id=firm.pk, file=file)
    Product.objects.create(name="Pump", number="P-1", supplier_id=firm.pk)


@pytest.mark.parametrize("is_full", [True, False])
def test_a_page_shows_each_panel_as_it_is_alone(jana, is_full):
    firm = steinbrueck(by=jana)
    if is_full:
        fill(firm, jana)
    client = browser(jana)
    page = client.get(f"/organisations/{firm.pk}/").content.decode()
    for panel in panels_for(registry.get("organisations")):
        if panel.lazy:
            continue
        alone = client.get(f"/organisations/{firm.pk}/panels/{panel.key}/").content.decode().split("<hx-partial")[0]
        if panel.key == "timeline":  # above the list stands the minute of now
            alone = alone[alone.index('<div id="timeline"') :]
        assert alone in page, panel.key
    for shown in ("They move", "A sample", "Call them", "Visit", "Max Horn", "Other", "ERP", "plan.txt", "Pump"):
        assert (shown in page) is is_full, shown


def test_each_trace_is_found_by_an_index():
    statement = traces._statement(traces._registered[Party])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", {"record": uuid.uuid4(), "name": "organisations"})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    assert plan.count("Index Cond") >= len(traces._registered[Party])
