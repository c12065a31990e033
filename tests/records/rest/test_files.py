import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from kundig.accounts.enums import Scope
from tests.records.rest.conftest import problem
from tests.records.rest.test_resources import member
from tests.records.test_files import HTML, picture
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


def uploaded(program, content, name="photo.jpg", part="file"):
    raw = encode_multipart(BOUNDARY, {part: SimpleUploadedFile(name, content)})
    return program.post("files", raw=raw, content_type=MULTIPART_CONTENT)


def test_a_file_is_uploaded_set_and_read_by_whoever_sees_the_record(administrator, reader):
    answer = uploaded(administrator, picture())
    assert answer.status_code == 201, answer.content
    file = answer.json()
    assert (file["title"], file["content_type"], file["url"]) == ("photo.jpg", "image/jpeg", answer["Location"])
    problem(reader.get(file["url"]), 404)

    item = administrator.post("courses", {"name": "Löten", "photo": file["id"]}).json()
    assert item["photo"] == {name: file[name] for name in ("id", "title", "url")}
    shown = reader.get(item["photo"]["url"])
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")


def test_a_foreign_file_cannot_be_read_through_a_record_of_ones_own(administrator, reader):
    file = uploaded(administrator, picture()).json()
    thief = member(Scope.OWN)
    errors = problem(thief.post("courses", {"name": "Meins", "photo": file["id"]}), 422)["errors"]
    assert list(errors) == ["photo"]
    assert not Course.objects.exists()


@pytest.mark.parametrize("file_id", ["1", "abc", "01995b1e-7c00-7000-8000-00000000002a"])
def test_a_file_that_is_none_is_unknown(administrator, file_id):
    problem(administrator.get(f"files/{file_id}"), 404)


def test_what_is_no_upload_is_refused(administrator):
    problem(administrator.post("files", {"file": "x"}), 415)
    assert "got: portrait" in problem(uploaded(administrator, picture(), part="portrait"), 400)["detail"]
    problem(administrator.post("files", raw=b"nonsense", content_type="multipart/form-data"), 400)
    problem(administrator.post("files", raw=b"nonsense", content_type="multipart/form-data; boundary=x"), 400)
    assert problem(uploaded(administrator, b""), 422)["errors"] == {"file": ["The file is empty."]}
    response = administrator.post(
        "files", raw=b"x", content_type=MULTIPART_CONTENT, **{"Content-Length": "99999999999"}
    )
    problem(response, 413)


def test_html_is_never_shown_in_our_name(administrator):
    answer = administrator.get(uploaded(administrator, HTML, "page.html").json()["url"])
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
