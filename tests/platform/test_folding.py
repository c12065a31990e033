import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundig.platform.folding import aligned, digits, fold, squeeze


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "muller"), ("Mueller", "muller"), ("MULLER", "muller"), ("Mu\u0308ller", "muller"),
        ("Straße", "strasse"), ("STRASSE", "strasse"), ("GROẞ", "gross"),
        ("Königlich  Essen", "koniglich essen"), ("Großhändler", "grosshandler"),
        ("Grosshaendler", "grosshandler"), ("B's Beverages", "bs beverages"), ("Père & Fils", "pere fils"),
        ("Łódź", "lodz"), ("Århus", "arhus"), ("Ærø", "aro"), ("Œuvre", "ouvre"), ("İzmir", "izmir"),
        ("ﬁn", "fin"), ("Citroën", "citron"), ("anders@futterkiste.de", "anders æfutterkiste de"),
        ("a\0b%_\\c", "a b c"), ("😀", ""), ("", ""), ("١٢", "١٢"), ("Bauer", "baur"), ("Baür", "baur"),
        ("e", "e"), ("ae", "a"), ("aee", "ae"),
    ],
)  # fmt: skip
def test_fold(text, folded):
    assert fold(text) == folded


def test_squeeze_and_digits():
    assert squeeze("K-10 023") == "k10023"
    assert digits("030/00 74321") == "0300074321"
    assert digits("٠٣٠") == "030"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30), st.integers(0, 30))
def test_beginning_of_a_word_folds_to_a_beginning(text, length):
    """What is typed so far always finds what it will become: all words but the last as they are, the last begun."""
    word = "x" + "".join(text.split())
    typed, whole = fold(word[: length + 1]), fold(word)
    assert whole.startswith(typed) or whole.replace(" ", "").startswith(typed.replace(" ", ""))


@given(st.text(max_size=40))
def test_folded_text_has_nothing_a_database_minds(text):
    folded = fold(text)
    assert not set(folded) & set("%_\\\0'\"|<=+@-")
    assert folded == " ".join(folded.split())


@given(st.text(max_size=40))
def test_aligned_is_fold_with_places(text):
    folded, places = aligned(text)
    assert " ".join(folded.split()) == fold(text)
    assert len(folded) == len(places)
    assert list(places) == sorted(places)
