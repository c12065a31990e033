import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kundig.platform import files
from kundig.platform.models import OutboxEvent, StoredFile
from kundig.records.attachments import actions
from kundig.records.attachments.actions import (
    attach_file,
    change_attachment,
    erase_attachments_of,
    remove_attachment,
    restore_attachment,
)
from kundig.records.attachments.models import Attachment
from tests.records.attachments.conftest import PDF
from tests.records.test_files import HTML, bomb, bytes_of, camera_picture, picture
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


def upload(content, name="Plan.pdf"):
    return SimpleUploadedFile(name, content)


def test_a_file_is_kept_as_it_came_and_told_to_those_who_look(courses, course, own_courses):
    made = attach_file(courses, course, upload(PDF), by=own_courses["owner"])
    attachment = Attachment.objects.get()
    assert made.attachment == attachment
    assert made.remarks == []
    assert (attachment.object, attachment.record_id, attachment.created_by) == (
        "courses", course.pk, own_courses["owner"],
    )  # fmt: skip
    assert (attachment.name, attachment.file.content_type, bytes_of(attachment.file)) == (
        "Plan.pdf", "application/pdf", PDF,
    )  # fmt: skip
    assert attachment.file.created_by is None
    event = OutboxEvent.objects.latest("id")
    assert event.name == "records.FilesChanged"
    assert event.payload["file_id"] == str(attachment.pk)


def test_a_picture_gets_a_preview_and_a_thumbnail_and_its_own_bytes_stay(attached):
    content = camera_picture()
    attachment = attached(content, "IMG_1.JPG")
    assert bytes_of(attachment.file) == content
    assert b"Camera" not in bytes_of(attachment.preview)
    large = attached(picture(size=(4000, 2000)), "Halle.jpg")
    sizes = [Image.open(io.BytesIO(bytes_of(file))).size for file in (large.file, large.preview, large.thumbnail)]
    assert sizes == [(4000, 2000), (1600, 800), (160, 80)]


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (bomb(), "No preview: The picture has too many pixels; at most 50 million fit."),
        (picture("PNG", mode="L", size=(9000, 6000)), "No preview: The picture has 9000 × 6000 pixels"),
        (picture("PNG", size=(400, 400))[:200], "No preview: The picture is damaged."),
        (HTML, "The content is: web page."),
    ],
    ids=["bomb", "many pixels", "damaged", "html"],
)
def test_what_is_odd_about_a_picture_is_told_and_costs_the_preview_alone(courses, course, own_courses, content, remark):
    made = attach_file(courses, course, upload(content, "Bild.png"), by=own_courses["owner"])
    assert remark in made.remarks[0]
    assert (made.attachment.preview, made.attachment.thumbnail) == (None, None)
    assert bytes_of(made.attachment.file) == content


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Bilder\\Plan.pdf", "Plan.pdf"),
        ("a\x00b\r\n\u202efdp.exe", "abfdp.exe"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("..", "file"),
        ('"><script x=1>.pdf', '"><script x=1>.pdf'),
    ],
)
def test_hostile_names_are_made_harmless(courses, course, own_courses, name, kept):
    sent = upload(PDF)
    sent._name = name  # what Django itself would already have mended
    assert attach_file(courses, course, sent, by=own_courses["owner"]).attachment.name == kept


def test_the_same_bytes_lie_in_the_data_folder_once(attached):
    one, two = attached(PDF + b"once", "a.pdf"), attached(PDF + b"once", "b.pdf")
    assert files.path_of(one.file) == files.path_of(two.file)
    erase_attachments_of("courses", [one.record_id])
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_erasing_takes_bytes_that_nobody_else_has(courses, attached, course):
    one, two = attached(PDF + b"one"), attached(PDF + b"two")
    kept = attached(PDF + b"two", to=Course.objects.create(name="Schweißen", owner=course.owner))
    places = [files.path_of(each.file) for each in (one, two)]
    assert erase_attachments_of("courses", [course.pk]) == 2
    assert [place.exists() for place in places] == [False, True]
    assert Attachment.objects.get() == kept


def test_empty_and_large_files_are_refused_and_nothing_is_kept(courses, course, own_courses, settings):
    settings.BIGGEST_FILE = 1_000_000
    for content, words in ((b"", "“a.pdf” is empty."), (b"x" * 1_200_000, "“a.pdf” has 1.2 MB; at most 1.0 MB fit.")):
        with pytest.raises(ValidationError) as refused:
            attach_file(courses, course, upload(content, "a.pdf"), by=own_courses["owner"])
        assert refused.value.messages == [words]
    assert not StoredFile.objects.exists()


def test_a_record_holds_only_so_many(courses, course, own_courses, attached, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 1)
    attached()
    with pytest.raises(ValidationError, match="There are 1 files here already"):
        attach_file(courses, course, upload(PDF), by=own_courses["owner"])


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_whoever_may_not_change_the_record_may_not_change_its_files(courses, course, own_courses, attached, who):
    attachment, by = attached(), own_courses[who]
    for forbidden in (
        lambda: attach_file(courses, course, upload(PDF), by=by),
        lambda: change_attachment(courses, course, attachment, by=by, name="x.pdf"),
        lambda: remove_attachment(courses, course, attachment, by=by),
        lambda: restore_attachment(courses, course, attachment, by=by),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()
    attachment.refresh_from_db()
    assert (Attachment.objects.count(), attachment.name, attachment.deleted_at) == (1, "Plan.pdf", None)


def test_a_new_name_keeps_the_ending_and_a_description_is_one_line(courses, course, own_courses, attached):
    attachment = attached()
    change_attachment(courses, course, attachment, by=own_courses["owner"], name="Grundriss", text=" Halle\n 2 \x00")
    attachment.refresh_from_db()
    assert (attachment.name, attachment.description) == ("Grundriss.pdf", "Halle 2")
    with pytest.raises(ValidationError) as refused:
        change_attachment(courses, course, attachment, by=own_courses["owner"], name=" / ", text="x" * 301)
    assert refused.value.message_dict == {
        "name": ["A file needs a name."],
        "description": ["At most 300 letters fit, these are 301."],
    }


def test_a_deleted_file_comes_back(courses, course, own_courses, attached):
    attachment = attached()
    remove_attachment(courses, course, attachment, by=own_courses["owner"])
    assert not Attachment.objects.of("courses", course.pk).exists()
    restore_attachment(courses, course, attachment, by=own_courses["owner"])
    assert Attachment.objects.of("courses", course.pk).get() == attachment


def test_a_file_of_the_same_name_is_the_next_version(courses, course, own_courses, attached):
    first, other, second = attached(PDF + b"1"), attached(PDF, "Skizze.pdf"), attached(PDF + b"2", "plan.PDF")
    assert [(each.version, each.series == first.series) for each in (first, other, second)] == [
        (1, True), (1, False), (2, True),
    ]  # fmt: skip
    assert set(Attachment.objects.of("courses", course.pk).standing()) == {second, other}
    remove_attachment(courses, course, second, by=own_courses["owner"])
    assert list(Attachment.objects.of("courses", course.pk)) == [other]
    second.refresh_from_db()
    restore_attachment(courses, course, second, by=own_courses["owner"])
    assert set(Attachment.objects.of("courses", course.pk)) == {first, second, other}


def test_the_remark_says_which_version_it_is(courses, course, own_courses, attached):
    attached()
    again = attach_file(courses, course, SimpleUploadedFile("Plan.pdf", PDF + b"2"), by=own_courses["owner"])
    assert again.remarks == ["This is version 2 of “Plan.pdf”."]
    moved = attached(to=Course.objects.create(name="Schweißen", owner=course.owner))
    assert moved.version == 1
