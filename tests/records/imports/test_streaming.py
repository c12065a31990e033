"""Files larger than memory: what is looked at stays small, however long the file."""

import tracemalloc
from itertools import islice

from kundig.records.imports.reading.opening import open_file

TWO_GIGABYTES = 2_000_000_000
FEW_MEGABYTES = 16_000_000


def test_two_gigabytes_are_opened_in_a_few_megabytes(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"Firma;Ort;Telefon\n" + b"Meier KG;Hamburg;040 123456\n" * 20_000)
        file.truncate(TWO_GIGABYTES)  # sparse: it takes no room, but every reader sees two gigabytes
    tracemalloc.start()
    opened = open_file(path, tmp_path)
    rows = list(islice(opened.table.rows(), 5000))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert opened.table.columns == ("Firma", "Ort", "Telefon")
    assert len(rows) == 5000
    assert most < FEW_MEGABYTES


def test_a_line_without_end_is_read_in_pieces(tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(b"Firma;Ort\n" + b"Meier KG;Hamburg\n" * 20_000)
        file.write(b"x" * 30_000_000 + b"\nHuber AG;Wien\n")
    tracemalloc.start()
    rows = list(islice(open_file(path, tmp_path).table.rows(), 19_999, None))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [row.problem for row in rows] == ["", "The row is longer than 1000000 characters.", ""]
    assert rows[-1].cells == ["Huber AG", "Wien"]
    assert most < FEW_MEGABYTES


def test_rows_after_a_given_one_keep_their_numbers(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("Firma;Ort\n" + "".join(f"F{n};O{n}\n" for n in range(1, 101)))
    rows = list(open_file(path, tmp_path).table.rows(after=97))
    assert [(row.number, row.cells[0]) for row in rows] == [(98, "F98"), (99, "F99"), (100, "F100")]
