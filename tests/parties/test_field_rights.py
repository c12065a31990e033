"""What a role hides of customers is told nowhere: not by their parts, not by search, not by likely duplicates."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from kundig.accounts.actions import find_role, set_field_rights, set_grants
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.models import User
from kundig.parties.actions import add_contact_point, add_role
from kundig.parties.models import Address, ContactPoint
from kundig.parties.queries import similar_parties
from kundig.records import registry, search
from kundig.records.actions import change_record, create_record
from kundig.records.imports.mapping import propose
from kundig.records.imports.reading.opening import open_file
from kundig.records.imports.targets import LEAVE_OUT
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import a_scoped_user, ohlendorf, steinbrueck
from tests.records.rest.conftest import Program

pytestmark = pytest.mark.django_db
HIDDEN, READ = FieldRight.HIDDEN, FieldRight.READ
ALL_KINDS = ("organisations", "persons", "households")


def keep_back(right, *names, role="sales", objects=ALL_KINDS):
    set_field_rights(find_role(role), rights={(o, name): right for o in objects for name in names}, by=None)


def fresh(user):
    return User.objects.with_access(user.pk)


def web(user):
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def titles(user, text):
    return [hit.title for hit in search.find(fresh(user), text)]


@pytest.fixture
def administrator():
    return an_administrator()


@pytest.fixture
def dairy(administrator):
    firm, person = steinbrueck(by=administrator), ohlendorf(by=administrator)
    add_role({"person": person, "party": firm, "kind": "contact", "function": "Technik"}, by=administrator)
    add_contact_point({"party": firm, "kind": "fax", "value": "089 99998-111"}, by=administrator)
    search.refresh(registry.get("organisations"), [firm.pk])
    search.refresh(registry.get("persons"), [person.pk])
    return firm


def test_panels_leave_out_what_is_hidden(dairy, svenja):
    paths = [f"/organisations/{dairy.pk}/", f"/organisations/{dairy.pk}/panels/contact-points/"]
    for path in paths:
        assert "99998100" in web(svenja).get(path).content.decode(), path
    keep_back(HIDDEN, "phone", "mobile", "address")
    for path in [*paths, f"/organisations/{dairy.pk}/panels/addresses/", f"/organisations/{dairy.pk}/panels/people/"]:
        page = web(svenja).get(path).content.decode()
        for text in ("99998100", "99998-100", "9999812", "Eversbuschring", "München"):
            assert text not in page, (path, text)
    assert "99998111" in web(svenja).get(paths[0]).content.decode()  # a fax is no phone
    assert "post@steinbrueck.example" in web(svenja).get(paths[0]).content.decode()
    colleague = a_user("Paula Roth", role="service")
    assert "Eversbuschring" in web(colleague).get(paths[0]).content.decode()


def test_parts_are_hidden_from_programs_too(dairy, svenja):
    keep_back(HIDDEN, "phone", "address")
    program = Program(svenja)
    assert {item["kind"] for item in program.get("contact-points").json()["items"]} == {"fax", "mail"}
    assert program.get("addresses").json()["items"] == []
    phone = ContactPoint.objects.filter(kind="phone").first()
    assert program.get(f"contact-points/{phone.pk}").status_code == 404
    assert len(Program(a_user("Paula Roth", role="service")).get("addresses").json()["items"]) == 1


def test_what_may_only_be_read_is_changed_in_no_way(dairy, svenja):
    keep_back(READ, "phone", "address")
    points, addresses = registry.get("contact-points"), registry.get("addresses")
    phone, fax = (ContactPoint.objects.get(party=dairy, kind=kind) for kind in ("phone", "fax"))
    user = fresh(svenja)
    with pytest.raises(PermissionDenied):
        change_record(points, phone, {"value": "089 1"}, by=user)
    with pytest.raises(PermissionDenied):
        change_record(points, fax, {"kind": "phone", "value": "089 123456"}, by=user)
    with pytest.raises(PermissionDenied):
        create_record(points, {"party": dairy.pk, "kind": "phone", "value": "089 123456"}, by=user)
    with pytest.raises(PermissionDenied):
        change_record(addresses, Address.objects.get(party=dairy), {"city": "Köln"}, by=user)
    assert list(ContactPoint.objects.filter(party=dairy, kind="phone").values_list("value", flat=True)) == [phone.value]
    assert Address.objects.get(party=dairy).city == "München"
    change_record(points, ContactPoint.objects.get(pk=fax.pk), {"value": "089 99998-112"}, by=user)
    panel = web(svenja).get(f"/organisations/{dairy.pk}/panels/contact-points/").content.decode()
    assert f"{fax.pk}/edit/" in panel
    assert f"{phone.pk}/edit/" not in panel
    assert "/edit/" not in web(svenja).get(f"/organisations/{dairy.pk}/panels/addresses/").content.decode()


@pytest.mark.parametrize(
    ("hidden", "text"),
    [
        (("mail",), "post@steinbrueck"),
        (("phone", "mobile"), "089 99998-100"),
        (("phone", "mobile"), "99998100"),
        (("address",), "München"),
        (("address",), "Steinbrück Munchen"),
        (("address",), "Muenchn"),
    ],
)
def test_nobody_finds_by_what_is_hidden_from_them(dairy, administrator, svenja, hidden, text):
    assert dairy.name in titles(administrator, text)
    assert dairy.name in titles(svenja, text)
    keep_back(HIDDEN, *hidden)
    assert titles(svenja, text) == []
    assert search.matching_ids(fresh(svenja), registry.get("organisations"), text, limit=50) == []
    assert dairy.name in titles(administrator, text)
    assert titles(svenja, "Steinbrück")[0] == dairy.name
    assert titles(svenja, "Stienbrück") == [dairy.name]  # a typing error in what may be read


def test_a_hit_says_nothing_that_is_hidden(dairy, svenja):
    search.touch(svenja, registry.get("organisations"), dairy.pk)
    keep_back(HIDDEN, "address")
    (hit, *_others) = search.find(fresh(svenja), "Molkerei")
    assert (hit.title, hit.subtitle) == (dairy.name, "")
    assert [each.subtitle for each in search.recent(fresh(svenja))] == [""]
    page = web(svenja).get("/").content.decode()
    assert dairy.name in page
    assert "München" not in page


def test_people_one_may_not_see_lead_nobody_to_their_firm(dairy, administrator):
    user = a_scoped_user("Jonas Kern", Scope.OWN)
    role = user.roles.get()
    set_grants(role, scopes={("organisations", Action.READ): Scope.ALL}, by=None)
    assert titles(user, "Ohlendorf") == []
    assert titles(user, "Molkerei") == [dairy.name]
    assert dairy.name in titles(administrator, "Ohlendorf")


def test_likely_duplicates_do_not_betray_a_hidden_number(dairy, svenja):
    values = {"name": "Ganz anders GmbH", "mail": "post@steinbrueck.example"}
    (known,) = similar_parties(values, user=svenja, kind="org")
    assert (known.reason, known.subtitle) == ("Same mail address", "München")
    keep_back(HIDDEN, "mail", "address")
    assert similar_parties(values, user=fresh(svenja), kind="org") == []
    (named,) = similar_parties({"name": dairy.name}, user=fresh(svenja), kind="org")
    assert named.subtitle == ""


def test_columns_that_a_role_may_not_fill_are_left_out_with_the_reason(svenja, tmp_path):
    columns = ["Firma", "Straße", "PLZ", "Ort", "Telefon", "E-Mail", "Branche", "Umsatz"]
    keep_back(READ, "phone", "address", "industry")
    keep_back(HIDDEN, "revenue")
    proposed = proposal(columns, tmp_path, by=fresh(svenja))
    taken = {column for column, target in proposed.plan.columns.items() if target != LEAVE_OUT}
    assert taken == {"Firma", "E-Mail"}
    assert set(proposed.hints) == {"Straße", "PLZ", "Ort", "Telefon", "Branche", "Umsatz"}
    assert "Your role does not let you set “phone”" in proposed.hints["Telefon"]
    everything = proposal(columns, tmp_path, by=a_user("Paula Roth", role="marketing"))
    assert everything.hints == {}
    assert {"Telefon", "Straße", "Umsatz"} <= {c for c, t in everything.plan.columns.items() if t != LEAVE_OUT}


def proposal(columns, folder, *, by):
    values = ["Futterkiste", "Obere Str. 57", "12209", "Berlin", "030 0074321", "a@futter.example", "Handel", "5000"]
    source = folder / "firmen.csv"
    source.write_text(f"{';'.join(columns)}\n{';'.join(values)}\n{';'.join(values)}\n")
    table = open_file(source, folder).table
    return propose(table, registry.get("organisations"), by=by, file_name=source.name)
