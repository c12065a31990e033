"""The search for duplicates on a made base: copies that were hurt as lists are, among people and companies who are not
the same although they share a town, a street or a name."""

import random
import uuid

import pytest

from kundig.parties.rules.matching import features, program
from kundig.web.sample import words

PARTIES, COPIES = 2_400, 300
NOTHING = "\\N"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Pairs that are the same, and by kind those that the program has found with the probability it gives them."""
    room, chance = tmp_path_factory.mktemp("matching"), random.Random(5)
    rows = [_party(chance, number) for number in range(PARTIES)]
    copies = [_hurt(chance, *row) for row in chance.sample(rows, COPIES)]
    pairs = {tuple(sorted((line[0], origin))) for line, _points, origin in copies}
    with (room / "parties.tsv").open("w") as parties, (room / "points.tsv").open("w") as points:
        for line, contacts in [*rows, *((line, contacts) for line, contacts, _origin in copies)]:
            parties.write("\t".join(line) + "\n")
            points.writelines(f"{line[0]}\t{kind}\t{value}\n" for kind, value in contacts)
    answer = program.run(room, memory=1_000_000_000)
    told = [line.split("\t") for line in (room / "pairs.tsv").read_text().splitlines()]
    return pairs, [((one, other), float(sure), reasons.split()) for _kind, one, other, sure, reasons in told], answer


def test_hurt_copies_are_found_and_little_else(found):
    pairs, told, _answer = found
    right = [both for both, _sure, _reasons in told if both in pairs]
    assert len(right) >= 0.93 * len(pairs), "recall"
    assert len(right) >= 0.9 * len(told), "precision"


def test_a_place_alone_makes_nobody_the_same(found):
    _pairs, told, _answer = found
    common = {"mail_same", "phone_same", "vat_same"}
    for both, _sure, reasons in told:
        assert "name_differs" not in reasons or common & set(reasons), (both, reasons)


def test_a_base_without_birthdays_is_searched_like_any_other(found):
    _pairs, _told, answer = found
    assert answer["person"]["parties"] > 1_000
    assert answer["person"]["found"] > 0


def _party(chance, number):
    town = chance.choice(words.TOWNS)
    line = dict.fromkeys(features.PARTIES, "")
    line |= {
        "id": str(uuid.UUID(int=chance.getrandbits(128))), "kind": chance.choice(("person", "org")), "birth": NOTHING,
        "street": chance.choice(words.STREETS).lower(), "num": str(chance.randrange(1, 180)),
        "zip": f"{town[1]}{chance.randrange(9)}", "city": town[0].lower(), "country": "DE",
    }  # fmt: skip
    if line["kind"] == "person":
        line |= {"first": chance.choice(words.MEN).lower(), "family": chance.choice(words.FAMILIES).lower()}
        line["name"] = f"{line['first']} {line['family']}"
    else:
        line["name"] = f"{chance.choice(words.TRADES)[0]} {chance.choice(words.FAMILIES)}".lower()
    points = [("mail", f"{line['name'].replace(' ', '.')}{number}@post.example"), ("phone", f"+4930{number:07}")]
    return list(line.values()), points[: chance.randrange(3)]


def _hurt(chance, row, points):
    """A copy as somebody else would have typed it, with what has changed since."""
    line = dict(zip(features.PARTIES, row, strict=True))
    line["id"] = str(uuid.UUID(int=chance.getrandbits(128)))
    done = chance.sample(["name", "street", "num", "zip", "points"], chance.randrange(1, 3))
    if "name" in done:
        part = "family" if line["kind"] == "person" else "name"
        line[part] = _slip(chance, line[part])
        line["name"] = f"{line['first']} {line['family']}".strip() or line["name"]
    if "street" in done:
        line["street"] = _slip(chance, line["street"])
    if "num" in done:
        line["num"] = ""
    if "zip" in done:
        line["zip"] = ""
    return list(line.values()), [] if "points" in done else points, row[0]


def _slip(chance, text):
    at = chance.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
