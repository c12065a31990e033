import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kundig.records.attachments.models import Attachment
from tests.records.attachments.conftest import PDF
from tests.records.test_files import HTML, SVG, bytes_of, picture
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


def sent(client, course, *contents, names=("Plan.pdf", "Bild.jpg"), headers=None):
    files = [SimpleUploadedFile(name, content) for name, content in zip(names, contents, strict=False)]
    return client.post(f"/courses/{course.pk}/files/", {"file": files}, headers=headers or {})


def test_files_are_dropped_and_stand_on_the_page(signed_in, course, own_courses):
    client = signed_in(own_courses["owner"])
    answer = sent(client, course, PDF, picture(), headers=JSON)
    assert (answer.status_code, answer.json()) == (201, {"remarks": [], "errors": []})
    page = client.get(f"/courses/{course.pk}/").content.decode()
    assert "Plan.pdf" in page
    assert "Bild.jpg" in page
    assert '<span id="count-files">2</span>' in page
    assert f'data-record="files:{course.pk}"' in page


def test_without_scripts_one_comes_back_to_the_page_with_what_was_wrong(signed_in, course, own_courses):
    client = signed_in(own_courses["owner"])
    answer = sent(client, course, b"", names=("leer.txt",))
    assert (answer.status_code, answer["Location"]) == (302, f"/courses/{course.pk}/#panel-files")
    assert "“leer.txt” is empty." in client.get(f"/courses/{course.pk}/").content.decode()


def test_good_ones_are_kept_beside_bad_ones(signed_in, course, own_courses):
    answer = sent(signed_in(own_courses["owner"]), course, b"", HTML, names=("leer.txt", "Bild.png"), headers=JSON)
    assert (answer.status_code, answer.json()) == (
        422,
        {"remarks": ["Bild.png: The content is: web page."], "errors": ["“leer.txt” is empty."]},
    )
    assert Attachment.objects.get().name == "Bild.png"


def test_a_post_without_a_file_is_told(signed_in, course, own_courses):
    answer = signed_in(own_courses["owner"]).post(f"/courses/{course.pk}/files/", {}, headers=JSON)
    assert (answer.status_code, answer.json()["errors"]) == (422, ["No file was chosen."])


def test_an_upload_far_too_large_is_refused_before_it_is_read(signed_in, course, own_courses):
    answer = signed_in(own_courses["owner"]).post(
        f"/courses/{course.pk}/files/",
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(10**11),
    )
    assert answer.status_code == 400
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (HTML, "Bild.png", "application/octet-stream"),
        (SVG, "Logo.svg", "application/octet-stream"),
        (picture(), "Foto.jpg", "image/jpeg"),
        (PDF, "Plan.pdf", "application/pdf"),
    ],
)
def test_what_came_is_saved_and_never_shown(signed_in, own_courses, attached, content, name, content_type):
    attachment = attached(content, name)
    answer = signed_in(own_courses["owner"]).get(f"/courses/{attachment.record_id}/files/{attachment.pk}/")
    assert b"".join(answer.streaming_content) == content
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (content_type, f'attachment; filename="{name}"')
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"], answer["X-Frame-Options"]) == (
        "nosniff", "default-src 'none'; sandbox", "DENY",
    )  # fmt: skip


def test_a_picture_is_shown_as_we_wrote_it(signed_in, own_courses, attached):
    attachment = attached(picture("PNG") + HTML, "Foto.png")
    client = signed_in(own_courses["owner"])
    for which, file in (("view", attachment.preview), ("small", attachment.thumbnail)):
        answer = client.get(f"/courses/{attachment.record_id}/files/{attachment.pk}/{which}/")
        assert b"".join(answer.streaming_content) == bytes_of(file)
        assert (answer["Content-Disposition"].split(";")[0], answer["Content-Type"]) == ("inline", "image/jpeg")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_pdf_is_shown_in_a_frame_of_ours_alone(signed_in, own_courses, attached):
    attachment = attached()
    answer = signed_in(own_courses["owner"]).get(f"/courses/{attachment.record_id}/files/{attachment.pk}/view/")
    assert (answer["Content-Type"], answer["X-Frame-Options"]) == ("application/pdf", "SAMEORIGIN")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]


def test_nothing_else_is_shown(signed_in, own_courses, attached):
    attachment = attached(HTML, "Plan.pdf")
    client, address = signed_in(own_courses["owner"]), f"/courses/{attachment.record_id}/files/{attachment.pk}/"
    assert client.get(f"{address}view/")["Location"] == address
    assert client.get(f"{address}small/").status_code == 404


def test_owner_colleague_and_stranger(signed_in, own_courses, attached):
    attachment = attached(picture(), "Foto.jpg")
    base = f"/courses/{attachment.record_id}/files/"
    address = f"{base}{attachment.pk}/"
    for who, seen, changed in (("owner", 200, 200), ("colleague", 200, 403), ("stranger", 404, 404)):
        client = signed_in(own_courses[who])
        for part in ("", "view/", "small/"):
            assert client.get(address + part).status_code == seen, (who, part)
        assert client.get(f"{address}edit/").status_code == changed, who
        if who != "owner":
            assert client.post(f"{address}edit/", {"name": "x"}).status_code == changed
            assert client.post(f"{address}remove/").status_code == changed
            assert client.post(base, {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == changed
    attachment.refresh_from_db()
    assert (attachment.name, attachment.deleted_at, Attachment.objects.count()) == ("Foto.jpg", None, 1)


def test_a_file_is_found_at_its_own_record_alone(signed_in, course, own_courses, attached):
    attachment = attached()
    other = Course.objects.create(name="Schweißen", owner=course.owner)
    client = signed_in(own_courses["owner"])
    assert client.get(f"/courses/{other.pk}/files/{attachment.pk}/").status_code == 404
    assert client.get(f"/files/{attachment.file_id}/").status_code == 404


def test_renaming_deleting_and_undoing(signed_in, own_courses, attached):
    attachment = attached()
    client, address = signed_in(own_courses["owner"]), f"/courses/{attachment.record_id}/files/{attachment.pk}/"
    assert 'value="Plan.pdf"' in client.get(f"{address}edit/").content.decode()
    refused = client.post(f"{address}edit/", {"name": " ", "description": "Halle 2"})
    assert (refused.status_code, "A file needs a name." in refused.content.decode()) == (422, True)
    saved = client.post(f"{address}edit/", {"name": "<b>Grundriss", "description": "Halle 2"})
    assert "&lt;b&gt;Grundriss.pdf" in saved.content.decode()
    assert saved["HX-Trigger"] == f'{{"changed": "files:{attachment.record_id}"}}'
    gone = client.post(f"{address}remove/").content.decode()
    assert f'hx-post="{address}back/"' in gone
    assert client.get(address).status_code == 404
    assert client.post(f"{address}back/").status_code == 200
    assert client.get(address).status_code == 200
    assert client.post(f"{address}back/").status_code == 404


def test_a_reader_sees_files_and_no_way_to_change_them(signed_in, own_courses, attached):
    attachment = attached()
    page = signed_in(own_courses["colleague"]).get(f"/courses/{attachment.record_id}/panels/files/").content.decode()
    assert "Plan.pdf" in page
    assert 'type="file"' not in page
    assert "remove/" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_panel_asks_the_same_number_of_questions(
    signed_in, course, own_courses, attached, django_assert_max_num_queries, count
):
    for number in range(count):
        attached(picture(size=(9, number + 3)), f"{number}.jpg")
    client = signed_in(own_courses["owner"])
    client.get(f"/courses/{course.pk}/panels/files/")
    with django_assert_max_num_queries(6):
        client.get(f"/courses/{course.pk}/panels/files/")


def test_a_number_that_changed_rides_along(signed_in, course, own_courses, attached):
    attached()
    html = signed_in(own_courses["owner"]).get(f"/courses/{course.pk}/panels/files/").content.decode()
    assert '<hx-partial hx-target="#count-files" hx-swap="innerHTML">1</hx-partial>' in html


def test_earlier_versions_stand_behind_the_file(signed_in, own_courses, attached):
    first, _second = attached(PDF + b"1"), attached(PDF + b"2")
    html = signed_in(own_courses["owner"]).get(f"/courses/{first.record_id}/panels/files/").content.decode()
    assert html.count('class="files__kind"') == 1
    assert "version 2" in html and "1 earlier version" in html
    assert f'href="/courses/{first.record_id}/files/{first.pk}/" download' in html
