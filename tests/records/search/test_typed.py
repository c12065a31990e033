import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundig.records.search.typed import LONGEST_TEXT, MOST_WORDS, read


def pieces(text):
    return [(piece.phrase, piece.codes) for piece in read(text).pieces]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alfreds Futterkiste", [("alfreds", ()), ("futterkiste", ())]),
        ("  Müller-Lüdenscheidt ", [("muller ludenscheidt", ())]),
        ("anders@futter", [("anders æfutter", ("anders@futter",))]),
        ("@futter", [("æfutter", ())]),
        ("K-10023", [("k 10023", ("k10023",))]),
        ("K 10 023", [("k 10 023", ("k10023",))]),
        ("https://www.kiste.de", [("kiste de", ())]),
        ("030", [("030", ("+4930", "+4330", "+4130", "030"))]),
        ("12", [("12", ("12",))]),
        ("@", []),
        ("", []),
    ],
)
def test_read(text, expected):
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("030 0074321", "<123470003"), ("030 0074321", "+49300074321"), ("+49 30 0074321", "+49300074321"),
        ("0049 30 0074321", "+49300074321"), ("+49 (0)30 0074321", "+49300074321"), ("0074321", "<1234700"),
    ],
)  # fmt: skip
def test_phone_is_one_piece(text, code):
    (piece,) = read(text).pieces
    assert code in piece.codes


def test_number_beside_a_name_is_its_own_piece():
    typed = read("Schmidt 0300074321")
    assert [piece.phrase for piece in typed.pieces] == ["schmidt", "0300074321"]
    assert typed.coded == typed.pieces[1]
    assert not typed.is_code


@given(st.text(max_size=400))
def test_any_text_is_read(text):
    typed = read(text)
    assert len(typed.text) <= LONGEST_TEXT
    assert len(typed.words) <= MOST_WORDS
    assert len(typed.pieces) <= MOST_WORDS
    for piece in typed.pieces:
        assert piece.words or piece.codes
        assert not any("\0" in code or " " in code for code in piece.codes)
