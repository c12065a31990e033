"""Erasing for privacy: nothing of the person is left in base, ledger, search or files; that it happened is."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from kundig.accounts.enums import Scope
from kundig.automation.handlers import run_rules
from kundig.automation.models import Run
from kundig.parties.actions import add_role
from kundig.parties.models import Address, Organisation, Person, Role
from kundig.platform import files
from kundig.platform.models import OutboxEvent, StoredFile
from kundig.records import registry, search
from kundig.records.actions import change_record, delete_record
from kundig.records.attachments.actions import attach_file
from kundig.records.attachments.models import Attachment
from kundig.records.erasure import erase_record
from kundig.records.events import RecordsChanged
from kundig.records.ledger.models import ChangeSet, LedgerRow
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import a_scoped_user, ohlendorf, steinbrueck

pytestmark = pytest.mark.django_db
SECRETS = ("Ohlendorf", "Katrin", "99998120", "k.ohlendorf", "Gasse 3", "Technik", "Bergsteigen")


@pytest.fixture
def jana(db):
    return an_administrator()


def everything(*tables):
    """All rows of these tables as one text."""
    with connection.cursor() as cursor:
        texts = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM {table} AS t")
            texts.append(cursor.fetchone()[0])
    return " ".join(texts)


TABLES = (
    "records_ledger", "parties_party", "parties_address", "parties_contactpoint", "parties_role",
    "records_searchentry", "records_attachment",
)  # fmt: skip


def picture():
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def person(jana):
    """Somebody at a dairy with address, number, role and a file; corrected, and with a role and an address deleted."""
    firm = steinbrueck(by=jana)
    person = ohlendorf(by=jana, notes="Bergsteigen", street="Gasse 3", city="Köln", organisation=firm.pk)
    former = add_role({"person": person, "party": firm, "kind": "contact", "function": "Technik"}, by=jana)
    change_record(registry.get("persons"), Person.objects.get(pk=person.pk), {"family_name": "Lindqvist"}, by=jana)
    delete_record(registry.get("roles"), Role.objects.get(pk=former.pk), by=jana)
    delete_record(registry.get("addresses"), Address.objects.get(party=person), by=jana)
    sent = SimpleUploadedFile("Ohlendorf.pdf", b"%PDF-1.4 Ohlendorf", content_type="application/pdf")
    attach_file(registry.get("persons"), person, sent, by=jana)
    return Person.objects.get(pk=person.pk)


def test_nothing_of_the_person_is_left(jana, person):
    there = everything("records_ledger", "parties_party", "parties_contactpoint", "parties_address")
    assert [secret for secret in SECRETS if secret not in there] == []
    key = person.pk
    assert erase_record(registry.get("persons"), person, by=jana) > 0
    left = everything(*TABLES)
    assert [secret for secret in (*SECRETS, "Lindqvist") if secret in left] == []
    assert not Person.objects.exists() and not Attachment.objects.exists()
    assert not search.find(jana, "ohlendorf") and not search.find(jana, "lindqvist")
    assert "Molkerei Steinbrück eG" in left  # the organisation is another matter
    happened = ChangeSet.objects.get(via="erasure")
    assert (happened.by_id, happened.title) == (jana.pk, "")
    assert LedgerRow.objects.filter(change_set=happened.pk, record=key, op="E").exists()


def test_the_rows_lie_in_partitions_and_forget_there(jana, person):
    key = person.pk

    def marked():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tableoid::regclass::text, count(*) FILTER (WHERE before::text LIKE '%%erased%%'), count(*)"
                " FROM records_ledger WHERE record = %s AND op <> 'I' GROUP BY 1", [key],
            )  # fmt: skip
            return {table: (erased, rows) for table, erased, rows in cursor.fetchall()}

    ((table, (erased, rows)),) = marked().items()
    assert (table, erased) == (f"records_ledger_{timezone.now():%Y_%m}", 0) and rows > 1
    erase_record(registry.get("persons"), person, by=jana)
    assert marked()[table][0] == rows + 1  # every one of them, and that of the deletion


@pytest.mark.django_db(transaction=True)
def test_files_go_with_their_bytes_also_a_former_picture(jana):
    person = ohlendorf(by=jana)
    stored = files.store(io.BytesIO(picture()), name="katrin.png", content_type="image/png", by_id=jana.pk)
    persons = registry.get("persons")
    change_record(persons, Person.objects.get(pk=person.pk), {"picture": stored.pk}, by=jana)
    change_record(persons, Person.objects.get(pk=person.pk), {"picture": None}, by=jana)
    attach_file(persons, person, SimpleUploadedFile("a.pdf", b"%PDF-1.4 x", content_type="application/pdf"), by=jana)
    places = [files.path_of(each) for each in StoredFile.objects.all()]
    assert len(places) >= 2 and all(place.exists() for place in places)
    erase_record(persons, Person.objects.get(pk=person.pk), by=jana)
    assert [place.exists() for place in places] == [False] * len(places)
    assert not StoredFile.objects.exists()


def test_it_cannot_be_taken_back(jana, person):
    erase_record(registry.get("persons"), person, by=jana)
    happened = ChangeSet.objects.get(via="erasure")
    result = undo(happened.pk, by=jana, overwrite=True)
    assert (result.done, Person.objects.count()) == (0, 0)
    assert {each.why.value for each in result.obstacles} <= {"erased", "owner_gone", "gone"}


def test_the_log_of_rules_forgets_what_the_record_was_called(jana, person):
    key = str(person.pk)
    from tests.automation.factories import a_rule

    rule = a_rule(by=jana)
    Run.objects.create(
        rule=rule, object="persons", record=person.pk, title="Katrin Ohlendorf", occasion="x",
        reason=[{"sentence": "Name is Ohlendorf"}], results=["Name set to Ohlendorf"],
    )  # fmt: skip
    erase_record(registry.get("persons"), person, by=jana)
    told = [event.payload for event in OutboxEvent.objects.filter(name__endswith="RecordsChanged")]
    assert [each["via"] for each in told if key in each["ids"]][-1] == "erasure"
    run_rules(RecordsChanged(object="persons", ids=(key,), by_id=str(jana.pk), via="erasure"))
    assert "Ohlendorf" not in everything("automation_run")


def test_who_may(jana, person):
    owner, stranger = a_user("Svenja Kroll"), a_scoped_user("Ines Lindqvist", Scope.OWN)
    for somebody in (owner, stranger):
        with pytest.raises(PermissionDenied):
            erase_record(registry.get("persons"), person, by=somebody)
    assert Person.objects.filter(pk=person.pk).exists() and "Ohlendorf" in everything("records_ledger")


def web(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def test_the_page_asks_for_the_name(jana, person):
    address = f"/persons/{person.pk}/erase/"
    assert f'href="{address}"' in web(jana).get(f"/persons/{person.pk}/").content.decode()
    assert web(jana).get(address).status_code == 200
    assert web(jana).post(address, {"sure": "Somebody"}).status_code == 422
    assert Person.objects.count() == 1
    sent = web(jana).post(address, {"sure": f" {person.name} "})
    assert (sent.status_code, sent["Location"], Person.objects.count()) == (302, "/persons/", 0)


def test_the_page_is_for_administrators(jana, person):
    seller = a_user("Svenja Kroll")
    assert f"/persons/{person.pk}/erase/" not in web(seller).get(f"/persons/{person.pk}/").content.decode()
    assert web(seller).get(f"/persons/{person.pk}/erase/").status_code == 403
    assert web(seller).post(f"/persons/{person.pk}/erase/", {"sure": person.name}).status_code == 403
    assert web(a_scoped_user("Ines", Scope.OWN)).get(f"/persons/{person.pk}/erase/").status_code == 404
    assert Client().post(f"/persons/{person.pk}/erase/").status_code == 302
    assert Person.objects.count() == 1


def test_an_organisation_goes_with_the_roles_of_others(jana, person):
    firm = Organisation.objects.get()
    erase_record(registry.get("organisations"), firm, by=jana)
    left = everything(*TABLES)
    assert "Milchverarbeitung" not in left and "post@steinbrueck" not in left and Person.objects.count() == 1
    assert "Steinbrück" not in everything("records_searchentry", "parties_party")
