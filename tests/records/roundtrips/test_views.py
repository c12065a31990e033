"""The same in the browser's words: upload, look, decide, take in, take back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext, override

from kundig.accounts.actions import add_role, find_role, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.parties.actions import change_party
from kundig.parties.models import Organisation
from kundig.platform.formats import current_formats
from kundig.platform.jobs import Progress, Rejected
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.imports.jobs import compare_returned, do_import
from kundig.records.imports.models import ImportRun, RunState
from kundig.records.roundtrips import running
from kundig.records.roundtrips.models import ReturnedLine
from kundig.records.roundtrips.pages import notices
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import an_organisation
from tests.records.roundtrips.spreadsheet import Workbook

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial", "HTTP_HX_TARGET": "main#content"}


@pytest.fixture
def boss(client, db):
    user = an_administrator()
    user.language = "en"
    user.save()
    client.force_login(user)
    return user


@pytest.fixture
def organisations():
    return registry.get("organisations")


@pytest.fixture
def book(client, boss):
    """What the export menu hands out for two customers."""
    an_organisation(by=boss, name="Huber AG", city="Wien")
    an_organisation(by=boss, name="Meier KG", city="Hamburg")
    response = client.get("/organisations/export/?as=edit")
    assert response.status_code == 200
    assert response["Content-Disposition"].endswith('.xlsx"')
    return Workbook(b"".join(response.streaming_content))


def uploaded(client, book, *, status=302):
    file = SimpleUploadedFile("Kunden.xlsx", book.saved())
    response = client.post("/organisations/import/", {"file": file})
    assert response.status_code == status, response.content.decode()
    return response


def run_of(response):
    return ImportRun.objects.get(pk=response["Location"].split("/")[-2])


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def compared(client, run):
    return client.get(f"/organisations/import/{run.pk}/compare/")


def test_menu_offers_it_and_the_way_back(client, boss):
    an_organisation(by=boss)
    page = words(client.get("/organisations/"))
    assert "Excel, to edit and bring back" in page
    assert "Bring back an edited file" in page


def test_upload_leads_to_the_differences(client, boss, book):
    book.set("Huber AG", "City", "Graz")
    run = run_of(uploaded(client, book))
    assert client.get(f"/organisations/import/{run.pk}/", follow=True).redirect_chain[0][0].endswith("/compare/")
    page = words(compared(client, run))
    assert "1 row is different" in page
    assert "Wien Graz" in page
    assert "Change 1 record" in page
    assert Organisation.objects.get(name="Huber AG").city == "Wien"


def test_it_is_taken_in_by_a_job_and_can_be_taken_back(client, boss, book):
    book.set("Huber AG", "City", "Graz")
    run = run_of(uploaded(client, book))
    compared(client, run)
    response = client.post(f"/organisations/import/{run.pk}/compare/", {"go": "1"})
    assert response["Location"] == f"/organisations/import/{run.pk}/"
    run.refresh_from_db()
    do_import(Progress(JobRun.objects.get(pk=run.job_id)), run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.state, Organisation.objects.get(name="Huber AG").city) == (RunState.DONE, "Graz")
    assert list(run.folder.iterdir()) == []
    page = words(client.get(f"/organisations/import/{run.pk}/"))
    assert "1 row is in" in page
    assert "Take this import back" in page
    client.post(f"/changes/{run.pk}/undo/")
    assert Organisation.objects.get(name="Huber AG").city == "Wien"


def test_a_large_file_is_compared_by_a_job(client, boss, book, monkeypatch):
    monkeypatch.setattr(running, "MOST_COMPARED", 1)
    book.set("Huber AG", "City", "Graz")
    run = run_of(uploaded(client, book))
    page = compared(client, run)
    assert ("The file is being compared" in words(page), 'hx-trigger="every 1s"' in page.content.decode()) == (
        True,
        True,
    )
    compared(client, run)
    job = JobRun.objects.get(kind="import_comparison")
    run.refresh_from_db()
    assert (run.job_id, run.preview, run.state) == (job.pk, {}, RunState.MAPPING)
    run.lines.create(number=9, kind="changed")  # of a worker that was killed in the middle
    JobRun.objects.filter(pk=job.pk).update(done=1, total=2)
    assert "1 of 2 rows" in words(compared(client, run))
    assert client.post(f"/organisations/import/{run.pk}/compare/", {"go": "1"}).status_code == 302
    compare_returned(Progress(job), run_id=str(run.pk))
    page = words(compared(client, run))
    assert ("1 row is different" in page, "Wien Graz" in page) == (True, True)
    assert [line.number for line in run.lines.all()] != [9]
    compare_returned(Progress(job), run_id=str(run.pk))  # started again although it was done
    assert run.lines.count() == 1
    assert JobRun.objects.filter(kind="import_comparison").count() == 1
    assert client.post(f"/organisations/import/{run.pk}/compare/", {"go": "1"}).status_code == 302
    run.refresh_from_db()
    assert run.state == RunState.QUEUED


def test_a_large_file_that_is_discarded_meanwhile_ends_the_comparison(client, boss, book, monkeypatch):
    monkeypatch.setattr(running, "MOST_COMPARED", 1)
    book.set("Huber AG", "City", "Graz")
    run = run_of(uploaded(client, book))
    compared(client, run)
    job = JobRun.objects.get(kind="import_comparison")
    discard = f"/organisations/import/{run.pk}/discard/"
    running.compare_in_portions(run, by=boss, watch=lambda done, total: client.post(discard))
    assert not ReturnedLine.objects.exists()
    assert compare_returned(Progress(job), run_id=str(run.pk)) == {}


def test_a_large_file_that_is_gone_says_so(client, boss, book, monkeypatch):
    monkeypatch.setattr(running, "MOST_COMPARED", 1)
    run = run_of(uploaded(client, book))
    compared(client, run)
    job = JobRun.objects.get(kind="import_comparison")
    for left in run.folder.iterdir():
        left.unlink()
    with pytest.raises(Rejected, match="The file of this import is gone"):
        compare_returned(Progress(job), run_id=str(run.pk))
    assert "The file of this import is gone" in words(client.get(f"/organisations/import/{run.pk}/"))


def test_conflicts_are_decided_side_by_side(client, boss, book):
    book.set("Huber AG", "City", "Graz")
    change_party(Organisation.objects.get(name="Huber AG"), {"city": "Linz"}, by=boss)
    run = run_of(uploaded(client, book))
    response = compared(client, run)
    page = words(response)
    assert "1 row is different in Kundig, too: please decide" in page
    assert "Linz keep so it is in Kundig now Graz take so it is in the file" in page
    assert "Nothing to take in" in page
    line = run.lines.get()
    data = {"line": line.pk, "cell.0": "mine"}
    assert "Change 1 record" in words(client.post(f"/organisations/import/{run.pk}/compare/take/", data, **PART))
    assert run.lines.get().cells[0]["take"] is True
    page = words(client.post(f"/organisations/import/{run.pk}/compare/take/", {"every": "theirs"}, **PART))
    assert "Nothing to take in" in page


def test_removed_rows_are_asked_about(client, boss, book):
    book.remove("Meier KG")
    run = run_of(uploaded(client, book))
    assert "1 row of the export is not in the file any more. Its record stays." in words(compared(client, run))
    take = f"/organisations/import/{run.pk}/compare/take/"
    page = words(client.post(take, {"removed": ["keep", "delete"]}, **PART))
    assert "deleted 1" in page
    assert "Delete 1 record " in page
    assert "Nothing to take in" in words(client.post(take, {"removed": ["keep"]}, **PART))


def test_button_names_changes_and_deletions(client, boss, book):
    an_organisation(by=boss, name="Sommer GmbH")
    book.set("Huber AG", "City", "Graz")
    book.remove("Meier KG")
    run = run_of(uploaded(client, book))
    compared(client, run)
    take = f"/organisations/import/{run.pk}/compare/take/"
    page = words(client.post(take, {"removed": ["keep", "delete"]}, **PART))
    assert "Change 1 record, delete 1 " in page


@pytest.mark.django_db(transaction=True)
def test_removed_row_that_was_changed_since_is_decided_alone(client, boss, book):
    book.remove("Meier KG")
    change_party(Organisation.objects.get(name="Meier KG"), {"city": "Linz"}, by=boss)
    run = run_of(uploaded(client, book))
    page = words(compared(client, run))
    assert "1 row is different in Kundig, too: please decide" in page
    assert "It was changed in Kundig after the file was made." in page
    assert "Delete this record, too" not in page and "Take all of the file" not in page
    take = f"/organisations/import/{run.pk}/compare/take/"
    for data in ({"removed": ["keep", "delete"]}, {"every": "mine"}):
        assert "Nothing to take in" in words(client.post(take, data, **PART))
    page = words(client.post(take, {"line": run.lines.get().pk, "wanted": ["no", "yes"]}, **PART))
    assert "Delete 1 record " in page
    assert run.lines.get().is_wanted is True


def test_names_of_columns_stand_in_german_quotation_marks(client, boss, book):
    for label in ("City", "Phone"):
        book.without(label)
    run = run_of(uploaded(client, book))
    compared(client, run)
    run.refresh_from_db()
    with override("de"):
        assert notices(run, current_formats()) == [
            "Die Spalten „City“, „Phone“ fehlen in der Datei; ihre Felder bleiben, wie sie sind."
        ]


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("This column takes numbers only.", "Diese Spalte nimmt nur Zahlen an."),
        (
            "This column takes dates only, like 2026-04-03.",
            "Diese Spalte nimmt nur Datumsangaben an, zum Beispiel 03.04.2026.",
        ),
        ("one of: %(choices)s", "einer der Werte: %(choices)s"),
        (
            "What this file is about (“%(object)s”) does not exist any more.",
            "Das Objekt, zu dem diese Datei gehört, gibt es nicht mehr (%(object)s).",
        ),
        (
            "“%(text)s” is what %(others)s are called already. Choose another name.",
            "Der Name „%(text)s“ ist schon vergeben: %(others)s. Wählen Sie einen anderen Namen.",
        ),
        (
            "One for each row that was sent, in their order.",
            "Ein Ergebnis je gesendete Zeile, in derselben Reihenfolge.",
        ),
        ("“%(object)s” are retired. Their records are kept.",
         "Das Objekt „%(object)s“ ist stillgelegt. Alle Datensätze bleiben erhalten."),
        ("“%(object)s” are back, with their records.",
         "Das Objekt „%(object)s“ ist wieder da, mit allen Datensätzen."),
        ("“%(object)s” are deleted.", "Das Objekt „%(object)s“ ist gelöscht."),
    ],
)  # fmt: skip
def test_german_sentences(text, german):
    with override("de"):
        assert gettext(text) == german


def test_nothing_is_written_while_nothing_is_chosen(client, boss, book):
    run = run_of(uploaded(client, book))
    compared(client, run)
    response = client.post(f"/organisations/import/{run.pk}/compare/", {"go": "1"})
    assert (response.status_code, ImportRun.objects.get().state) == (422, RunState.MAPPING)


def test_stranger_meets_neither_page_nor_decision(client, boss, book):
    book.set("Huber AG", "City", "Graz")
    run = run_of(uploaded(client, book))
    compared(client, run)
    client.force_login(a_user("Nils Fremd"))
    assert compared(client, run).status_code == 404
    for address in ("compare/", "compare/take/"):
        assert client.post(f"/organisations/import/{run.pk}/{address}", {"go": "1", "every": "mine"}).status_code == 404
    assert ImportRun.objects.get().state == RunState.MAPPING


@pytest.fixture
def editor(client):
    """May change customers, but not make any, and not in bulk."""
    role = add_role(name="Edits", like=find_role("sales"), by=None)
    scopes = {Action.CREATE: Scope.NONE, Action.BULK: Scope.NONE, Action.CHANGE: Scope.ALL, Action.READ: Scope.ALL}
    set_grants(role, scopes={("*", action): scope for action, scope in scopes.items()}, by=None)
    user = User.objects.with_access(a_user("Edda Kurz", role=role.key).pk)
    user.language = "en"
    user.save()
    return user


def test_who_may_only_change_brings_back_edited_files_and_no_others(client, boss, book, editor):
    book.set("Huber AG", "City", "Graz")
    client.force_login(editor)
    run = run_of(uploaded(client, book))
    assert "Change 1 record" in words(compared(client, run))
    response = client.post("/organisations/import/", {"file": SimpleUploadedFile("x.csv", b"Firma;Ort\nA;B\n")})
    assert response.status_code == 422
    assert "but not import others" in words(response)


def test_many_need_the_right_to_change_in_bulk(client, boss, book, editor, monkeypatch):
    from kundig.records.roundtrips import views

    monkeypatch.setattr(views, "MOST_BY_ONE", 1)
    book.set("Huber AG", "City", "Graz")
    book.set("Meier KG", "City", "Bremen")
    client.force_login(editor)
    run = run_of(uploaded(client, book))
    compared(client, run)
    response = client.post(f"/organisations/import/{run.pk}/compare/", {"go": "1"})
    assert "Your role lets you change 1 records at once" in words(response)
    assert ImportRun.objects.get(pk=run.pk).state == RunState.MAPPING


def test_rows_are_shown_in_portions(client, boss, organisations, monkeypatch):
    from kundig.records.roundtrips import pages

    monkeypatch.setattr(pages, "SHOWN", 2)
    for number in range(5):
        an_organisation(by=boss, name=f"Kunde {number}", city="Wien")
    book = Workbook(b"".join(client.get("/organisations/export/?as=edit").streaming_content))
    for number in range(5):
        book.set(f"Kunde {number}", "City", "Graz")
    run = run_of(uploaded(client, book))
    first = compared(client, run).content.decode()
    assert (first.count('class="roundtrip__row"'), "Further rows" in first) == (2, True)
    more = re.search(r'href="([^"]*after=[^"]*)"', first).group(1).replace("&amp;", "&")
    assert "Kunde 2" in words(client.get(more))


def test_table_too_large_to_edit_is_refused(client, boss, monkeypatch):
    from kundig.records.exports import running as exporting

    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    an_organisation(by=boss, name="Huber AG")
    an_organisation(by=boss, name="Meier KG")
    response = client.get("/organisations/export/?as=edit")
    assert response.status_code == 400
    assert "A file to edit holds at most 1 rows." in response.content.decode()
