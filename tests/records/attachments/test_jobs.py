import os
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kundig.platform import files, jobs
from kundig.platform.models import StoredFile
from kundig.records.attachments.actions import remove_attachment
from kundig.records.attachments.models import Attachment
from kundig.records.files import receive
from tests.records.test_files import picture
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


def upkeep():
    return jobs.run_now("files_upkeep", title="Files", by=None).result


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def test_a_deleted_file_is_erased_after_a_month(courses, course, own_courses, attached):
    attachment = attached(picture(), "a.jpg")
    remove_attachment(courses, course, attachment, by=own_courses["owner"])
    assert upkeep()["deleted"] == 0
    Attachment.objects.update(deleted_at=days_ago(31))
    assert upkeep()["deleted"] == 1
    assert not StoredFile.objects.exists()


def test_files_of_a_record_that_is_gone_are_erased_a_month_later(course, attached):
    attached()
    course.delete()
    upkeep()
    assert Attachment.objects.get().orphaned_at is not None
    Attachment.objects.update(orphaned_at=days_ago(31))
    assert upkeep()["deleted"] == 1
    assert not Attachment.objects.exists()


def test_files_of_a_record_that_came_back_stay(course, attached):
    attached()
    Attachment.objects.update(orphaned_at=days_ago(10))
    upkeep()
    assert Attachment.objects.get().orphaned_at is None


def test_an_upload_that_was_never_attached_goes_and_one_in_use_stays(own_courses):
    never = receive(SimpleUploadedFile("a.jpg", picture()), by=own_courses["owner"])
    used = receive(SimpleUploadedFile("b.jpg", picture(size=(9, 9))), by=own_courses["owner"])
    Course.objects.create(name="Löten", photo=used)
    upkeep()
    never.refresh_from_db()
    used.refresh_from_db()
    assert (never.unused_since is not None, used.unused_since) == (True, None)
    assert upkeep()["unused"] == 0
    StoredFile.objects.update(unused_since=days_ago(31))
    assert upkeep()["unused"] == 1
    assert StoredFile.objects.get() == used


def test_a_file_that_is_used_again_is_counted_anew(own_courses):
    file = receive(SimpleUploadedFile("a.jpg", picture()), by=own_courses["owner"])
    StoredFile.objects.update(unused_since=days_ago(29))
    Course.objects.create(name="Löten", photo=file)
    upkeep()
    file.refresh_from_db()
    assert file.unused_since is None


def test_a_use_without_a_foreign_key_counts(own_courses, monkeypatch):
    file = receive(SimpleUploadedFile("a.jpg", picture()), by=own_courses["owner"])
    monkeypatch.setattr(files, "_other_uses", [lambda: [file.pk]])
    upkeep()
    file.refresh_from_db()
    assert file.unused_since is None


def test_bytes_without_a_file_are_swept_once_they_are_old(own_courses):
    upkeep()
    kept = receive(SimpleUploadedFile("a.jpg", picture(size=(7, 7))), by=own_courses["owner"])
    stray = files._place("ab" * 32)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"left behind")
    assert upkeep()["bytes"] == 0
    old = time.time() - 2 * 24 * 3600
    for place in (stray, files.path_of(kept)):
        os.utime(place, (old, old))
    assert upkeep()["bytes"] >= 1
    assert (stray.exists(), files.path_of(kept).exists()) == (False, True)
