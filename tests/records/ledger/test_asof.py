"""The page of a record as it was: fields, parts, what is different today, with the rights of today."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from kundig.accounts.actions import change_preferences, find_role, set_field_rights, set_grants
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.parties.actions import add_contact_point, add_role
from kundig.parties.models import Address, ContactPoint, Organisation, Role
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.ledger.erasing import erase
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user, ohlendorf, steinbrueck

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jana(jana):
    change_preferences(jana, values={"language": "en"})
    return jana


@pytest.fixture
def svenja(db):
    user = a_user("Svenja Kroll")
    change_preferences(user, values={"language": "en"})
    return user


def web(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(response.content.decode()))).replace("\u00a0", " ")


@pytest.fixture
def at(db):
    """`at()` is now; what happens next happens later."""
    return timezone.now


def page(user, kind, record, moment=None):
    return web(user).get(f"/{kind}/{record.pk}/as-of/", {"at": moment.isoformat()} if moment else {})


def change(name, record, by, **values):
    description = registry.get(name)
    change_record(description, description.model.objects.get(pk=record.pk), values, by=by)


def test_the_page_as_it_was_marks_what_is_different_today(jana, at):
    firm = steinbrueck(by=jana)
    made = at()
    change("organisations", firm, jana, industry="Käse", employees=None, phone="089 1111")
    changed = at()
    before = page(jana, "organisations", firm, made)
    assert before.status_code == 200
    shown = text(before)
    assert "Industry Milchverarbeitung today Käse" in shown
    assert "Employees 340 today empty" in shown
    assert "+49 89 99998100" in shown or "089 99998100" in shown
    assert "entries were different from today." in shown
    after = text(page(jana, "organisations", firm, changed))
    assert "Industry Käse" in after and "Everything was as it is today." in after


def test_steps_lead_from_change_to_change(jana, at):
    firm = steinbrueck(by=jana)
    for industry in ("Butter", "Käse", "Quark"):
        change("organisations", firm, jana, industry=industry)
    seen, address = [], "?"
    while address:
        html = web(jana).get(f"/organisations/{firm.pk}/as-of/{address}").content.decode()
        seen.append(re.search(r"<dt>Industry</dt><dd[^>]*>([^<]+)", html)[1])
        found = re.search(r'href="([^"]+)" rel="prev"', html)
        address = unescape(found[1]) if found else ""
    assert seen == ["Käse", "Butter", "Milchverarbeitung"]
    found = re.search(r'href="([^"]+)" rel="next"', html)
    forward = web(jana).get(f"/organisations/{firm.pk}/as-of/{unescape(found[1])}").content.decode()
    assert re.search(r"<dt>Industry</dt><dd[^>]*>([^<]+)", forward)[1] == "Butter"


def test_before_it_was_made_there_was_nothing(jana, at):
    firm = steinbrueck(by=jana)
    made = at()
    shown = text(page(jana, "organisations", firm, made - dt.timedelta(days=3)))
    assert "this was not written down yet" in shown and "Milchverarbeitung" not in shown


def test_parts_stand_as_they_were_also_those_that_are_gone(jana, at):
    firm = steinbrueck(by=jana)
    fax = add_contact_point({"party": firm, "kind": "fax", "value": "089 99998-111"}, by=jana)
    person = ohlendorf(by=jana)
    role = add_role({"person": person, "party": firm, "kind": "contact", "function": "Technik"}, by=jana)
    made = at()
    delete_record(registry.get("contact-points"), fax, by=jana)
    change("addresses", Address.objects.get(party=firm), jana, street="Eversbuschring 99")
    change("roles", role, jana, function="Leitung")
    add_contact_point({"party": firm, "kind": "fax", "value": "089 5550001"}, by=jana)
    shown = text(page(jana, "organisations", firm, made))
    assert re.search(
        r"99998111.*?deleted since", shown.replace("99998 111", "99998111").replace("99998-111", "99998111")
    )
    assert "Eversbuschring 18" in shown and "Eversbuschring 99" in shown
    assert "Dr. Katrin Ohlendorf" in shown or "Katrin Ohlendorf" in shown
    assert "Technik" in shown and "Leitung" in shown
    assert "5550001" not in shown.replace(" ", "") and "One has come since." in shown
    delete_record(registry.get("roles"), Role.objects.get(pk=role.pk), by=jana)
    of_person = text(page(jana, "persons", person, made))
    assert "Molkerei Steinbrück eG" in of_person and "deleted since" in of_person


def test_rights_of_today_apply(jana, svenja, at):
    firm = steinbrueck(by=svenja, vat_id="DE811907980")
    made = at()
    change("organisations", firm, jana, industry="Käse", vat_id="", owner=jana.pk)
    assert "DE811907980" in text(page(svenja, "organisations", firm, made))
    hidden = {("organisations", name): FieldRight.HIDDEN for name in ("vat_id", "phone", "address")}
    set_field_rights(find_role("sales"), rights=hidden, by=None)
    shown = text(page(svenja, "organisations", firm, made))
    assert "Milchverarbeitung" in shown
    for secret in ("DE811907980", "99998", "Eversbuschring", "München"):
        assert secret not in shown, secret
    set_grants(find_role("sales"), scopes={("organisations", Action.READ): Scope.OWN}, by=None)
    assert page(svenja, "organisations", firm, made).status_code == 404  # hers then, not hers today
    Organisation.objects.filter(pk=firm.pk).update(owner=svenja)
    assert "Milchverarbeitung" in text(page(svenja, "organisations", firm, made))


def test_a_number_that_was_of_a_hidden_kind_stays_hidden(jana, svenja, at):
    firm = steinbrueck(by=svenja)
    phone = ContactPoint.objects.get(party=firm, kind="phone")
    made = at()
    change("contact-points", phone, jana, kind="fax", value="089 5550003")
    set_field_rights(find_role("sales"), rights={("organisations", "phone"): FieldRight.HIDDEN}, by=None)
    assert "99998" not in text(page(svenja, "organisations", firm, made))


def test_strangers_learn_nothing(jana, at):
    firm = steinbrueck(by=jana)
    made = at()
    stranger = a_scoped_user("Ines Lindqvist", Scope.OWN)
    assert page(stranger, "organisations", firm, made).status_code == 404
    assert Client().get(f"/organisations/{firm.pk}/as-of/").status_code == 302


def test_what_was_erased_is_not_to_be_seen_here_either(jana, at):
    person = ohlendorf(by=jana, notes="Geheimes")
    made = at()
    change("persons", person, jana, notes="Technik")
    erase(registry.get("persons"), [person.pk], fields=["notes"], by=jana)
    shown = text(page(jana, "persons", person, made))
    assert "Geheimes" not in shown and "erased for privacy" in shown


@pytest.mark.parametrize("asked", ["gestern", "2026-13-45", "9999-12-31", "x" * 500, "2026-12-31T99:00"])
def test_bad_days_are_refused_or_mean_today(jana, asked):
    firm = steinbrueck(by=jana)
    answer = web(jana).get(f"/organisations/{firm.pk}/as-of/", {"at": asked})
    assert answer.status_code == 400 or (asked.startswith("9999") and answer.status_code == 200)


def test_an_object_that_no_domain_knows_has_the_page_too(courses, jana, at):
    course = create_record(courses, {"name": "Soldering", "seats": 8, "tags": ["new"]}, by=jana)
    made = at()
    change_record(courses, course, {"name": "Welding", "seats": 12}, by=jana)
    shown = text(page(jana, "courses", course, made))
    assert "Soldering" in shown and "Seats 8 today 12" in shown
