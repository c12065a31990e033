import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from kundig.records.attachments.models import Attachment
from tests.records.attachments.conftest import PDF
from tests.records.rest.conftest import Program, problem
from tests.records.rest.test_openapi import document, validator
from tests.records.test_files import HTML

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


def sent(program, course, content=PDF, name="Plan.pdf", part="file"):
    raw = encode_multipart(BOUNDARY, {part: SimpleUploadedFile(name, content)})
    return program.post(f"courses/{course['id']}/files", raw=raw, content_type=MULTIPART_CONTENT)


@pytest.fixture
def course(administrator):
    return administrator.post("courses", {"name": "Löten"}).json()


def test_a_file_goes_through_its_life(administrator, course):
    written = document(administrator)
    created = sent(administrator, course)
    assert created.status_code == 201, created.content
    item = created.json()
    validator(written, "Attachment").validate(item)
    assert (item["title"], item["content_type"], item["size"]) == ("Plan.pdf", "application/pdf", len(PDF))
    listed = administrator.get(f"courses/{course['id']}/files").json()
    validator(written, "AttachmentList").validate(listed)
    assert (listed["items"], listed["count"]) == ([item], {"value": 1, "exact": True})
    assert b"".join(administrator.get(item["url"]).streaming_content) == PDF
    changed = administrator.patch(item["url"], {**item, "title": "Grundriss", "description": "Halle 2"})
    assert (changed.json()["title"], changed.json()["description"]) == ("Grundriss.pdf", "Halle 2")
    assert administrator.delete(item["url"]).status_code == 204
    problem(administrator.get(item["url"]), 404)


def test_html_is_handed_out_as_nothing_in_particular(administrator, course):
    answer = administrator.get(sent(administrator, course, HTML, "Bild.png").json()["url"])
    assert (answer["Content-Type"], answer["Content-Disposition"].split(";")[0]) == (
        "application/octet-stream", "attachment",
    )  # fmt: skip


def test_a_reader_reads_and_a_visitor_learns_nothing(administrator, reader, course):
    item = sent(administrator, course).json()
    assert reader.get(f"courses/{course['id']}/files").json()["items"] == [item]
    assert reader.get(item["url"]).status_code == 200
    for answer in (sent(reader, course), reader.patch(item["url"], {"title": "x"}), reader.delete(item["url"])):
        problem(answer, 403)
    for answer in (Program().get(item["url"]), sent(Program(), course), Program().delete(item["url"])):
        problem(answer, 401)
    assert Attachment.objects.get().name == "Plan.pdf"


def test_what_is_wrong_is_said_where_it_is(administrator, course):
    files = f"courses/{course['id']}/files"
    item = sent(administrator, course).json()
    assert problem(sent(administrator, course, b""), 422)["errors"] == {"file": ["“Plan.pdf” is empty."]}
    problem(administrator.post(files, {"file": "x"}), 415)
    problem(sent(administrator, course, part="datei"), 400)
    problem(administrator.get(f"{files}?limit=3"), 400)
    errors = problem(administrator.patch(item["url"], {"title": 7, "size": 1, "x": 2}), 422)["errors"]
    assert errors["title"] == ["Expected a text, got a number."]
    assert errors["size"] == errors["x"] == ["Only “title” and “description” can be changed."]
    assert list(problem(administrator.patch(item["url"], {"title": ""}), 422)["errors"]) == ["title"]
    for nowhere in ("courses/x/files", f"{files}/x", f"{files}/{course['id']}", "dragons/x/files"):
        problem(administrator.get(nowhere), 404)


def test_parts_of_a_party_have_no_files(administrator):
    firm = administrator.post("organisations", {"name": "Alfreds Futterkiste"}).json()["id"]
    address = administrator.post("addresses", {"party": firm, "city": "Berlin"}).json()["id"]
    assert "no files of their own" in problem(administrator.get(f"addresses/{address}/files"), 404)["detail"]
