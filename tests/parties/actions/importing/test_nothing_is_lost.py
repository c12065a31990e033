"""Whatever stands in a row is either kept with its customer or comes back with the row; nothing disappears."""

import csv
import io

from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from kundig.parties.models import Address, ContactPoint, ExternalKey, Party, Person
from kundig.platform.mails import check_mail
from kundig.records.exports.cells import harmless, restored
from kundig.records.kinds.base import is_nothing

COLUMNS = {
    "KdNr": "key", "Firma": "name", "Ansprechpartner": "contact.name", "Straße": "street", "Ort": "city",
    "Telefon": "phone", "Telefon 2": "phone", "EMail": "mail", "KZ3": "note",
}  # fmt: skip
LETTERS = st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="\ufeff")
TEXT = st.text(LETTERS, max_size=15)
PHONE = st.one_of(TEXT, st.from_regex(r"\+?[0-9 /()-]{4,14}", fullmatch=True), st.just("030 0074321"))
MAIL = st.one_of(TEXT, st.emails(), st.just("a@b.example; c@d.example"), st.just(""))
PERSON = st.one_of(TEXT, st.sampled_from(["Dr. Ulrike Hartwig", "Sommer, Tobias", "Frau Prof. Anna von der Heide", ""]))
ROW = st.tuples(st.sampled_from("123"), TEXT, PERSON, TEXT, TEXT, PHONE, PHONE, MAIL, TEXT)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=5))
def test_every_value_is_kept_or_comes_back(imported, rows):
    Party.objects.all().delete()
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows([list(COLUMNS), *rows])
    reading = {"delimiter": ";", "header": 1, "encoding": "utf-8"}
    done = imported(file.getvalue(), columns=COLUMNS, match="key", reading=reading)
    came_back = [row[: len(COLUMNS)] for row in done.returned[1:]]
    assert sum(done.counts.values()) == len(rows)
    assert len(came_back) == done.counts.get("failed", 0)
    for row in rows:
        if [harmless(cell) for cell in row] in came_back:
            continue
        kept = everything_about(row[0])
        for column, cell in zip(COLUMNS, row, strict=True):
            assert is_kept(restored(cell), kept) or differs(column, row, rows), (column, cell, kept)


def everything_about(key):
    party = ExternalKey.objects.get(key=key).party
    people = Person.objects.filter(organisation=party)
    texts = [party.name, party.notes, key, *(text for person in people for text in (person.name, person.notes))]
    texts += [
        text for row in Address.objects.filter(party=party).values_list() for text in row if isinstance(text, str)
    ]
    parties = [party, *people]
    texts += ContactPoint.objects.filter(party__in=parties).values_list("value", flat=True)
    return " ".join(" ".join(texts).split()).casefold()


def is_kept(cell, kept):
    """Word by word: a name is divided, addresses in one cell become several, salutations are a choice."""
    words = cell.replace(";", " ").replace(",", " ").casefold().split()
    return is_nothing(cell) or all(word in kept or word in ("frau", "herr") or mail(word) in kept for word in words)


def mail(word):
    """A domain in its coded form (xn--…) is kept as it is read."""
    try:
        return check_mail(word).casefold()
    except ValidationError:
        return word


def differs(column, row, rows):
    """Of several rows of one customer the first one's name and address stay; the import says how many differ."""
    return column in ("Firma", "Straße", "Ort") and [other[0] for other in rows].count(row[0]) > 1
