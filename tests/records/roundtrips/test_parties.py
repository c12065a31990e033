"""Customers on a round trip: summaries go their own way, what was merged is found, rights hold."""

import io
import zipfile

import pytest

from kundig.accounts.actions import change_preferences
from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.parties.actions import merge_parties
from kundig.parties.models import ContactPoint, Organisation
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.imports.command import run as at_the_command_line
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.ledger.undoing import undo
from kundig.records.roundtrips.comparing import cells_of
from kundig.records.roundtrips.pages import shown_lines
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user, an_organisation, steinbrueck

pytestmark = pytest.mark.django_db
FIELDS = "name number industry city postal_code phone mail lifecycle owner tags"


@pytest.fixture
def boss(db):
    user = a_user("Petra Boss", role="administrator")
    change_preferences(user, values={"language": "en"})
    return User.objects.with_access(user.pk)


@pytest.fixture
def organisations():
    return registry.get("organisations")


def test_summaries_are_written_by_the_domain(organisations, boss, exported, brought_back, taken):
    party = steinbrueck(by=boss, phone="089 1234567")
    book = exported(organisations, boss, fields=FIELDS)
    book.set(party.name, "Phone", "0221 47110")
    book.set(party.name, "Postal code", "01067")
    run = taken(brought_back(organisations, boss, book), boss)
    party.refresh_from_db()
    assert (party.phone, party.postal_code) == ("+4922147110", "01067")
    assert ContactPoint.objects.get(party=party, kind="phone").normalised == "+4922147110"
    undo(run.pk, by=boss)
    party.refresh_from_db()
    assert party.phone == "+49891234567"


def test_cells_that_are_codes_are_texts_for_the_spreadsheet(organisations, boss, exported):
    an_organisation(by=boss, postal_code="01067", phone="089 1234567")
    book = exported(organisations, boss, fields=FIELDS)
    assert (book.get("Molkerei Steinbrück eG", "Postal code"), book.get("Molkerei Steinbrück eG", "Phone")) == (
        "01067", "+49 89 1234567",
    )  # fmt: skip


def test_row_of_a_merged_party_leads_to_the_one_that_stayed(organisations, boss, exported, brought_back, taken):
    stays = an_organisation(by=boss, name="Huber AG", city="Wien")
    goes = an_organisation(by=boss, name="Huber Aktiengesellschaft", city="Wien", industry="Bau")
    book = exported(organisations, boss, fields="name city industry")
    book.set(goes.name, "Industry", "Handel")
    book.set(goes.name, "City", "Graz")
    book.remove(stays.name)
    merge_parties(stays, goes, by=boss)
    run = brought_back(organisations, boss, book)
    [line] = run.lines.all()
    assert (line.record_id, line.why) == (stays.pk, "The record of this row has become another one, “Huber AG”.")
    assert {cell.field: (cell.theirs, cell.mine, cell.state) for cell in cells_of(line)} == {
        "city": ("Wien", "Graz", "change"), "industry": ("Bau", "Handel", "change"),
    }  # fmt: skip
    taken(run, boss)
    stays.refresh_from_db()
    assert (stays.city, stays.industry, Organisation.objects.count()) == ("Graz", "Handel", 1)


def test_both_rows_of_a_merge_are_not_taken_twice(organisations, boss, exported, brought_back):
    stays, goes = an_organisation(by=boss, name="Huber AG"), an_organisation(by=boss, name="Huber Aktiengesellschaft")
    book = exported(organisations, boss, fields="name city")
    book.set(stays.name, "City", "Wien")
    book.set(goes.name, "City", "Graz")
    merge_parties(stays, goes, by=boss)
    lines = [(line.kind, line.why) for line in brought_back(organisations, boss, book).lines.order_by("id")]
    why = "The records of two rows have become one. The same record stands in row 2 already."
    assert lines == [("changed", ""), ("refused", why)]


def test_who_sees_only_their_own_gets_nothing_of_others(organisations, boss, exported, brought_back):
    an_organisation(by=boss, name="Huber AG")
    book = exported(organisations, boss, fields="name city")
    book.set("Huber AG", "City", "Wien")
    stranger = User.objects.with_access(a_scoped_user("Nils Fremd", Scope.OWN).pk)
    run = brought_back(organisations, stranger, book)
    [line] = run.lines.all()
    assert (line.kind, line.cells) == ("refused", [])
    [shown] = shown_lines([line], run, organisations, by=stranger, formats=current_formats())
    assert shown.url == ""


def test_file_of_another_house_is_refused(organisations, boss, exported, brought_back, settings):
    an_organisation(by=boss, name="Huber AG")
    book = exported(organisations, boss, fields="name city")
    settings.SECRET_KEY = "another house"
    with pytest.raises(UnusableFile, match="made by another Kundig"):
        brought_back(organisations, boss, book)


@pytest.mark.parametrize("label", ["object", "at", "fields"])
def test_altered_slip_is_refused(organisations, boss, exported, brought_back, label):
    an_organisation(by=boss, name="Huber AG")
    book = exported(organisations, boss, fields="name city")
    row = next(row for row in book.others["Kundig"] if row[0] == label)
    row[1] = row[1].replace("city", "mail") if label == "fields" else "persons"
    with pytest.raises(UnusableFile, match="hidden sheet “Kundig” of this file was changed"):
        brought_back(organisations, boss, book)


def test_without_its_hidden_columns_it_is_refused(organisations, boss, exported, brought_back):
    an_organisation(by=boss, name="Huber AG")
    book = exported(organisations, boss, fields="name city")
    book.without("Kundig-Version")
    with pytest.raises(UnusableFile, match="hidden columns “Kundig-Id” and “Kundig-Version” are missing"):
        brought_back(organisations, boss, book)


def test_file_dropped_at_another_table_goes_to_its_own(organisations, boss, exported, brought_back):
    an_organisation(by=boss, name="Huber AG")
    book = exported(organisations, boss, fields="name city")
    assert brought_back(registry.get("persons"), boss, book).object == "organisations"


def test_nothing_hidden_can_be_read_out_of_the_file(organisations, boss):
    from kundig.platform.formats import current_formats
    from kundig.records.bulk.selection import Selection
    from kundig.records.exports.files import Form
    from kundig.records.exports.running import PAGE, asked, make

    an_organisation(by=boss, name="Huber AG", city="Wien")
    question = asked(
        organisations, boss, current_formats(), selection=Selection(params={}), names=["name", "city"], form=Form.EDIT
    )
    target = io.BytesIO()
    make(question, target, via=PAGE)
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
    assert {name for name, text in parts.items() if "Wien" in text} == {"xl/worksheets/sheet1.xml"}
    workbook = parts["xl/workbook.xml"]
    assert '<sheet name="Kundig" sheetId="3" state="hidden"' in workbook
    assert '<col min="2" max="3"' in parts["xl/worksheets/sheet1.xml"]


def test_choices_have_drop_downs_and_kept_columns_are_guarded(organisations, boss):
    from kundig.platform.formats import current_formats
    from kundig.records.bulk.selection import Selection
    from kundig.records.exports.files import Form
    from kundig.records.exports.running import PAGE, asked, make

    an_organisation(by=boss, name="Huber AG")
    question = asked(
        organisations, boss, current_formats(), selection=Selection(params={}),
        names=["name", "lifecycle", "changed_at", "employees"], form=Form.EDIT,
    )  # fmt: skip
    target = io.BytesIO()
    make(question, target, via=PAGE)
    with zipfile.ZipFile(target) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<dataValidation type="list"' in sheet
    assert "<formula1>'Kundig'!$E$2:$E$" in sheet
    assert '<dataValidation type="custom"' in sheet
    assert '<dataValidation type="decimal"' in sheet
    assert '<pane xSplit="1" ySplit="1"' in sheet


class TestAtTheCommandLine:
    @pytest.fixture
    def told(self, tmp_path, boss):
        def do(book, **options):
            path = tmp_path / "Kunden.xlsx"
            path.write_bytes(book.saved())
            out, err = io.StringIO(), io.StringIO()
            status = at_the_command_line(path, by=boss, out=out, err=err, **options)
            return status, out.getvalue() + err.getvalue()

        return do

    def test_edited_file_is_recognised_and_written(self, organisations, boss, exported, told):
        an_organisation(by=boss, name="Huber AG", city="Wien")
        book = exported(organisations, boss, fields="name city")
        book.set("Huber AG", "City", "Graz")
        status, text = told(book)
        assert (status, Organisation.objects.get().city) == (0, "Graz")
        assert "row 2, Huber AG: changed" in text
        assert "  City: Wien → Graz" in text

    def test_dry_run_changes_nothing(self, organisations, boss, exported, told):
        an_organisation(by=boss, name="Huber AG", city="Wien")
        book = exported(organisations, boss, fields="name city")
        book.set("Huber AG", "City", "Graz")
        status, text = told(book, dry_run=True)
        assert (status, Organisation.objects.get().city) == (0, "Wien")
        assert "  City: Wien → Graz" in text

    @pytest.mark.parametrize(("takes_file", "city"), [(False, "Linz"), (True, "Graz")])
    def test_conflicts_keep_what_is_there_unless_asked(self, organisations, boss, exported, told, takes_file, city):
        from kundig.parties.actions import change_party

        party = an_organisation(by=boss, name="Huber AG", city="Wien")
        book = exported(organisations, boss, fields="name city")
        book.set("Huber AG", "City", "Graz")
        change_party(party, {"city": "Linz"}, by=boss)
        told(book, takes_file=takes_file)
        assert Organisation.objects.get().city == city

    def test_other_files_need_to_be_told_what_they_hold(self, tmp_path, boss):
        path = tmp_path / "x.csv"
        path.write_text("Firma;Ort\nHuber;Wien\n")
        out = io.StringIO()
        assert at_the_command_line(path, by=boss, out=out) == 2
        assert "Say with --as what is in the file" in out.getvalue()
