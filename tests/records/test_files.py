import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kundig.accounts.actions import add_role, set_grants
from kundig.accounts.actions.roles import find_role
from kundig.accounts.enums import Action, Scope
from kundig.platform import files as storage
from kundig.platform.models import StoredFile
from kundig.records import files
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def picture(form="JPEG", *, size=(40, 20), mode="RGB", **options):
    target = io.BytesIO()
    Image.new(mode, size, color=0 if mode == "P" else (200, 30, 30, 128)[: len(mode)]).save(target, form, **options)
    return target.getvalue()


def camera_picture():
    """Taken with the camera on its side, in Munich."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Maria"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(size=(40, 20), exif=exif.tobytes(), comment=b"secret")


def bomb():
    """A PNG of a few bytes that would unpack to 30,000 × 30,000 pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )


def received(content, name="photo.jpg", *, by=None, **options):
    return files.receive(SimpleUploadedFile(name, content), by=by or an_administrator(), **options)


def bytes_of(file):
    return storage.path_of(file).read_bytes()


def test_a_photograph_loses_what_the_camera_noted_and_stands_upright():
    file = received(camera_picture(), "C:\\Bilder\\Maria.JPG")
    image = Image.open(io.BytesIO(bytes_of(file)))
    assert (file.name, file.content_type, image.format, image.size) == ("Maria.jpg", "image/jpeg", "JPEG", (20, 40))
    assert not image.getexif()
    assert b"secret" not in bytes_of(file)
    assert b"Camera" not in bytes_of(file)


@pytest.mark.parametrize(
    ("content", "content_type", "mode"),
    [
        (picture("PNG", mode="RGBA"), "image/png", "RGBA"),
        (picture("GIF", mode="P", transparency=0), "image/png", "RGBA"),
        (picture("WEBP"), "image/jpeg", "RGB"),
        (picture("JPEG", mode="CMYK"), "image/jpeg", "RGB"),
        (picture("PNG", mode="L"), "image/jpeg", "L"),
    ],
    ids=["png", "gif", "webp", "cmyk", "grey"],
)
def test_pictures_of_any_kind_become_ones_that_every_browser_shows(content, content_type, mode):
    file = received(content, "logo.bin", only_pictures=True)
    assert file.content_type == content_type
    assert Image.open(io.BytesIO(bytes_of(file))).mode == mode


def test_a_large_picture_is_made_smaller():
    file = received(picture(size=(4000, 2000)))
    assert Image.open(io.BytesIO(bytes_of(file))).size == (1600, 800)


def test_what_is_hidden_behind_a_picture_is_gone():
    file = received(picture() + HTML)
    assert b"script" not in bytes_of(file)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (HTML, "“photo.jpg” is not a picture. Choose a JPEG, PNG, WebP or GIF."),
        (SVG, "is not a picture"),
        (b"%PDF-1.7", "is not a picture"),
        (picture("BMP"), "is not a picture"),
        (picture(size=(400, 400), quality=100)[:900], "The picture is damaged."),
        (picture("PNG", mode="L", size=(9000, 6000)), "The picture has 9000 × 6000 pixels; at most 50 million"),
        (bomb(), "The picture has too many pixels; at most 50 million fit."),
    ],
    ids=["empty", "html", "svg", "pdf", "bmp", "damaged", "many pixels", "bomb"],
)
def test_what_is_no_picture_is_refused(content, words):
    with pytest.raises(ValidationError) as refused:
        received(content, only_pictures=True)
    assert words in refused.value.messages[0]
    assert not StoredFile.objects.exists()


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 1_000_000)
    with pytest.raises(ValidationError, match="The file has 2 MB; at most 1 MB fit"):
        received(b"x" * 1_000_001)


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (b"%PDF-1.7\n...", "flyer.pdf", "application/pdf"),
        (HTML, "flyer.png", "application/octet-stream"),
        (SVG, "logo.svg", "application/octet-stream"),
        (b"PK\x03\x04...", "table.xlsx", "application/octet-stream"),
    ],
)
def test_other_files_are_kept_as_they_are_and_never_shown(client, content, name, content_type):
    user = an_administrator()
    file = received(content, name, by=user)
    assert (file.name, file.content_type, bytes_of(file)) == (name, content_type, content)
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    response = client.get(f"/files/{file.pk}/")
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


# -- who sees a file ----------------------------------------------------------------------------------------------


@pytest.fixture
def sign_in(client, courses):
    def as_user(user):
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        return client

    return as_user


def with_own_courses(name):
    role = find_role("reader")
    if not role.__class__.objects.filter(key="own-courses").exists():
        own = add_role(name="Own courses", like=role, by=None)
        scopes = {("courses", action): Scope.OWN for action in (Action.READ, Action.CREATE, Action.CHANGE)}
        set_grants(own, scopes=scopes, by=None)
    return a_user(name, role="own-courses")


def test_owner_uploader_and_stranger(sign_in):
    owner, uploader, stranger = (with_own_courses(name) for name in ("Ole Lund", "Ida Falk", "Max Horn"))
    file = received(picture(), by=uploader)
    course = Course.objects.create(name="Löten", owner=owner, photo=file)
    address = f"/files/{file.pk}/"
    assert [sign_in(user).get(address).status_code for user in (owner, uploader, stranger)] == [200, 200, 404]
    Course.objects.filter(pk=course.pk).update(photo=None)
    assert [sign_in(user).get(address).status_code for user in (owner, uploader, stranger)] == [404, 200, 404]


def test_a_visitor_is_led_to_sign_in(client, courses):
    file = received(picture())
    assert client.get(f"/files/{file.pk}/").status_code == 302


def test_a_picture_that_the_browser_has_is_not_sent_again(sign_in):
    user = an_administrator()
    file = received(picture(), by=user)
    first = sign_in(user).get(f"/files/{file.pk}/")
    assert first["Content-Disposition"].startswith("inline")
    again = sign_in(user).get(f"/files/{file.pk}/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_bytes_that_are_missing_are_told(sign_in):
    user = an_administrator()
    file = received(picture(), by=user)
    storage.path_of(file).unlink()
    assert sign_in(user).get(f"/files/{file.pk}/").status_code == 404


# -- in cells and forms -------------------------------------------------------------------------------------------


def test_a_picture_is_put_into_a_field_and_taken_out(sign_in):
    user = an_administrator()
    course = Course.objects.create(name="Löten")
    client, address = sign_in(user), f"/courses/{course.pk}/fields/photo/"
    assert 'hx-encoding="multipart/form-data"' in client.get(address).content.decode()
    answer = client.post(address, {"photo.file": SimpleUploadedFile("Werkstatt.png", picture("PNG"))})
    assert answer.status_code == 200
    course.refresh_from_db()
    assert course.photo.name == "Werkstatt.jpg"
    assert f"/files/{course.photo.pk}/" in answer.content.decode()

    kept = client.post(address, {"photo": str(course.photo.pk)})
    assert kept.status_code == 200
    course.refresh_from_db()
    assert course.photo is not None

    client.post(address, {"photo": str(course.photo.pk), "photo.remove": "1"})
    course.refresh_from_db()
    assert course.photo is None


def test_what_is_no_picture_is_refused_at_its_field(sign_in):
    course = Course.objects.create(name="Löten")
    client = sign_in(an_administrator())
    answer = client.post(f"/courses/{course.pk}/fields/photo/", {"photo.file": SimpleUploadedFile("a.png", HTML)})
    assert answer.status_code == 422
    assert "a.png" in answer.content.decode()
    course.refresh_from_db()
    assert course.photo is None


def test_a_form_keeps_the_picture_it_does_not_touch(sign_in):
    user = an_administrator()
    course = Course.objects.create(name="Löten", photo=received(picture(), by=an_administrator("Timo Beck")))
    client, address = sign_in(user), f"/courses/{course.pk}/edit/"
    page = client.get(address).content.decode()
    assert 'enctype="multipart/form-data"' in page
    form = {"name": "Löten II", "level": "basic", "photo": str(course.photo.pk)}
    assert client.post(address, form).status_code == 302
    course.refresh_from_db()
    assert (course.name, course.photo is not None) == ("Löten II", True)


def test_a_form_keeps_what_was_typed_while_the_store_does_not_answer(sign_in, settings, tmp_path):
    course = Course.objects.create(name="Löten")
    client = sign_in(an_administrator())
    settings.DATA, settings.FILES_URL = tmp_path, "s3+http://key:secret@127.0.0.1:9/kundig"
    sent = {
        "name": "Schweißen für Fortgeschrittene",
        "level": "basic",
        "photo.file": SimpleUploadedFile("a.png", picture("PNG")),
    }
    answer = client.post(f"/courses/{course.pk}/edit/", sent)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Der Speicher für Dateien antwortet nicht." in html
    assert 'value="Schweißen für Fortgeschrittene"' in html
    course.refresh_from_db()
    assert (course.name, StoredFile.objects.count()) == ("Löten", 0)


def test_an_upload_far_too_large_is_refused_before_it_is_read(sign_in):
    course = Course.objects.create(name="Löten")
    client = sign_in(an_administrator())
    answer = client.post(f"/courses/{course.pk}/fields/photo/", b"", content_type="multipart/form-data; boundary=x",
                         CONTENT_LENGTH=str(10**10))  # fmt: skip
    assert answer.status_code == 400
