import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from kundig.accounts.enums import Scope
from kundig.records import purposes, registry
from kundig.records.purposes import PurposeInfo
from tests.records.rest.conftest import Program
from tests.records.rest.test_resources import member
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]

EVERYTHING = {
    "name": "Löten für Anfänger", "content": "Zwei Tage\nmit Mittagessen", "seats": 12, "hours": "15.5",
    "price": "149.50", "price_currency": "CHF", "discount": 12.5, "is_online": True, "starts_on": "2026-04-03",
    "begins_at": "09:30", "booking_opens_at": "2026-01-02T12:00:00+01:00", "level": "expert", "tags": ["VIP"],
    "seasons": ["spring", "autumn"], "phone": "030 0074321", "mail": "kurse@wendeler.example",
    "website": "wendeler.example", "address": {"street": "Obere Str. 57", "city": "Berlin", "country": "Deutschland"},
}  # fmt: skip


def document(program):
    response = program.get("openapi.json")
    assert response.status_code == 200
    return response.json()


def validator(written, schema):
    """A validator of one of the document's schemas, formats included."""
    whole = Registry().with_resource("urn:api", Resource.from_contents(written, default_specification=DRAFT202012))
    return Draft202012Validator(
        {"$ref": f"urn:api#/components/schemas/{schema}"},
        registry=whole,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def test_the_document_is_valid_and_covers_every_object(administrator):
    written = document(administrator)
    OpenAPIV31SpecValidator(written).validate()
    for description in registry.descriptions():
        assert f"/{description.name}" in written["paths"]
        assert f"/{description.name}/{{id}}" in written["paths"]


def test_answers_are_what_the_document_says(administrator):
    written = document(administrator)
    created = administrator.post("courses", EVERYTHING)
    assert created.status_code == 201, created.content
    validator(written, "Course").validate(created.json())
    validator(written, "CourseCreate").validate(EVERYTHING)
    Course.objects.create(name="Nichts weiter")
    validator(written, "CourseList").validate(administrator.get("courses").json())
    for refused in (administrator.get("dragons"), administrator.get("courses?x=1"), administrator.post("courses", {})):
        validator(written, "Problem").validate(refused.json())


def test_examples_are_what_the_document_says_and_can_be_sent(administrator):
    written = document(administrator)
    for name, schema in written["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            validator(written, name).validate(example)
        for field, part in schema.get("properties", {}).items():
            for example in part.get("examples", ()):
                assert Draft202012Validator(part).is_valid(example), (name, field, example)
    example = written["components"]["schemas"]["CourseCreate"]["examples"][0]
    assert administrator.post("courses", example).status_code == 201


def test_parameters_are_those_that_a_list_takes(administrator):
    written = document(administrator)
    parameters = written["paths"]["/courses"]["get"]["parameters"]
    names = [p.get("name") or p["$ref"].rpartition("/")[2] for p in parameters]
    query = "&".join(f"{name}=" for name in names)
    assert administrator.get(f"courses?{query}").status_code == 200
    sort = next(p for p in parameters if p.get("name") == "sort")["schema"]["enum"]
    assert {"name", "-name", "seats", "id"} <= set(sort)
    for name in sort:
        assert administrator.get(f"courses?sort={name}").status_code == 200


def test_help_texts_and_choices_are_told(administrator):
    fields = document(administrator)["components"]["schemas"]["CourseCreate"]["properties"]
    assert fields["name"]["description"] == "As it stands in the programme."
    assert fields["level"]["description"] == "basic: Basics; expert: For experts"
    assert document(administrator)["components"]["schemas"]["CourseCreate"]["required"] == ["name"]


def test_a_purpose_that_is_stated_switches_its_fields_on_in_the_document(administrator, monkeypatch):
    assert "allergies" not in document(administrator)["components"]["schemas"]["Course"]["properties"]
    stated = PurposeInfo("catering_for_trainers", "Catering", "Art. 6", is_active=True)
    monkeypatch.setattr(purposes, "_register", lambda: {"catering_for_trainers": stated})
    assert "allergies" in document(administrator)["components"]["schemas"]["Course"]["properties"]
    answer = administrator.post("courses", {"name": "Löten", "allergies": "Nüsse"})
    assert (answer.status_code, answer.json()["allergies"]) == (201, "Nüsse")


def test_the_document_comes_in_the_readers_language_and_follows_rights(administrator):
    assert document(administrator)["info"]["summary"] == "Customers and everything around them"
    stranger = member(Scope.NONE)
    assert "/courses" not in document(stranger)["paths"]
    assert "/courses" in document(Program())["paths"]


def test_the_page_explains_every_resource_with_command_lines(administrator, client):
    client.force_login(administrator.user, backend="kundig.accounts.backends.AccessBackend")
    page = client.get("/api/v1/docs/").content.decode()
    assert "/courses/{id}" in page
    assert "curl -X POST &#x27;http://testserver/api/v1/courses&#x27;" in page
    assert not re.search(r"<script(?![^>]*src)|style=|onclick=", page)


def test_a_visitor_is_led_to_sign_in(client, db):
    response = client.get("/api/v1/docs/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/api/v1/docs/")
