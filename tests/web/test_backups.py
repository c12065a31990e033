"""Backups made by the clock or by a button: proven at once, told of when they fail, not kept for ever."""

import io
import json
import os
import tarfile

import pytest
from django.test import Client

from kundig.notices.models import Notice
from kundig.platform import backups, jobs
from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder
from kundig.platform.enums import JobState
from kundig.platform.models import JobRun
from kundig.web import backups as nightly
from kundig.web import schema
from tests.accounts.factories import a_user, an_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KUNDIG_DATA", str(tmp_path / "data"))
    folder = DataFolder.locate()
    folder.prepare()
    return folder


def run():
    return jobs.run_now(nightly.KIND, title="Backup", by=None)


def test_it_is_written_and_brought_back_and_old_ones_go(folder, settings):
    settings.BACKUPS = 2
    for day in ("01", "02", "03"):
        (folder.backups / f"kundig-2026-01-{day}-011100.tar").write_bytes(b"old")
    before_update = folder.backups / "before-update-2026-01-01-120000.tar"
    before_update.write_bytes(b"old")
    result = run().result
    assert result["removed"] == 2
    assert sorted(path.name for path in folder.backups.iterdir()) == sorted(
        [before_update.name, "kundig-2026-01-03-011100.tar", result["file"]]
    )
    path = folder.backups / result["file"]
    assert (result["size"], result["files"]) == (path.stat().st_size, 0)
    assert result["tables"] > 50
    assert path.stat().st_mode & 0o077 == 0
    assert not list(folder.temporary.iterdir()), "nothing of the trial is left"


def test_what_does_not_come_back_as_it_was_is_no_backup(folder):
    whole = folder.backups / run().result["file"]
    changed = folder.backups / "changed.tar"
    with tarfile.open(whole) as archive, tarfile.open(changed, "w:") as other:
        for entry in archive:
            content = archive.extractfile(entry).read()
            if entry.name == "manifest.json":
                facts = json.loads(content)
                facts["tables"]["public.accounts_role"] = [99, "1"]
                content = json.dumps(facts).encode()
                entry.size = len(content)
            other.addfile(entry, io.BytesIO(content))
    url = os.environ["DATABASE_URL"]
    with pytest.raises(Refused, match=r"is not what was saved: public\.accounts_role: 99 rows, now \d"):
        backups.verify(changed, folder=folder, url=url, known=schema.known())


def test_one_that_cannot_be_proven_is_kept_and_pushes_no_proven_one_out(folder, settings):
    settings.BACKUPS = 1
    proven = run().result["file"]
    (folder.backups / ".unproven-killed.tar.17.dump").write_bytes(b"half")
    place = folder.files / "ab" / "cd"
    place.mkdir(parents=True)
    (place / ("abcd" + "0" * 60)).write_bytes(b"not what its name says")
    for _night in range(2):
        with pytest.raises(jobs.Rejected, match="is not what it was"):
            run()
    kept = sorted(path.name for path in folder.backups.iterdir())
    assert len(kept) == 2
    assert kept[0] == proven
    assert kept[1].startswith("unproven-")


def test_none_is_made_where_none_is_wanted(folder, settings):
    settings.BACKUPS = 0
    assert run().result == {}
    assert list(folder.backups.iterdir()) == []


def test_administrators_hear_of_a_failure(folder):
    mara, _seller = an_administrator("Mara Tiede"), a_user("Jana Brandt")
    folder.backups.rmdir()
    folder.backups.write_text("in the way")
    with pytest.raises(jobs.Rejected, match="the backup cannot be written to"):
        run()
    notice = Notice.objects.get()
    assert (notice.reader, notice.kind, notice.url) == (mara, "backup", "/settings/backups/")
    assert "cannot be written" in notice.data["reason"]


def test_the_page_tells_of_them_and_begins_one(folder):
    client = Client()
    client.force_login(an_administrator(), backend="kundig.accounts.backends.AccessBackend")
    assert "Noch gibt es keine." in client.get("/settings/backups/").content.decode()
    client.post("/settings/backups/")
    client.post("/settings/backups/")
    begun = JobRun.objects.get(kind=nightly.KIND)
    assert begun.state == JobState.QUEUED
    page = client.get("/settings/backups/").content.decode()
    assert "läuft" in page and " disabled" in page
    begun.delete()
    result = run().result
    page = client.get("/settings/backups/").content.decode()
    assert result["file"] in page and "geprüft" in page
    (folder.backups / result["file"]).unlink()
    assert "nicht mehr aufbewahrt" in client.get("/settings/backups/").content.decode()


def test_the_page_is_for_administrators(folder):
    client = Client()
    client.force_login(a_user("Jana Brandt"), backend="kundig.accounts.backends.AccessBackend")
    assert client.get("/settings/backups/").status_code == 403
    assert client.post("/settings/backups/").status_code == 403
    assert not JobRun.objects.exists()
