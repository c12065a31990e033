"""Files as people have them: every delimiter, encoding and form is recognised, and no row is lost or invented."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kundig.records.imports.reading.form import TableForm, UnusableFile
from kundig.records.imports.reading.opening import open_file

GERMAN = [
    ["Firma", "Ansprechp.", "PLZ Ort", "Umsatz", "Wartung"],
    ["Hübner & Süß GmbH", "Dr. Ulrike Hartwig", "93047 Regensburg", "12.480,50", "03.04.2026"],
    ["Kelterei Obstweiler", "Sommer, Tobias", "A-4400 Steyr", "980,00", "12.11.2025"],
    ["Öl-Müller", "Jürgen Weiß", "80331 München", "0", "31.01.2026"],
]


@pytest.fixture
def opened(tmp_path):
    """Writes bytes or text into a file and opens it."""

    def open_content(content, *, written="utf-8", name="file.csv", **choices):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(written))
        return open_file(path, tmp_path, choices=choices)

    return open_content


def as_text(rows, *, delimiter=";", quoting=csv.QUOTE_MINIMAL, newline="\r\n"):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=newline).writerows(rows)
    return file.getvalue()


def cells(opened):
    return [list(opened.table.columns), *(row.cells for row in opened.table.rows())]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^", "~", ":", "#", "\x1f", "¦", "*"])
def test_delimiter_is_recognised(opened, delimiter):
    found = opened(as_text(GERMAN, delimiter=delimiter))
    assert found.table.form.delimiter == delimiter
    assert cells(found) == GERMAN


@pytest.mark.parametrize(
    ("encoding", "recognised"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
        ("iso-8859-1", "cp1252"),
        ("mac_roman", "mac_roman"),
        ("cp850", "cp850"),
    ],
)
def test_encoding_is_recognised(opened, encoding, recognised):
    found = opened(as_text(GERMAN), written=encoding)
    assert found.table.form.encoding == recognised
    assert cells(found) == GERMAN


def test_encoding_of_eastern_europe_is_recognised(opened):
    rows = [["Firma", "Ort"], ["Żywiec", "Kraków"], ["Źródło Świeżości", "Łódź"], ["Książka Sp. z o.o.", "Gdańsk"]]
    assert cells(opened(as_text(rows), written="cp1250")) == rows


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(opened, newline):
    assert cells(opened(as_text(GERMAN, newline=newline))) == GERMAN


def test_quoted_line_breaks_and_quotation_marks_stay_in_the_value(opened):
    rows = [["Name", "Notiz"], ["A", 'sagt "Ja"\nund kommt'], ["B", "x;y"]]
    assert cells(opened(as_text(rows))) == rows


def test_backslashed_quotation_marks_are_read(opened):
    found = opened('Name;Notiz\n"A";"sagt \\"Ja\\""\n"B";"c"\n')
    assert cells(found)[1] == ["A", 'sagt "Ja"']


def test_single_quotation_marks_are_read(opened):
    assert cells(opened("'Name';'Ort'\n'A;B';'C'\n'D';'E'\n"))[1] == ["A;B", "C"]


def test_numbers_and_dates_are_recognised(opened):
    form = opened(as_text(GERMAN)).table.form
    assert (form.decimal, form.dates, form.header) == (",", "dmy", 1)


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["03.04.2026", "12.11.2025"], "dmy"),
        (["04/28/2026", "11/12/2025"], "mdy"),
        (["28/04/2026", "11/12/2025"], "dmy"),
        (["1996-07-04 00:00:00.000", "1996-08-01 00:00:00.000"], "ymd"),
        (["19970101", "19971231"], "ymd"),
        (["3.4.26", "31.12.25"], "dmy"),
    ],
)
def test_order_of_dates_is_recognised(opened, dates, order):
    rows = [["Name", "Tag"], *(["Firma", date] for date in dates)]
    assert opened(as_text(rows)).table.form.dates == order


@pytest.mark.parametrize(
    ("numbers", "decimal"),
    [(["1.234,56", "7"], ","), (["1,234.56", "7"], "."), (["0,5"], ","), (["1'234.50"], "."), (["1.234.567"], ",")],
)
def test_decimal_sign_is_recognised(opened, numbers, decimal):
    rows = [["Name", "Umsatz"], *(["Firma", number] for number in numbers)]
    assert opened(as_text(rows)).table.form.decimal == decimal


def test_numbers_that_do_not_tell_are_read_as_the_program_writes_them_that_wrote_the_file(opened):
    rows = [["Name", "Umsatz"], ["Firma", "1.500"]]
    assert opened(as_text(rows)).table.form.decimal == ","
    assert opened(as_text(rows, delimiter=",")).table.form.decimal == "."


def test_lines_above_the_names_are_passed_over(opened):
    text = "Kundenliste\nStand;01.04.2026\n\n" + as_text(GERMAN)
    assert cells(opened(text)) == GERMAN


def test_hint_of_excel_names_the_delimiter(opened):
    assert cells(opened("sep=;\r\n" + as_text(GERMAN))) == GERMAN


@pytest.mark.parametrize("names", ["Firma;Umsatz 2025;2026", "Firma;KZ3;Ort", "Name;E-Mail;Telefon 2"])
def test_names_with_figures_are_names(opened, names):
    found = opened(f"{names}\nMeier KG;12,50;7\nHuber AG;980,00;8\n")
    assert found.table.columns == tuple(names.split(";"))


def test_rows_without_names_get_numbered_columns(opened):
    found = opened("4711;Meier KG;80331\n4712;Huber AG;80333\n4713;Graf OHG;80335\n")
    assert found.table.columns == ("Column 1", "Column 2", "Column 3")
    assert len(list(found.table.rows())) == 3


def test_fixed_width_is_cut_where_every_line_is_blank(opened):
    text = "".join(f" {n:05} 1997{n % 12 + 1:02}01 {n % 30:>2} {n * 1.5:>7.2f}\n" for n in range(1, 200))
    found = opened(text, name="purchases.txt")
    assert found.table.form.layout == "fixed"
    assert next(found.table.rows()).cells == ["00001", "19970201", "1", "1.50"]
    assert list(found.table.rows())[-1].cells == ["00199", "19970801", "19", "298.50"]


def test_fixed_width_text_columns_begin_at_their_first_letter(opened):
    rows = [("Name", "City", "No"), ("Alfreds Futterkiste", "Berlin", "12"), ("Anton", "Mexico City", "9")]
    text = "".join(f"{a:<22}{b:<14}{c}\n" for a, b, c in rows * 4)
    found = opened(text, name="x.txt")
    assert cells(found)[:3] == [list(row) for row in rows]


def test_blank_behind_an_unquoted_delimiter_joins_the_text(opened):
    text = "id,name,street,city\n1,Formaggi,Viale Dante, 75,Ravenna\n2,Pavlova, Ltd.,Rose St.,Melbourne\n3,A,B 1,C\n"
    rows = list(opened(text).table.rows())
    assert rows[0].cells == ["1", "Formaggi", "Viale Dante, 75", "Ravenna"]
    assert rows[1].cells == ["2", "Pavlova, Ltd.", "Rose St.", "Melbourne"]
    assert [row.is_joined for row in rows] == [True, True, False]


def test_rows_of_another_length_come_with_the_reason(opened):
    rows = list(opened("a;b;c\n1;2;3\n1;2\n1;2;3;4\n1;2;3;;\n4;5;6\n").table.rows())
    assert [row.problem.partition(";")[0] for row in rows] == [
        "",
        "The row has 2 values instead of 3",
        "The row has 4 values instead of 3",
        "",
        "",
    ]
    assert rows[2].cells == ["1", "2", "3", "4"]


def test_two_columns_of_one_name_are_told_apart_and_told(opened):
    naming = opened("Name;Telefon;telefon;;Telefon (2)\nA;1;2;3;4\n").table.naming
    assert naming.names == ("Name", "Telefon", "telefon (2)", "Column 4", "Telefon (2) (2)")
    assert naming.twice == ("telefon", "Telefon (2)")


def test_column_without_name_is_kept_if_something_stands_below(opened):
    found = opened("Name;Ort;;\nA;B;c;\nD;E;;\n")
    assert found.table.columns == ("Name", "Ort", "Column 3")
    assert [row.problem for row in found.table.rows()] == ["", ""]


def test_quotation_mark_never_closed_costs_one_row(opened):
    text = 'Name;Ort\nA;B\n"C;D\n' + "".join(f"N{n};O{n}\n" for n in range(1000))
    rows = list(opened(text).table.rows())
    assert len(rows) == 1002
    assert rows[1].problem == "A quotation mark is opened and never closed."
    assert rows[1].cells == ['"C', "D"]
    assert rows[-1].cells == ["N999", "O999"]


def test_quotation_mark_never_closed_at_the_end_loses_nothing(opened):
    rows = list(opened('Name;Ort\nA;B\nE;F\n"C;D\nG;H\n').table.rows())
    assert [row.cells for row in rows] == [["A", "B"], ["E", "F"], ['"C', "D"], ["G", "H"]]


def test_damaged_characters_cost_one_row(opened):
    lines = ["Name;Ort", *(f"Müller {n};Köln" for n in range(50))]
    content = "\n".join(lines).encode() + b"\nM\xfcller;Berlin\n"
    rows = list(opened(content).table.rows())
    assert rows[-1].problem == "The row contains characters that are not UTF-8."
    assert not any(row.problem for row in rows[:-1])


def test_wrong_encoding_chosen_is_told_row_by_row(opened):
    found = opened(as_text(GERMAN), written="cp1252", encoding="utf-8")
    assert [bool(row.problem) for row in found.table.rows()] == [True, False, True]


def test_encoding_chosen_by_hand_is_used(opened):
    found = opened(as_text(GERMAN), written="cp1252", encoding="mac_roman")
    assert found.table.form.encoding == "mac_roman"
    assert cells(found)[1][0] != "Hübner & Süß GmbH"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n \r\n\n", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"%PDF-1.7 ...", "This is a PDF document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is a picture"),
        (b"\x1f\x8b\x08\x00", "This is a compressed file"),
        (b"<!DOCTYPE html><html><table>", "This is a web page"),
        (b'{"items": []}', "This is a JSON file"),
        (bytes(range(256)) * 20, "This is not a text file"),
        (b"Dear Sir,\n\nthank you for your letter, which I read with joy.\nWe come, if it rains or not, on Friday.\n",
         "No columns can be recognised"),
        (b"x" * 300_000, "The file holds no rows"),
        (b"a;" * 600 + b"\n" + b"1;" * 600 + b"\n", "at most 500"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(opened, content, message):
    with pytest.raises(UnusableFile, match=message):
        opened(content)


def test_list_of_single_values_is_one_column(opened):
    found = opened("Mail\na.meier@example.com\nb.huber@example.com\n")
    assert cells(found) == [["Mail"], ["a.meier@example.com"], ["b.huber@example.com"]]


def test_list_of_two_words_each_is_one_column(opened):
    found = opened("Name\n" + "".join(f"Kurs {n}\n" for n in range(30)))
    assert found.table.columns == ("Name",)
    assert next(found.table.rows()).cells == ["Kurs 0"]


def test_names_alone_are_a_table_without_rows(opened):
    found = opened("Firma;Ort;Telefon\n")
    assert cells(found) == [["Firma", "Ort", "Telefon"]]


@pytest.mark.parametrize(
    "choices",
    [{"encoding": "base65"}, {"encoding": "rot13"}, {"delimiter": ";;"}, {"decimal": "'"}, {"cuts": ["x"]},
     {"header": -1}, {"header": 50}, {"colour": "red"}],
)  # fmt: skip
def test_impossible_choices_are_refused_in_words(opened, choices):
    with pytest.raises(UnusableFile):
        opened(as_text(GERMAN), **choices)


def test_form_survives_being_kept():
    assert TableForm.from_json(TableForm().as_json()) == TableForm()
    form = TableForm(layout="fixed", cuts=(0, 5, 9), encoding="cp1252", delimiter="\t", joins=True, header=0)
    assert TableForm.from_json(form.as_json()) == form


CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), max_size=20)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=8), delimiter=st.sampled_from(";,\t|")
)
def test_every_cell_that_was_written_is_read(tmp_path_factory, rows, delimiter):
    """Nothing lost, nothing invented: whatever stands in a well-formed file comes out cell by cell."""
    width = len(rows[0])
    rows = [(row + [""] * width)[:width] for row in rows]
    folder = tmp_path_factory.mktemp("rows")
    path = folder / "file.csv"
    names = [f"name {i}" for i in range(width)]
    path.write_text(as_text([names, *rows], delimiter=delimiter, quoting=csv.QUOTE_ALL), encoding="utf-8", newline="")
    table = open_file(
        path, folder, choices={"delimiter": delimiter, "header": 1, "encoding": "utf-8", "backslash": False}
    ).table
    read = list(table.rows())
    assert [row.cells for row in read] == rows
    assert [row.number for row in read] == list(range(1, len(rows) + 1))


@settings(max_examples=200, deadline=None)
@given(content=st.binary(min_size=1, max_size=2000))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / "file.csv"
    path.write_bytes(content)
    try:
        table = open_file(path, folder).table
    except UnusableFile as error:
        assert str(error)
    else:
        width = len(table.columns)
        assert all(row.problem or len(row.cells) == width for row in table.rows())
