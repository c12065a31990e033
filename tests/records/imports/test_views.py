"""Imports in the browser: whose they are, and what a form may say."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kundig.platform.enums import JobState
from kundig.platform.models import JobRun
from kundig.records.imports.models import ImportRun, RunState
from tests.accounts.factories import a_user, an_administrator

pytestmark = pytest.mark.django_db
TABLE = b"Firma;Ort\nAlfreds Futterkiste;Berlin\nErnst Handel;Graz\n"


@pytest.fixture
def svenja(client, settings, tmp_path):
    settings.DATA = tmp_path
    user = a_user("Svenja Kroll")
    client.force_login(user)
    return user


@pytest.fixture
def address(client, svenja):
    """Of an import that Svenja has begun."""
    return uploaded(client)


def uploaded(client, name="Kunden.csv"):
    return client.post("/organisations/import/", {"file": SimpleUploadedFile(name, TABLE)})["Location"]


@pytest.mark.parametrize("part", ["", "preview/", "rows/1/", "progress/"])
def test_an_import_is_seen_by_who_began_it_and_by_administrators(client, address, part):
    assert client.get(address + part).status_code == 200
    client.force_login(a_user("Kai Lindner"))
    assert client.get(address + part).status_code == 404
    assert client.post(address, {"set": "existing=overwrite"}).status_code == 404
    client.force_login(an_administrator())
    assert client.get(address + part).status_code == 200


@pytest.mark.parametrize(
    "choice",
    [
        "header=²", "header=-1", "header=" + "9" * 5000, "delimiter=\x00", "delimiter=", "encoding=\x00",
        "encoding=rot13", "sheet=\x00", "dates=x", "match=\x00", "match=postcode", "existing=perhaps", "missing=\x00",
        "column=²:name", "column=99999999999999999999:name", "column=9:name", "\x00", "nonsense=1",
    ],
)  # fmt: skip
def test_a_choice_that_does_not_exist_changes_nothing_else(client, address, choice):
    before = ImportRun.objects.get()
    assert client.post(address, {"set": choice}).status_code in (200, 422)
    after = ImportRun.objects.get()
    assert (after.form, after.plan["columns"]) == (before.form, before.plan["columns"])
    for part in ("", "preview/", "rows/1/"):
        assert client.get(address + part).status_code == 200


def test_whose_numbers_they_are_is_a_text(client, address):
    assert client.post(address, {"system": " Na\x00vision " + "x" * 500}).status_code == 200
    assert ImportRun.objects.get().plan["system"] == "Navision " + "x" * 51


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("a\\b\\Kunden.csv", "Kunden.csv"), ("Kun\u202eden.csv", "Kunden.csv")],
)
def test_the_name_of_a_file_is_for_people_and_never_a_path(client, svenja, name, kept):
    address = uploaded(client, name)
    run = ImportRun.objects.get()
    assert run.name == kept
    assert sorted(path.name for path in run.folder.iterdir()) == ["source"]
    assert client.get(address).status_code == 200


def test_an_import_whose_job_gave_up_is_over(client, address):
    client.post(address, {"go": "1"})
    run = ImportRun.objects.get()
    assert run.state == RunState.QUEUED
    ImportRun.objects.update(state=RunState.RUNNING)
    assert client.post(f"{address}discard/").status_code == 403
    JobRun.objects.filter(pk=run.job_id).update(state=JobState.FAILED, error="OSError: the disk is full")
    assert "OSError: the disk is full" in client.get(f"{address}progress/").content.decode()
    assert ImportRun.objects.get().state == RunState.FAILED
    assert client.post(f"{address}discard/").status_code == 302
    assert not run.folder.exists()
