"""`./kundig import FILE`: the same import without a browser; its last line is what scripts read."""

import io
import json
from pathlib import Path

import pytest

from kundig.parties.models import Organisation, Person
from kundig.records.imports.command import DONE, SOME_FAILED, UNUSABLE, run

pytestmark = pytest.mark.django_db
LIST = "KdNr;Firma;EMail\n1;Meier KG;info@meier.example\n2;Huber AG;kaputt\n;;\n"


@pytest.fixture
def command(tmp_path, settings):
    settings.DATA = tmp_path / "data"

    def do(text=LIST, *, as_name="organisations", mapping=None, name="Kunden.csv", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        mapping_file = None
        if mapping is not None:
            mapping_file = tmp_path / "mapping.json"
            mapping_file.write_text(mapping if isinstance(mapping, str) else json.dumps(mapping), encoding="utf-8")
        out, err = io.StringIO(), io.StringIO()
        status = run(path, as_name=as_name, mapping_file=mapping_file, out=out, err=err, **options)
        return status, out.getvalue().splitlines(), err.getvalue().strip()

    return do


def test_last_lines_count_and_name_the_file_of_returned_rows(command):
    status, lines, _err = command()
    assert status == SOME_FAILED
    assert lines[-2] == "created 1, updated 0, unchanged 0, skipped 1, failed 1"
    assert "kaputt" in Path(lines[-1]).read_text(encoding="utf-8-sig")


def test_everything_went_in(command):
    status, lines, _err = command("Firma\nMeier KG\n")
    assert (status, lines[-1]) == (DONE, "created 1, updated 0, unchanged 0, skipped 0, failed 0")
    assert not any("returned" in line for line in lines)


def test_what_was_recognised_is_printed_first(command):
    _status, lines, _err = command()
    assert lines[0] == "Kunden.csv: UTF-8, separated by “;”"
    assert lines[1:4] == ["  KdNr → key", "  Firma → name", "  EMail → mail"]


def test_dry_run_changes_nothing(command):
    status, lines, _err = command(dry_run=True)
    assert (status, lines[-2]) == (SOME_FAILED, "created 1, updated 0, unchanged 0, skipped 1, failed 1")
    assert Organisation.objects.count() == 0


def test_mapping_file_says_otherwise(command):
    mapping = {"columns": {"KdNr": "number", "Firma": "name", "EMail": None}, "match": "number"}
    status, lines, _err = command(mapping=mapping)
    assert status == DONE
    assert lines[-1] == "created 2, updated 0, unchanged 0, skipped 1, failed 0"
    assert Organisation.objects.get(name="Huber AG").number == "2"


def test_mapping_file_can_say_how_to_read(command):
    text = "A|1.5\nB|2.5\n"
    mapping = {"file": {"delimiter": "|", "header": 0}, "columns": {"Column 1": "name", "Column 2": "note"}}
    status, _lines, _err = command(text, mapping=mapping)
    assert status == DONE
    assert Organisation.objects.get(name="B").notes == "Column 2: 2.5"


def test_mapping_is_remembered_for_the_next_file_of_these_columns(command):
    command(
        mapping={"columns": {"KdNr": "number", "Firma": "name", "EMail": "leave_out"}}, text=LIST.replace(";;\n", "")
    )
    status, lines, _err = command("KdNr;Firma;EMail\n3;Graf OHG;kaputt\n", name="andere.csv")
    assert (status, lines[-1]) == (DONE, "created 1, updated 0, unchanged 0, skipped 0, failed 0")


def test_persons(command):
    status, _lines, _err = command("Name;EMail\nDr. Anna Klein;a@k.example\n", as_name="persons")
    assert status == DONE
    assert Person.objects.get().name == "Dr. Anna Klein"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": b""}, "The file is empty."),
        ({"text": b"%PDF-1.4"}, "This is a PDF document"),
        ({"as_name": "dragons"}, "“dragons” cannot be imported; there are:"),
        ({"as_name": "addresses"}, "cannot be imported"),
        ({"mapping": "{"}, "is no JSON"),
        ({"mapping": []}, "is no object like"),
        ({"mapping": {"spalten": {}}}, "There is no setting “spalten”"),
        ({"mapping": {"columns": {"Frima": "name"}}}, "The file has no column “Frima” (perhaps “Firma”)"),
        ({"mapping": {"columns": {"Firma": "nmae"}}}, "A column cannot become “nmae” (perhaps “name”)"),
        ({"mapping": {"columns": {"Firma": "name", "EMail": "name"}}}, "cannot both become “organisation: Name”"),
        ({"mapping": {"columns": {"EMail": "mail"}}}, "One column must be the name or a number of the organisation."),
        ({"mapping": {"columns": {"Firma": "name"}, "match": "mail"}}, "Rows cannot be matched by “mail”"),
        ({"mapping": {"existing": "perhaps"}}, "“existing” is fill or overwrite, not “perhaps”."),
        ({"mapping": {"new": {"lifecycle": "dragon"}}}, "“dragon” is not one of"),
        ({"mapping": {"new": {"name": "x"}}}, "cannot be chosen for new records"),
        ({"mapping": {"file": {"delimiter": "ab"}}}, "“ab” is not possible for “delimiter”"),
        ({"mapping": {"file": []}}, "is no object like"),
        ({"mapping": {"columns": [1]}}, "“columns” names a target for each column"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(command, arguments, message):
    status, _lines, err = command(**arguments)
    assert status == UNUSABLE
    assert message in err
    assert "\n" not in err
    assert Organisation.objects.count() == 0


def test_missing_files_are_said(tmp_path, settings):
    settings.DATA = tmp_path
    out, err = io.StringIO(), io.StringIO()
    assert run(tmp_path / "none.csv", as_name="organisations", out=out, err=err) == UNUSABLE
    assert "There is no file" in err.getvalue()
    (tmp_path / "a.csv").write_text("Firma\nA\n")
    missing = tmp_path / "none.json"
    assert run(tmp_path / "a.csv", as_name="organisations", mapping_file=missing, out=out, err=err) == UNUSABLE
    assert "cannot be read" in err.getvalue()


def test_nothing_is_left_behind_but_rows_that_were_not_taken(command, tmp_path):
    left = tmp_path / "data" / "imports"
    command("Firma\nMeier KG\n")
    command(b"")
    assert list(left.iterdir()) == []
    command()
    assert [file.name for file in left.glob("*/*")] == ["returned.csv"]
