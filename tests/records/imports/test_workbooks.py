"""Workbooks: what stands in them is read, and what would harm is refused before it is unpacked."""

import datetime as dt
import zipfile

import pytest
import xlsxwriter

from kundig.records.imports.reading import workbooks
from kundig.records.imports.reading.form import UnusableFile
from kundig.records.imports.reading.opening import open_file
from kundig.records.imports.reading.workbook_program import text_of


def workbook(path, sheets):
    with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.fixture
def customers(tmp_path):
    rows = [
        ["Firma", "PLZ", "Umsatz", "Seit", "Aktiv"],
        ["Hübner & Süß", "01067", 12480.5, dt.date(2020, 4, 3), True],
        [],
        ["Öl-Müller", 80331, 980, dt.date(2021, 11, 12), False],
        [],
    ]
    return workbook(tmp_path / "kunden.xlsx", {"Leer": [], "Kunden": rows, "Alt": [["Name"], ["A"], ["B"]]})


def test_first_sheet_with_rows_is_read(customers, tmp_path):
    opened = open_file(customers, tmp_path)
    assert opened.sheets == ("Leer", "Kunden", "Alt")
    assert opened.table.form.sheet == "Kunden"
    assert opened.table.columns == ("Firma", "PLZ", "Umsatz", "Seit", "Aktiv")
    assert [row.cells for row in opened.table.rows()] == [
        ["Hübner & Süß", "01067", "12480.5", "2020-04-03", "true"],
        ["", "", "", "", ""],
        ["Öl-Müller", "80331", "980", "2021-11-12", "false"],
    ]


def test_another_sheet_can_be_chosen(customers, tmp_path):
    opened = open_file(customers, tmp_path, choices={"sheet": "Alt"})
    assert opened.table.form.sheet == "Alt"
    assert [row.cells for row in opened.table.rows()] == [["A"], ["B"]]


def test_unknown_sheet_is_refused(customers, tmp_path):
    with pytest.raises(UnusableFile, match="no such sheet"):
        open_file(customers, tmp_path, choices={"sheet": "Neu"})


def test_workbook_without_rows_is_refused(tmp_path):
    with pytest.raises(UnusableFile, match="no sheet with rows"):
        open_file(workbook(tmp_path / "leer.xlsx", {"Leer": []}), tmp_path)


def bomb(path, *, size, name="xl/workbook.xml"):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as part,
    ):
        for _ in range(size // 1_000_000):
            part.write(bytes(1_000_000))
    return path


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with pytest.raises(UnusableFile, match="would unpack to 80 MB"):
        open_file(bomb(tmp_path / "bomb.xlsx", size=80_000_000), tmp_path)


def test_archive_that_lies_about_its_size_is_refused(tmp_path):
    path = bomb(tmp_path / "liar.xlsx", size=80_000_000)
    content = path.read_bytes()
    true_size = (80_000_000).to_bytes(4, "little")
    assert content.count(true_size) >= 1
    path.write_bytes(content.replace(true_size, (80_000).to_bytes(4, "little")))
    with pytest.raises(UnusableFile, match="damaged"):
        open_file(path, tmp_path)


def test_many_parts_over_the_same_bytes_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "parts.xlsx", "w") as archive:
        for number in range(5001):
            archive.writestr(f"xl/{number}.xml", b"")
    with pytest.raises(UnusableFile, match="too large"):
        open_file(tmp_path / "parts.xlsx", tmp_path)


def test_sheet_that_claims_a_vast_table_is_refused(tmp_path):
    path = workbook(tmp_path / "vast.xlsx", {"Kunden": [["a", "b"], ["1", "2"]]})
    rewritten = tmp_path / "claims.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", row)
            target.writestr(part.filename, content)
    with pytest.raises(UnusableFile, match="too large"):
        open_file(rewritten, tmp_path)


def test_a_text_that_stands_in_very_many_cells_does_not_fill_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_WRITTEN", 5_000_000)
    path = workbook(tmp_path / "gross.xlsx", {"Kunden": [["Firma", "Notiz"], *([["A", "x" * 30_000]] * 500)]})
    assert path.stat().st_size < 20_000
    with pytest.raises(UnusableFile, match="too large to be opened"):
        open_file(path, tmp_path)
    assert [left.name for left in tmp_path.iterdir()] == ["gross.xlsx"]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"readme.txt": "x"}, "This is an archive"),
        ({"word/document.xml": "<w/>"}, "This is a text document"),
        ({"xl/workbook.xml": "<broken"}, "damaged"),
    ],
)
def test_other_archives_are_named(tmp_path, parts, message):
    path = tmp_path / "file.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(UnusableFile, match=message):
        open_file(path, tmp_path)


def test_cut_off_workbook_is_refused(customers, tmp_path):
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(customers.read_bytes()[:3000])
    with pytest.raises(UnusableFile, match="damaged"):
        open_file(cut, tmp_path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12209.0, "12209"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (None, ""),
        (True, "true"),
        (dt.datetime(2026, 4, 3, 14, 30), "2026-04-03 14:30:00"),
        (dt.datetime(2026, 4, 3), "2026-04-03"),
        (dt.time(14, 30), "14:30:00"),
    ],
)
def test_cells_are_written_as_programs_write_them(value, text):
    assert text_of(value) == text
