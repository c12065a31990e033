"""Added fields on arranged pages, and files in them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kundig.platform import files, jobs
from kundig.platform.models import StoredFile
from kundig.records.actions import create_record
from kundig.records.files import receive, visible_file
from kundig.records.layouts.actions import save_layout
from kundig.records.layouts.content import standard
from kundig.records.layouts.queries import layout_for
from tests.accounts.factories import a_user
from tests.records.test_files import picture

pytestmark = pytest.mark.django_db


def test_a_file_in_an_added_field_is_in_use_and_seen_by_whoever_reads_the_record(add, administrator, courses):
    plan = add("Floor plan", "file")
    file = receive(SimpleUploadedFile("a.jpg", picture()), by=administrator)
    other = receive(SimpleUploadedFile("b.jpg", picture(size=(9, 9))), by=administrator)
    create_record(courses, {"name": "Löten", plan.name: file.pk}, by=administrator)
    jobs.run_now("files_upkeep", title="Files", by=None)
    unused = StoredFile.objects.exclude(unused_since=None)
    assert [each.pk for each in unused] == [other.pk]
    assert files.forget_unused(now=timezone.now() + files.KEPT_UNUSED * 2) == 1
    assert visible_file(a_user("Paula Roth", role="reader"), file.pk) == file


def test_an_added_field_stands_on_a_page_that_was_arranged_before(add, administrator, courses):
    save_layout(courses, None, standard(courses).as_json(), seen=0, by=administrator)
    stars = add("Stars", "number")
    layout = layout_for(courses, administrator)
    assert stars.name in layout.placed_fields
    content = layout.as_json()
    content["header"].append(stars.name)
    for block in content["places"]["facts"]:
        block["fields"] = [name for name in block["fields"] if name != stars.name]
    block = content["places"]["facts"][0]
    block["when"] = f"{stars.name} > 3"
    save_layout(courses, None, content, seen=1, by=administrator)
    assert layout_for(courses, administrator).header[-1] == stars.name
