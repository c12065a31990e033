"""The pages on which administrators add fields."""

import pytest
from django.urls import reverse

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.custom.models import CustomField
from tests.accounts.factories import a_user, an_administrator

pytestmark = pytest.mark.django_db


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


def added(client, **values):
    """Posts the form for a new field of organisations; answers the answer."""
    given = {"label_de": "Vertriebsgebiet", "kind": "choice", "choices": "Norden | North\nSüden | South"}
    given |= {"in_form": "on", "in_table": "on", "places": "0"}
    return client.post("/settings/fields/organisations/new/", {**given, **values})


def test_a_field_is_there_at_once_on_every_page(as_jana, jana):
    assert as_jana.get(reverse("new_field", args=["organisations"])).status_code == 200
    assert added(as_jana, label_en="Sales region").status_code == 302
    house = create_record(registry.get("organisations"), {"name": "Molkerei", "c_vertriebsgebiet": "north"}, by=jana)
    create_record(registry.get("organisations"), {"name": "Brauerei"}, by=jana)
    assert "Sales region" in as_jana.get("/organisations/new/").content.decode()
    table = as_jana.get("/organisations/?c_vertriebsgebiet=north&sort=-c_vertriebsgebiet").content.decode()
    assert "Sales region" in table and "Molkerei" in table and "Brauerei" not in table
    assert "North" in as_jana.get(f"/organisations/{house.pk}/").content.decode()
    editor = as_jana.get(f"/organisations/{house.pk}/fields/c_vertriebsgebiet/", headers={"HX-Request": "true"})
    assert "South" in editor.content.decode()
    saved = as_jana.put(
        f"/organisations/{house.pk}/fields/c_vertriebsgebiet/", "c_vertriebsgebiet=south",
        content_type="application/x-www-form-urlencoded", headers={"HX-Request": "true"},
    )  # fmt: skip
    assert saved.status_code == 200 and "South" in saved.content.decode()
    document = as_jana.get("/api/v1/openapi.json").content.decode()
    assert "c_vertriebsgebiet" in document


def test_the_form_changes_a_value(as_jana, jana):
    added(as_jana)
    house = create_record(registry.get("organisations"), {"name": "Molkerei"}, by=jana)
    page = as_jana.get(f"/organisations/{house.pk}/edit/").content.decode()
    assert "Vertriebsgebiet" in page
    given = {"name": "Molkerei", "lifecycle": "contact", "number": house.number, "c_vertriebsgebiet": "south"}
    assert as_jana.post(f"/organisations/{house.pk}/edit/", given).status_code == 302
    house.refresh_from_db()
    assert house.custom == {"c_vertriebsgebiet": "south"}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"label_de": ""}, "Give the field a name."), ({"label_de": "Name"}, "already"),
        ({"choices": ""}, "at least one value"), ({"is_personal": "on"}, "for which purpose"),
        ({"kind": "nothing"}, "what kind of field"), ({"kind": "number", "places": "viele"}, "decimal places"),
        ({"label_de": "<script>alert(1)</script>" * 9}, "at most 80 fit"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_input(values, sentence, as_jana):
    answer = added(as_jana, **values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert not CustomField.objects.exists()


def test_a_field_is_renamed_retired_brought_back_and_deleted(as_jana, jana):
    added(as_jana)
    row = CustomField.objects.get()
    create_record(registry.get("organisations"), {"name": "Molkerei", row.name: "north"}, by=jana)
    address = reverse("field", args=["organisations", row.pk])
    page = as_jana.get(address).content.decode()
    assert "Norden | North" in page and "Values in use" in page
    values = {"label_de": "Gebiet", "choices": "Norden | Up north\n- Süden | South", "version": "1", "in_form": "on"}
    assert as_jana.post(address, values).status_code == 302
    row.refresh_from_db()
    assert [(c["value"], c["en"], c["retired"]) for c in row.options["choices"]] == [
        ("north", "Up north", False), ("south", "South", True),
    ]  # fmt: skip
    late = as_jana.post(address, {**values, "label_de": "Region"})
    assert late.status_code == 422 and "in the meantime" in late.content.decode()
    as_jana.post(reverse("field_retirement", args=["organisations", row.pk]))
    assert row.name not in registry.get("organisations").fields
    assert "Delete the field and 1 value" in as_jana.get(address).content.decode()
    as_jana.post(reverse("field_return", args=["organisations", row.pk]))
    assert row.name in registry.get("organisations").fields
    as_jana.post(reverse("field_removal", args=["organisations", row.pk]))
    assert row.name in registry.get("organisations").fields, "first it has to be retired"
    as_jana.post(reverse("field_retirement", args=["organisations", row.pk]))
    as_jana.post(reverse("field_removal", args=["organisations", row.pk]))
    assert as_jana.get(address).status_code == 404


def test_a_value_that_is_used_cannot_be_left_out_but_replaced(as_jana, jana):
    added(as_jana)
    row = CustomField.objects.get()
    house = create_record(registry.get("organisations"), {"name": "Molkerei", row.name: "north"}, by=jana)
    address = reverse("field", args=["organisations", row.pk])
    refused = as_jana.post(address, {"label_de": "Gebiet", "choices": "Süden | South", "version": "1"})
    assert refused.status_code == 422 and "stands in 1 record" in refused.content.decode()
    as_jana.post(reverse("field_replacement", args=["organisations", row.pk]), {"value": "north", "by": "south"})
    house.refresh_from_db()
    assert house.custom == {row.name: "south"}


def test_only_administrators_come_here(client, as_jana):
    added(as_jana)
    row = CustomField.objects.get()
    client.force_login(a_user("Holger Timm", role="sales"))
    pages = [reverse("objects_and_fields"), reverse("fields", args=["persons"]), reverse("new_field", args=["persons"])]
    pages.append(reverse("field", args=["organisations", row.pk]))
    assert [client.get(page).status_code for page in pages] == [403] * 4
    doors = ["field_retirement", "field_return", "field_removal", "field_replacement"]
    assert [client.post(reverse(d, args=["organisations", row.pk])).status_code for d in doors] == [403] * 4


def test_the_list_shows_built_in_and_own_fields(as_jana):
    assert "Organisations" in as_jana.get(reverse("objects_and_fields")).content.decode()
    assert "None yet" in as_jana.get(reverse("fields", args=["organisations"])).content.decode()
    added(as_jana)
    page = as_jana.get(reverse("fields", args=["organisations"])).content.decode()
    assert "c_vertriebsgebiet" in page and "Legal form" in page
    assert as_jana.get(reverse("fields", args=["addresses"])).status_code == 404
