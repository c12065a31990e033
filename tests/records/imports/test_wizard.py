"""The import in the browser, step by step: a file is chosen, mapped, looked at, taken in, and its result read."""

import re

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from kundig.accounts.enums import Scope
from kundig.parties.models import Organisation
from kundig.platform.jobs import Progress
from kundig.platform.models import JobRun
from kundig.records.imports import preview, views
from kundig.records.imports.jobs import do_import
from kundig.records.imports.models import ImportRun, RunState, SavedMapping
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import a_scoped_user, an_organisation

pytestmark = pytest.mark.django_db
LIST = "KdNr;Firma;Ort;EMail\n1;Meier KG;Hamburg;info@meier.example\n2;Huber AG;Wien;kaputt\n"
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}


@pytest.fixture
def boss(client, settings, tmp_path):
    settings.DATA = tmp_path
    user = an_administrator()
    user.language = "en"
    user.save()
    client.force_login(user)
    return user


@pytest.fixture
def uploaded(client, boss):
    """Uploads a file and answers its import."""

    def do(content=LIST, *, name="Kunden.csv", at="organisations"):
        data = content if isinstance(content, bytes) else content.encode()
        response = client.post(f"/{at}/import/", {"file": SimpleUploadedFile(name, data)})
        assert response.status_code == 302, response.content.decode()
        return ImportRun.objects.get(pk=response["Location"].split("/")[-2])

    return do


def address(run):
    return f"/{run.object}/import/{run.pk}/"


def posted(client, run, *, status=200, **data):
    response = client.post(address(run), data)
    assert response.status_code == status
    run.refresh_from_db()
    return response.content.decode()


def done(run):
    """Does the job that was queued."""
    job = JobRun.objects.get(pk=run.job_id)
    do_import(Progress(job), **job.arguments)
    run.refresh_from_db()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_file_is_recognised_and_its_columns_are_mapped(client, uploaded):
    run = uploaded()
    page = client.get(address(run)).content.decode()
    assert "All four columns are mapped" in page
    assert "Semicolon" in page
    assert run.plan["columns"] == {"KdNr": "key", "Firma": "name", "Ort": "city", "EMail": "mail"}


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "The file is empty."), (b"%PDF-1.4", "This is a PDF document"), (b"\x00\x01\x02" * 99, "not a text file")],
)
def test_file_that_is_no_table_is_refused_and_not_kept(client, boss, tmp_path, content, message):
    file = SimpleUploadedFile("x.csv", content)
    response = client.post("/organisations/import/", {"file": file}, HTTP_HX_TARGET="form#upload", **PART)
    assert response.status_code == 422
    html = response.content.decode()
    assert html.lstrip().startswith('<form class="drop" id="upload"')
    # What the browser says of a file without content is that there is none.
    assert message in html or (content == b"" and "No file was chosen." in html)
    assert ImportRun.objects.count() == 0
    assert not list((tmp_path / "imports").glob("*"))


def test_column_is_mapped_by_hand(client, uploaded):
    run = uploaded()
    html = posted(client, run, **{"column.2": "region"})
    assert run.plan["columns"]["Ort"] == "region"
    assert "chosen" in words(html)


def test_target_moves_from_one_column_to_another(client, uploaded):
    run = uploaded()
    posted(client, run, **{"column.2": "name"})
    assert run.plan["columns"]["Ort"] == "name"
    assert "Firma" not in run.plan["columns"]


def test_column_is_left_out_by_its_button(client, uploaded):
    run = uploaded()
    posted(client, run, set="column=3:leave_out")
    assert run.plan["columns"]["EMail"] == "leave_out"


def test_list_that_names_nobody_cannot_be_taken_in(client, uploaded):
    run = uploaded()
    posted(client, run, **{"column.0": "leave_out", "column.1": "leave_out"})
    html = client.get(address(run)).content.decode()
    assert "One column must be the name or a number of the organisation." in html
    posted(client, run, status=422, go="1")
    assert run.state == RunState.MAPPING


@pytest.mark.parametrize(
    ("choice", "name", "value"),
    [
        ("delimiter=,", "delimiter", ","),
        ("dates=mdy", "dates", "mdy"),
        ("decimal=,", "decimal", ","),
        ("header=0", "header", 0),
        ("encoding=mac_roman", "encoding", "mac_roman"),
    ],
)
def test_file_is_read_otherwise(client, uploaded, choice, name, value):
    run = uploaded("KdNr;Firma,Ort\n1;Meier KG,Hamburg\n2;Huber AG,Wien\n")
    posted(client, run, set=choice)
    assert run.form[name] == value


def test_fixed_columns_are_moved(client, uploaded):
    lines = "".join(f"{n:04}Firma {n:<8} Berlin\n" for n in range(1, 30))
    run = uploaded(lines, name="alt.txt")
    assert run.form["layout"] == "fixed"
    page = client.get(address(run)).content.decode()
    assert "fixed columns" in words(page)
    posted(client, run, cuts="1, 5, 20")
    assert run.form["cuts"] == [0, 4, 19]
    assert "Firma 1" in client.get(address(run)).content.decode()
    html = posted(client, run, status=422, cuts="1, x")
    assert "Write the places where columns begin as numbers: 1, 7, 16." in html
    posted(client, run, set="delimiter=;")
    assert run.form["layout"] == "delimited"
    posted(client, run, set="layout=fixed")
    assert run.form["layout"] == "fixed"


def test_signs_that_stand_in_every_line_are_offered_as_delimiters(client, uploaded):
    run = uploaded("Firma~Ort^Land\nMeier KG~Kiel^DE\nHuber AG~Wien^AT\n")
    page = client.get(address(run)).content.decode()
    assert 'value="delimiter=^"' in page
    posted(client, run, set="delimiter=^")
    assert run.form["delimiter"] == "^"


def test_sheet_of_a_workbook_is_chosen(client, uploaded, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "k.xlsx") as book:
        for name, firm in (("Alt", "Meier KG"), ("Neu", "Huber AG")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Firma", "Ort"])
            sheet.write_row(1, 0, [firm, "Kiel"])
    run = uploaded((tmp_path / "k.xlsx").read_bytes(), name="k.xlsx")
    assert run.sheets == ["Alt", "Neu"]
    posted(client, run, set="sheet=Neu")
    assert "Huber AG" in client.get(address(run)).content.decode()
    posted(client, run, set="header=0")
    assert (run.form["sheet"], run.form["header"]) == ("Neu", 0)


def test_preview_says_what_will_happen_and_changes_nothing(client, uploaded):
    run = uploaded()
    html = words(client.get(f"{address(run)}preview/").content.decode())
    assert "new 1" in html
    assert "to check 1 1 cannot be taken." in html
    assert "Row 2 EMail: “kaputt” is not a mail address." in html
    assert "Take in 1 row" in html
    assert Organisation.objects.count() == 0


def test_row_is_shown_as_it_arrives(client, uploaded):
    run = uploaded()
    first = words(client.get(f"{address(run)}rows/1/").content.decode())
    assert "Meier KG new organisation Hamburg · info@meier.example" in first
    assert "is not a mail address" in client.get(f"{address(run)}rows/2/").content.decode()
    assert client.get(f"{address(run)}rows/3/").status_code == 404


def test_import_is_done_by_a_job_and_ends_with_its_result(client, uploaded):
    run = uploaded()
    posted(client, run, status=302, go="1")
    assert run.state == RunState.QUEUED
    assert 'hx-trigger="every 1s"' in client.get(f"{address(run)}progress/").content.decode()
    done(run)
    page = client.get(address(run)).content.decode()
    assert "1 row is in" in page
    assert 'hx-trigger="every' not in page
    assert Organisation.objects.get().city == "Hamburg"
    assert not (run.folder / "source").exists()


def test_rows_not_taken_are_downloaded(client, uploaded):
    run = uploaded()
    posted(client, run, status=302, go="1")
    done(run)
    response = client.get(f"{address(run)}returned/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("2;Huber AG;Wien;kaputt;EMail:")
    assert "attachment" in response["Content-Disposition"]


def test_mapping_is_remembered(client, uploaded):
    run = uploaded()
    posted(client, run, **{"column.2": "region"})
    posted(client, run, status=302, go="1")
    assert SavedMapping.objects.get().plan["columns"]["Ort"] == "region"
    again = uploaded("KdNr;Firma;Ort;EMail\n7;Neu KG;Kiel;\n8;Alt KG;Bonn;\n", name="morgen.csv")
    assert again.plan["columns"]["Ort"] == "region"
    assert again.plan["system"] == "Kunden"
    assert "as they were the last time" in client.get(address(again)).content.decode()


def test_likely_duplicates_are_shown_and_decided(client, uploaded, boss):
    known = an_organisation(by=boss, name="Alfreds Futterkiste", city="Berlin", phone="030 0074321")
    run = uploaded("Firma;Ort;Telefon\nAlfreds Futterkisten;Berlin;030 0074321\nNeu KG;Kiel;\n")
    html = words(client.get(f"{address(run)}preview/").content.decode())
    assert "Perhaps there already 1" in html
    assert "like Alfreds Futterkiste : Same phone number" in html
    assert "new 1" in html
    assert "to check 1" in html
    html = words(client.post(f"{address(run)}decide/", {"decide": f"1={known.pk}"}).content.decode())
    assert "completed 1" in html
    assert "Take in 2 rows" in html
    html = words(client.post(f"{address(run)}decide/", {"decide": "1=new"}).content.decode())
    assert "new 2" in html
    client.post(f"{address(run)}decide/", {"decide": "all=complete"})
    run.refresh_from_db()
    posted(client, run, status=302, go="1")
    done(run)
    assert Organisation.objects.count() == 2


def test_what_a_row_says_otherwise_stands_beside_its_likely_duplicate(client, uploaded, boss):
    an_organisation(
        by=boss, name="Alfreds Futterkiste", street="Hafenweg 1", postal_code="10115", city="Berlin",
        phone="030 0074321", industry="Handel",
    )  # fmt: skip
    text = (
        "Firma;Straße;PLZ;Ort;Telefon;Mail;Branche\n"
        "Alfreds Futterkisten;Hafenweg 11;10115;Berlin;030 0074321;info@alfreds.example;Handel\n"
    )
    run = uploaded(text)
    html = client.get(f"{address(run)}preview/").content.decode()
    assert (
        "Name Alfreds Futterkiste (in the file: Alfreds Futterkisten)"
        " Address Hafenweg 1, 10115 Berlin (in the file: Hafenweg 11, 10115 Berlin) Mail info@alfreds.example"
    ) in words(html)
    assert "Handel" not in html
    posted(client, run, set="existing=overwrite")
    html = client.get(f"{address(run)}preview/").content.decode()
    assert "<del>Alfreds Futterkiste</del> <ins>Alfreds Futterkisten</ins>" in html


def test_likely_duplicates_are_decided_alike_or_left_out(client, uploaded, boss):
    for number in range(2):
        an_organisation(by=boss, name=f"Kiste {number} Berlin", city="Berlin", phone=f"030 00743{number}1")
    run = uploaded("Firma;Ort;Telefon\nKisten 0 Berlin;Berlin;030 0074301\nKisten 1 Berlin;Berlin;030 0074311\n")
    html = client.get(f"{address(run)}preview/").content.decode()
    assert [label in html for label in ("Complete all", "All are new", "Leave all out")] == [True] * 3
    html = words(client.post(f"{address(run)}decide/", {"decide": "all=new"}).content.decode())
    assert ("new 2" in html, "Take in 2 rows" in html) == (True, True)
    html = words(client.post(f"{address(run)}decide/", {"decide": "all=skip"}).content.decode())
    assert ("skipped 2" in html, "to check 0" in html, "Nothing to take in" in html) == (True, True, True)
    client.post(f"{address(run)}decide/", {"decide": "2=new"})
    posted(client, run, status=302, go="1")
    done(run)
    assert sorted(Organisation.objects.values_list("name", flat=True)) == [
        "Kiste 0 Berlin", "Kiste 1 Berlin", "Kisten 1 Berlin",
    ]  # fmt: skip
    client.post(f"/changes/{run.pk}/undo/")
    assert Organisation.objects.count() == 2


def test_of_many_likely_duplicates_those_that_are_not_shown_are_decided_with_all(client, uploaded, boss, monkeypatch):
    monkeypatch.setattr(preview, "MOST_BESIDE", 1)
    monkeypatch.setattr(views, "MOST_BESIDE", 1)
    for number in range(3):
        an_organisation(by=boss, name=f"Kiste {number} Berlin", city="Berlin", phone=f"030 00743{number}1")
    rows = "".join(f"Kisten {number} Berlin;Berlin;030 00743{number}1\n" for number in range(3))
    run = uploaded(f"Firma;Ort;Telefon\n{rows}")
    html = client.get(f"{address(run)}preview/").content.decode()
    assert ("Perhaps there already 3" in words(html), html.count('id="twin-')) == (True, 1)
    assert "2 further rows may be there already. They are answered together with all, or come back." in words(html)
    assert "to check 3" in words(html)
    run.refresh_from_db()
    assert [len(twin["values"]) for twin in run.preview["seen"]["twins"]] == [1, 0, 0]
    assert "completed 3" in words(client.post(f"{address(run)}decide/", {"decide": "all=complete"}).content.decode())
    client.post(f"{address(run)}decide/", {"decide": "1=new"})
    client.post(f"{address(run)}decide/", {"decide": "3="})
    posted(client, run, status=302, go="1")
    done(run)
    assert (run.counts["created"], run.counts["left"]) == (1, 1)


def test_undecided_duplicates_come_back(client, uploaded, boss):
    an_organisation(by=boss, name="Alfreds Futterkiste", city="Berlin", phone="030 0074321")
    run = uploaded("Firma;Ort;Telefon\nAlfreds Futterkisten;Berlin;030 0074321\nNeu KG;Kiel;\n")
    posted(client, run, status=302, go="1")
    done(run)
    assert run.counts["left"] == 1
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["Alfreds Futterkiste", "Neu KG"]
    assert b"Alfreds Futterkisten" in b"".join(client.get(f"{address(run)}returned/").streaming_content)


@pytest.mark.parametrize(
    "decision", ["", "x", "1=", "99=new", "1=not-an-id", "1=00000000-0000-0000-0000-000000000000", "all=x"]
)
def test_odd_decisions_change_nothing(client, uploaded, decision):
    run = uploaded()
    assert client.post(f"{address(run)}decide/", {"decide": decision}).status_code == 200
    run.refresh_from_db()
    assert run.plan["decisions"] == {}


def test_import_that_was_not_begun_is_discarded(client, uploaded):
    run = uploaded()
    assert client.post(f"{address(run)}discard/").status_code == 302
    assert ImportRun.objects.count() == 0
    assert not run.folder.exists()


def test_running_import_is_not_discarded(client, uploaded):
    run = uploaded()
    posted(client, run, status=302, go="1")
    assert client.post(f"{address(run)}discard/").status_code == 403
    assert ImportRun.objects.filter(pk=run.pk).exists()


def test_markup_in_a_file_is_only_text(client, uploaded):
    run = uploaded('Firma<u>;"<script>alert(1)</script>"\nMeier;<img src=x>\nHuber;<u>\n', name="<u>.csv")
    for path in ("", "preview/", "rows/1/"):
        html = client.get(f"{address(run)}{path}").content.decode()
        assert [tag for tag in ("<script>alert", "<img src=x", "<u>") if tag in html] == []


def test_who_sees_all_customers_does_not_see_all_imports(client, uploaded):
    run = uploaded()
    client.force_login(a_scoped_user("Svenja Kroll", Scope.ALL))
    assert client.get(f"{address(run)}returned/").status_code == 404
    assert client.post(f"{address(run)}discard/").status_code == 404
    assert ImportRun.objects.filter(pk=run.pk).exists()


def test_who_may_not_create_may_not_import(client, boss):
    client.force_login(a_user("Rita Leser", role="reader"))
    assert client.get("/organisations/import/").status_code == 403
    assert client.post("/organisations/import/", {}).status_code == 403


def test_strangers_are_sent_to_sign_in(client, db):
    assert client.get("/organisations/import/").status_code == 302


def test_import_of_another_object_is_not_found(client, uploaded):
    run = uploaded()
    assert client.get(f"/persons/import/{run.pk}/").status_code == 404
    assert client.get("/addresses/import/").status_code == 404
    assert client.get("/dragons/import/").status_code == 404


def test_names_of_columns_never_break_the_page(client, uploaded):
    names = ";".join(f"column {i}" for i in range(200))
    run = uploaded(f"a;A;;a;name;Name;{names}\n" + ";".join("x" * 206) + "\n" + ";".join("y" * 206) + "\n")
    page = client.get(address(run))
    assert page.status_code == 200
    assert "Several columns are called “A”" in page.content.decode()


def test_files_on_their_way_are_nobody_elses_business(uploaded):
    run = uploaded()
    assert [oct(folder.stat().st_mode)[-3:] for folder in (run.folder, run.folder.parent)] == ["700", "700"]
