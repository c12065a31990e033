import csv
import io
import re

import pytest
from python_calamine import CalamineWorkbook

from kundig.accounts.actions import add_role, change_preferences, set_grants
from kundig.accounts.actions.roles import find_role
from kundig.accounts.enums import Action, Scope
from kundig.platform.formats import formats
from kundig.records import search
from kundig.records.exports import files, jobs
from kundig.records.exports.cells import harmless, restored
from kundig.records.exports.models import ExportEntry, ExportRun
from tests.accounts.factories import a_user, an_administrator
from tests.records.toy.models import Course

DANGEROUS = [
    "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "\t=1+1", "\r=1+1", "\n=1+1",
    " =1+1", '=HYPERLINK("http://x.example")', "＝1+1", "-A1", "+49 89 (HYPERLINK)", "-", "=",
]  # fmt: skip
HARMLESS = [
    "Löten",
    "+49 30 0074321",
    "+49300074321",
    "+49 30 0074321 ext. 5",
    "-5",
    "-5,50",
    "+1 (212) 555-0100",
    "a=b",
    "",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_does_not_leave_the_house(text):
    assert harmless(text) == (text if text == "-" else f"'{text}")


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_and_phone_numbers_survive(text):
    assert harmless(text) == text


@pytest.mark.parametrize("text", [*DANGEROUS, *HARMLESS, "'", "'s-Hertogenbosch", "'Löten'"])
def test_what_left_comes_back_as_it_was(text):
    assert restored(harmless(text)) == text


@pytest.fixture
def signed_in(client, courses, db):
    def as_user(user):
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        return client

    return as_user


def exported(client, query="?as=csv"):
    response = client.get(f"/courses/export/{query}")
    assert response.status_code == 200, response.content
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return response, content


def two_courses(**values):
    first = Course.objects.create(
        name="=cmd|' /C calc'!A0", seats=1200, price="1234.50", price_currency="CHF", city="Köln", phone="+49300074321",
        starts_on="2026-04-03", tags=["VIP", "a;b"], content='Zwei\nZeilen "mit" ; Zeichen', **values,
    )  # fmt: skip
    second = Course.objects.create(name="Weben", **values)
    return first, second


def test_a_table_is_exported_as_a_german_spreadsheet_reads_it(signed_in):
    user = an_administrator()
    two_courses(owner=user)
    response, content = exported(signed_in(user))
    assert re.fullmatch(r"attachment; filename=\"courses \d{4}-\d\d-\d\d\.csv\"", response["Content-Disposition"])
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert rows == [
        ["Name", "City", "Level", "Seats", "Price", "Currency", "First day", "Course manager", "Tags"],
        ["'=cmd|' /C calc'!A0", "Köln", "Basics", "1200", "1234,5", "CHF", "03.04.2026", "Jana Brandt", "VIP, a;b"],
        ["Weben", "", "Basics", "", "", "", "", "Jana Brandt", ""],
    ]


def test_english_files_have_commas_and_iso_dates(signed_in):
    user = an_administrator()
    change_preferences(user, values={"language": "en"})
    two_courses()
    _response, content = exported(signed_in(user), "?as=csv-comma&sort=-name")
    rows = list(csv.reader(io.StringIO(content), delimiter=","))
    assert [row[0] for row in rows] == ["Name", "Weben", "'=cmd|' /C calc'!A0"]
    assert rows[2][4:7] == ["1234.5", "CHF", "2026-04-03"]


def test_columns_filters_words_and_order_are_those_of_the_table(signed_in, courses):
    user = an_administrator()
    search.refresh(courses, [course.pk for course in two_courses()])
    client = signed_in(user)
    _response, content = exported(client, "?as=csv&columns=phone&columns=content&columns=address&seats=1200")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert rows[0][2:4] == ["Phone", "Content"]
    assert rows[1][2:5] == ["+49 30 0074321", 'Zwei\nZeilen "mit" ; Zeichen', ""]
    assert len(rows) == 2
    assert "Weben" in exported(client, "?as=csv&q=weben")[1]


def test_only_what_may_be_exported_is(signed_in):
    role = add_role(name="Own export", like=find_role("reader"), by=None)
    set_grants(role, scopes={("courses", Action.EXPORT): Scope.OWN}, by=None)
    owner, reader = a_user("Ole Lund", role=role.key), a_user("Paula Roth", role="reader")
    two_courses(owner=owner)
    Course.objects.create(name="Fremd", owner=reader)
    assert "Fremd" not in exported(signed_in(owner))[1]
    assert signed_in(reader).get("/courses/export/").status_code == 403


def test_a_parameter_that_is_not_right_is_refused(signed_in):
    client = signed_in(an_administrator())
    for query in ("?sort=nonsense", "?colour=red", "?seats=many", "?as=pdf"):
        assert client.get(f"/courses/export/{query}").status_code == 400, query


def test_a_workbook_holds_numbers_and_days_and_no_formulas(signed_in):
    user = an_administrator()
    two_courses(owner=user, booking_opens_at="2026-01-02T12:00:00+01:00")
    response = signed_in(user).get(
        "/courses/export/?as=xlsx&columns=seats&columns=price&columns=starts_on&columns=booking_opens_at"
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    header, first, second = book.get_sheet_by_index(0).to_python()
    assert header == ["Name", "City", "Seats", "Price", "Currency", "First day", "Booking opens"]
    assert first[:5] == ["=cmd|' /C calc'!A0", "Köln", 1200.0, 1234.5, "CHF"]
    assert (first[5].isoformat(), first[6].isoformat()) == ("2026-04-03", "2026-01-02T12:00:00")
    assert second[0] == "Weben"


def test_rows_leave_in_portions_of_one_state(courses, db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(files, "PORTION", 10)
    Course.objects.bulk_create(Course(name=f"Kurs {number:02}") for number in range(25))
    prepared = files.Export([courses.field("name")], formats("de"))
    rows = files.sorted_rows(Course.objects.all(), prepared.plan, sort="name_key", descending=False)
    portions = [portion for _number, portion in prepared.csv(rows, delimiter=";")]
    assert [portion.count(b"\r\n") for portion in portions] == [11, 10, 5]
    assert portions[0].startswith("\ufeffName\r\nKurs 00".encode())


def book_of(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))


def test_a_workbook_tells_about_itself(signed_in):
    user = an_administrator()
    two_courses(owner=user)
    book = book_of(signed_in(user).get("/courses/export/?level=basic&owner=me&q=&sort=-name&as=xlsx"))
    assert book.sheet_names == ["Courses", "Über diese Datei"]
    about = dict(row[:2] for row in book.get_sheet_by_index(1).to_python())
    assert about["Filter"] == "Level: Basics; Course manager: Jana Brandt"
    assert about["Sortiert nach"] == "Name, absteigend"
    assert (about["Von"], about["Personenbezogene Daten"], about["Zeilen"]) == ("Jana Brandt", "nein", 2.0)


def test_a_condition_narrows_the_file_and_stands_in_the_log_as_a_sentence(signed_in):
    two_courses()
    content = exported(signed_in(an_administrator()), '?as=csv&filter=seats > 10 and city = "Köln"')[1]
    assert content.count("\r\n") == 2
    assert "1200" in content and "Weben" not in content
    assert "Seats" in ExportEntry.objects.get().filter and "Köln" in ExportEntry.objects.get().filter


def test_all_fields_and_chosen_rows(signed_in):
    user = an_administrator()
    first, _second = two_courses(owner=user)
    content = exported(signed_in(user), f"?as=csv&columns=*&id={first.pk}")[1]
    header, *rows = csv.reader(io.StringIO(content), delimiter=";")
    assert {"Content", "Postal code", "Members"} - set(header) == {"Members"}
    assert len(rows) == 1 and str(first.pk) in rows[0]
    assert "Allergies of the trainer" not in header  # its purpose is not stated


def test_words_find_more_than_the_list_shows(signed_in, courses):
    made = Course.objects.bulk_create(Course(name=f"Kurs {number}") for number in range(620))
    search.refresh(courses, [course.pk for course in made])
    content = exported(signed_in(an_administrator()), "?as=csv&q=kurs")[1]
    assert content.count("\r\n") == 621


def test_each_export_is_written_down(signed_in):
    user = an_administrator()
    two_courses(owner=user)
    signed_in(user).get("/courses/export/?as=csv&seats=1200&columns=seats")
    entry = ExportEntry.objects.get()
    assert (entry.by_id, entry.by_name, entry.object, entry.rows) == (user.pk, "Jana Brandt", "courses", 1)
    assert (entry.form, entry.via, entry.filter, entry.is_personal) == ("csv", "page", "Seats: 1.200", False)
    assert entry.columns == ["name", "city", "seats"]


@pytest.mark.parametrize(
    "harm",
    ["UPDATE records_exportentry SET rows = 0", "DELETE FROM records_exportentry", "TRUNCATE records_exportentry"],
)
def test_the_log_can_only_be_added_to(signed_in, harm):
    from django.db import DatabaseError, connection, transaction

    two_courses()
    signed_in(an_administrator()).get("/courses/export/?as=csv")
    with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
        connection.cursor().execute(harm.format(table="records_exportentry"))
    assert ExportEntry.objects.get().rows == 2


def test_a_large_export_is_a_job_whose_file_only_who_asked_can_fetch(signed_in, monkeypatch, settings, tmp_path):
    settings.DATA = tmp_path
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    user, other = a_user("Ole Lund", role="administrator"), an_administrator()
    two_courses(owner=user)
    client = signed_in(user)
    response = client.get("/courses/export/?as=csv&sort=-name")
    run = ExportRun.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/exports/{run.pk}/")
    assert not ExportEntry.objects.exists()
    assert client.get(f"/exports/{run.pk}/file/").status_code == 404
    from kundig.platform.jobs import Progress
    from kundig.platform.models import JobRun

    jobs.do_export(Progress(JobRun.objects.get(pk=run.job_id)), run_id=str(run.pk))
    assert "Die Datei ist fertig" in client.get(f"/exports/{run.pk}/").content.decode()
    content = b"".join(client.get(f"/exports/{run.pk}/file/").streaming_content).decode("utf-8-sig")
    assert [line.split(";")[0] for line in content.splitlines()[:2]] == ["Name", "Weben"]
    assert (run.folder.stat().st_mode & 0o777, run.path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert ExportEntry.objects.get().rows == 2
    client.force_login(other, backend="kundig.accounts.backends.AccessBackend")
    assert client.get(f"/exports/{run.pk}/").status_code == 404
    assert client.get(f"/exports/{run.pk}/file/").status_code == 404
    ExportRun.objects.update(finished_at="2026-01-01T00:00:00Z")
    jobs.prune(None)
    assert not run.folder.exists()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    assert client.get(f"/exports/{run.pk}/file/").status_code == 404


def test_rights_are_those_of_the_time_the_file_is_made(signed_in, monkeypatch, settings, tmp_path):
    from kundig.platform.jobs import Progress, Rejected
    from kundig.platform.models import JobRun

    settings.DATA = tmp_path
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    user = a_user("Ole Lund", role="administrator")
    two_courses(owner=user)
    signed_in(user).get("/courses/export/?as=csv")
    run = ExportRun.objects.get()
    user.roles.clear()
    with pytest.raises(Rejected):
        jobs.do_export(Progress(JobRun.objects.get(pk=run.job_id)), run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.folder.exists(), ExportEntry.objects.exists()) == ("failed", False, False)
