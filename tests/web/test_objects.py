"""The pages on which administrators make objects of their own."""

from html import unescape

import pytest

from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.objects.models import CustomObject, CustomRecord
from tests.accounts.factories import a_user, an_administrator

pytestmark = pytest.mark.django_db

MACHINES = {
    "label_de": "Maschine", "plural_de": "Maschinen", "label_en": "machine", "plural_en": "machines", "title_de": "",
    "title_en": "", "icon": "wrench", "in_navigation": "on",
}  # fmt: skip
FIRST = "/settings/objects/own-maschinen/"


@pytest.fixture
def jana():
    user = an_administrator()
    user.language = "en"
    user.save()
    return user


@pytest.fixture
def as_jana(client, jana):
    client.force_login(jana)
    return client


def made(client, **values):
    return client.post("/settings/objects/new/", {**MACHINES, **values})


def version():
    return CustomObject.objects.get(name="own-maschinen").version


def test_an_object_is_made_and_then_given_fields(as_jana):
    assert "New object" in as_jana.get("/settings/fields/").content.decode()
    assert as_jana.get("/settings/objects/new/").status_code == 200
    answer = made(as_jana)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/fields/own-maschinen/")
    page = as_jana.get(answer["Location"]).content.decode()
    assert "Machines: fields" in page and "/settings/objects/own-maschinen/" in page
    assert as_jana.get("/settings/fields/own-maschinen/new/").status_code == 200
    field = {"label_de": "Kunde", "kind": "reference", "target": "organisations", "in_form": "on", "places": "0"}
    assert as_jana.post("/settings/fields/own-maschinen/new/", field).status_code == 302
    assert "Kunde" in as_jana.get("/own-maschinen/new/").content.decode()
    assert "Machines" in as_jana.get("/settings/layouts/").content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"label_de": "", "label_en": ""}, "Say what one of them is called"),
        ({"plural_de": "Organisationen"}, "are called already"),
        ({"plural_de": "<script>alert(1)</script>" * 9}, "at most 60 fit"),
        ({"icon": "skull"}, "Choose one of the icons."),
        ({"role-sales": "everything"}, "no reach of a right"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(values, sentence, as_jana):
    answer = made(as_jana, **values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in unescape(page)
    assert "<script>alert" not in page
    assert 'value="machines"' in page
    assert not CustomObject.objects.exists()


def test_roles_are_given_rights_with_it(as_jana):
    made(as_jana, **{"role-reader": "none", "role-sales": "change"})
    grants = {
        (grant.role.key, grant.action): grant.scope
        for role in AccessRole.objects.all()
        for grant in role.grants.filter(object="own-maschinen").select_related("role")
    }
    assert {action: grants["reader", action] for action in (Action.READ, Action.CREATE)} == {
        Action.READ: Scope.NONE, Action.CREATE: Scope.NONE,
    }  # fmt: skip
    assert (grants["sales", Action.CHANGE], grants["sales", Action.DELETE]) == (Scope.ALL, Scope.NONE)
    page = as_jana.get(FIRST).content.decode()
    assert '<option value="change" selected>' in page and '<option value="none" selected>' in page
    as_jana.post(FIRST, {**MACHINES, "version": version(), "role-reader": "", "role-sales": "change"})
    assert not AccessRole.objects.get(key="reader").grants.filter(object="own-maschinen").exists()
    assert AccessRole.objects.get(key="sales").grants.filter(object="own-maschinen").count() == 6


def test_finer_rights_of_a_role_are_left_alone(as_jana):
    made(as_jana)
    sales = AccessRole.objects.get(key="sales")
    sales.grants.create(object="own-maschinen", action=Action.READ, scope=Scope.OWN)
    page = as_jana.get(FIRST).content.decode()
    assert '<option value="otherwise" selected>' in page
    as_jana.post(FIRST, {**MACHINES, "version": version(), "role-sales": "otherwise"})
    assert sales.grants.get(object="own-maschinen").scope == Scope.OWN


def test_an_old_page_gives_no_right_back(as_jana):
    made(as_jana, **{"role-sales": "all"})
    sales = AccessRole.objects.get(key="sales")
    sales.grants.filter(object="own-maschinen").update(scope=Scope.NONE)
    shown = {"was-role-sales": "all"}
    untouched = as_jana.post(FIRST, {**MACHINES, **shown, "version": version(), "role-sales": "all"})
    assert untouched.status_code == 302
    chosen = as_jana.post(FIRST, {**MACHINES, **shown, "version": version(), "role-sales": "change"})
    assert chosen.status_code == 422
    assert "Somebody has changed meanwhile what" in unescape(chosen.content.decode())
    assert {grant.scope for grant in sales.grants.filter(object="own-maschinen")} == {Scope.NONE}


def test_it_is_renamed_and_the_second_of_two_is_told(as_jana):
    made(as_jana)
    assert as_jana.post(FIRST, {**MACHINES, "plural_en": "equipment", "version": 1}).status_code == 302
    refused = as_jana.post(FIRST, {**MACHINES, "plural_en": "devices", "version": 1})
    page = unescape(refused.content.decode())
    assert refused.status_code == 422
    assert "equipment" in page and 'value="devices"' in page
    assert as_jana.post(FIRST, {**MACHINES, "version": "9" * 40}).status_code == 422
    assert "Equipment" in as_jana.get("/own-maschinen/").content.decode()


def test_it_is_retired_brought_back_and_deleted_only_when_empty(as_jana, jana):
    made(as_jana)
    record = create_record(registry.get("own-maschinen"), {"name": "M-1"}, by=jana)
    assert as_jana.post(f"{FIRST}removal/").status_code == 302
    assert as_jana.post(f"{FIRST}retirement/").status_code == 302
    assert as_jana.get("/own-maschinen/").status_code == 404
    assert as_jana.get(f"/own-maschinen/{record.pk}/").status_code == 404
    assert as_jana.get("/settings/fields/own-maschinen/").status_code == 404
    page = as_jana.get("/settings/fields/").content.decode()
    assert "Retired" in page and "Bring back" in page
    assert as_jana.get(FIRST).status_code == 200
    told = as_jana.post(f"{FIRST}removal/", follow=True).content.decode()
    assert "1 record" in told and CustomRecord.objects.exists()
    as_jana.post(f"{FIRST}return/")
    assert "M-1" in as_jana.get("/own-maschinen/").content.decode()
    CustomRecord.objects.all().delete()
    as_jana.post(f"{FIRST}retirement/")
    as_jana.post(f"{FIRST}removal/")
    assert as_jana.get(FIRST).status_code == 404


def test_only_administrators_come_here(client, as_jana):
    made(as_jana)
    client.force_login(a_user("Ole Lund"))
    for address in ("/settings/objects/new/", FIRST):
        assert client.get(address).status_code == 403
        assert client.post(address, MACHINES).status_code == 403
    for deed in ("retirement", "return", "removal"):
        assert client.post(f"{FIRST}{deed}/").status_code == 403
    assert CustomObject.objects.get().retired_at is None
