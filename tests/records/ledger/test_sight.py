"""What the ledger holds and a reader may not know is told on none of its surfaces."""

import json
import re
from html import unescape

import pytest
from django.test import Client

from kundig.accounts.actions import change_preferences, find_role, set_field_rights, set_grants
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.models import User
from kundig.parties.actions import add_contact_point
from kundig.parties.models import Address, ContactPoint, Organisation, Person
from kundig.privacy.models import Purpose
from kundig.records import registry
from kundig.records.actions import change_record, delete_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.records.ledger.undoing import undo
from tests.accounts.factories import a_user
from tests.parties.factories import a_person, steinbrueck
from tests.records.rest.conftest import Program

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
HIDDEN, READ = FieldRight.HIDDEN, FieldRight.READ
UNSAID = re.compile("not visible to you|für Sie nicht sichtbar")


def fresh(user):
    return User.objects.with_access(user.pk)


@pytest.fixture
def svenja(jana):
    user = a_user("Svenja Kroll")
    change_preferences(user, values={"language": "en"})
    return user


def web(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def keep_back(right, *names, objects=("organisations", "persons", "households")):
    set_field_rights(find_role("sales"), rights={(o, name): right for o in objects for name in names}, by=None)


def changed(name, record, by, *, via=Via.BULK, title="Handover", **values):
    description = registry.get(name)
    with change_set(by=by, via=via, title=title) as opened:
        change_record(description, description.model.objects.get(pk=record.pk), values, by=by)
    return opened.id


def surfaces(user, made, *pages):
    """Everything that tells of a change set, as somebody gets it: by page, by question, by toast, by program."""
    browser = web(user)
    found = {page: browser.get(page).content.decode() for page in ("/changes/", f"/changes/{made}/", *pages)}
    program = Program(user)
    found["list"] = json.dumps(program.get("change-sets").json(), ensure_ascii=False)
    found["tried"] = json.dumps(program.post(f"change-sets/{made}/undo", {"try": True}).json(), ensure_ascii=False)
    asked = browser.post(f"/changes/{made}/undo/", headers=HTMX)
    found["asked"] = asked.content.decode() + asked.get("HX-Trigger", "")
    toast = browser.post(f"/undo/{made}/", headers=HTMX)
    found["toast"] = toast.content.decode() + toast.get("HX-Trigger", "")
    found["undone"] = json.dumps(program.post(f"change-sets/{made}/undo", {}).json(), ensure_ascii=False)
    return {address: unescape(content) for address, content in found.items()}


def untold(found, *secrets):
    return [(address, secret) for address, content in found.items() for secret in secrets if secret in content]


def test_hidden_fields_are_told_neither_by_name_nor_by_value(jana, svenja):
    firm = steinbrueck(by=svenja)
    made = changed("organisations", firm, jana, industry="Käse", vat_id="DE811907980")
    changed("organisations", firm, jana, vat_id="DE136695976")
    keep_back(HIDDEN, "vat_id")
    page = f"/organisations/{firm.pk}/history/"
    found = surfaces(svenja, made, page, f"/organisations/{firm.pk}/panels/changes/")
    assert untold(found, "DE811907980", "DE136695976", "vat_id", "VAT") == []
    assert "Käse" in found[page] and "One field that you may not see." in found[page]
    left = json.loads(found["tried"])["left"]
    assert left == [{"object": "organisations", "id": str(firm.pk), "field": None, "label": None, "why": "forbidden"}]
    assert Organisation.objects.get(pk=firm.pk).vat_id == "DE136695976"
    assert "DE136695976" in json.dumps(Program(jana).post(f"change-sets/{made}/undo", {"try": True}).json())
    assert web(svenja).get(f"{page}?field=vat_id").status_code == 404


def test_a_field_that_may_only_be_read_is_named(jana, svenja):
    firm = steinbrueck(by=svenja)
    made = changed("organisations", firm, jana, industry="Käse")
    keep_back(READ, "industry")
    left = Program(svenja).post(f"change-sets/{made}/undo", {}).json()["left"]
    assert [(each["field"], each["label"], each["why"]) for each in left] == [("industry", "Industry", "forbidden")]
    assert Organisation.objects.get(pk=firm.pk).industry == "Käse"


def test_fields_whose_purpose_is_off_stay_as_they_are_and_are_not_told(jana, svenja):
    person = a_person(by=svenja)
    Person.objects.filter(pk=person.pk).update(hobbies="Segelfliegen")
    with change_set(by=svenja, via=Via.IMPORT) as opened:
        Person.objects.filter(pk=person.pk).update(hobbies="Bergsteigen", notes="Neu")
    Person.objects.filter(pk=person.pk).update(hobbies="Imkerei")
    found = surfaces(svenja, opened.id, f"/persons/{person.pk}/history/")
    assert untold(found, "Segelfliegen", "Bergsteigen", "Imkerei", "obbies") == []
    assert untold(surfaces(jana, opened.id, f"/persons/{person.pk}/history/"), "Segelfliegen", "Imkerei") == []
    person.refresh_from_db()
    assert (person.hobbies, person.notes) == ("Imkerei", "")
    assert not Purpose.objects.filter(key="personal_interests", is_active=True).exists()


def test_of_records_out_of_reach_not_even_the_id_is_told(jana, svenja):
    near, far = steinbrueck(by=jana, owner=svenja.pk), steinbrueck(by=jana, name="Geheime Werke AG")
    with change_set(by=svenja, via=Via.BULK, title="Both") as opened:
        for firm in (near, far):
            change_record(registry.get("organisations"), firm, {"industry": "Käse"}, by=jana)
    change_record(registry.get("organisations"), Organisation.objects.get(pk=far.pk), {"industry": "Gas"}, by=jana)
    role = find_role("sales")
    set_grants(role, scopes={("organisations", a): Scope.OWN for a in (Action.READ, Action.CHANGE)}, by=None)
    found = surfaces(svenja, opened.id, f"/organisations/{near.pk}/history/")
    assert untold(found, "Geheime", str(far.pk), "Gas") == []
    assert json.loads(found["tried"])["left"] == [
        {"object": None, "id": None, "field": None, "label": None, "why": "forbidden"}
    ]
    assert Organisation.objects.get(pk=far.pk).industry == "Gas"


def test_deleted_records_out_of_reach_are_not_named(jana, svenja):
    far = steinbrueck(by=jana, name="Geheime Werke AG")
    made = changed("organisations", far, svenja, industry="Käse")
    delete_record(registry.get("organisations"), Organisation.objects.get(pk=far.pk), by=jana)
    set_grants(find_role("sales"), scopes={("organisations", Action.READ): Scope.OWN}, by=None)
    assert untold(surfaces(svenja, made), "Geheime", str(far.pk)) == []
    assert "Geheime Werke" in surfaces(jana, made)[f"/changes/{made}/"]


def test_numbers_of_a_hidden_kind_are_told_nowhere_also_deleted_or_turned_into_something_else(jana, svenja):
    firm = steinbrueck(by=svenja)
    points = registry.get("contact-points")
    phone = ContactPoint.objects.get(party=firm, kind="phone")
    other = add_contact_point({"party": firm, "kind": "phone", "value": "089 5550001"}, by=jana)
    with change_set(by=jana, via=Via.BULK, title="Numbers") as opened:
        change_record(points, phone, {"value": "089 5550002"}, by=jana)
        delete_record(points, other, by=jana)
    change_record(points, ContactPoint.objects.get(pk=phone.pk), {"kind": "fax", "value": "089 5550003"}, by=jana)
    keep_back(HIDDEN, "phone")
    history = f"/organisations/{firm.pk}/history/"
    found = surfaces(svenja, opened.id, history, f"/organisations/{firm.pk}/panels/changes/")
    secrets = ("5550001", "555 0001", "5550002", "555 0002", "99998-100", "99998100")
    assert untold(found, *secrets) == []
    assert "555 0003" in found[history] or "5550003" in found[history]
    assert "5550001" in surfaces(jana, opened.id, history)[history].replace(" ", "")


def test_addresses_that_are_hidden_are_told_nowhere_also_deleted(jana, svenja):
    firm = steinbrueck(by=svenja)
    with change_set(by=jana, via=Via.BULK) as opened:
        delete_record(registry.get("addresses"), Address.objects.get(party=firm), by=jana)
    keep_back(HIDDEN, "address")
    found = surfaces(svenja, opened.id, f"/organisations/{firm.pk}/history/")
    assert untold(found, "München", "Eversbuschring", "80999") == []
    assert not Address.objects.filter(party=firm).exists()
    assert undo(opened.id, by=fresh(jana)).is_clean


def test_titles_of_records_one_may_not_see_stay_unsaid(jana, svenja):
    first, second, third = (steinbrueck(by=jana, name=f"Geheime Werke {n} AG") for n in "ABC")
    firm = steinbrueck(by=svenja, parent=first.pk)
    made = changed("organisations", firm, jana, parent=second.pk)
    changed("organisations", firm, jana, parent=third.pk)
    set_grants(
        find_role("sales"), scopes={("organisations", a): Scope.OWN for a in (Action.READ, Action.CHANGE)}, by=None
    )
    history = f"/organisations/{firm.pk}/history/"
    found = surfaces(svenja, made, history, f"/organisations/{firm.pk}/panels/changes/")
    assert untold(found, "Geheime") == []
    assert [address for address in (history, "asked") if not UNSAID.search(found[address])] == []
    assert "Geheime Werke B AG" in surfaces(jana, made, history)[history]


def test_what_others_called_a_bulk_change_is_not_for_everybody(jana, svenja):
    firm = steinbrueck(by=svenja)
    changed("organisations", firm, jana, title="Revenue: 1,200,000 €", industry="Käse")
    history = f"/organisations/{firm.pk}/history/"
    assert "1,200,000" in web(svenja).get(history).content.decode()
    keep_back(HIDDEN, "revenue")
    page = web(svenja).get(history).content.decode()
    assert "1,200,000" not in page and "Käse" in page
    assert "1,200,000" in web(jana).get(history).content.decode()
