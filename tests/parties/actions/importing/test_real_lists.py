"""The lists that ship with the project's papers, read where they lie; nobody here made their rows."""

from pathlib import Path

import pytest

from kundig.parties.models import Address, ContactPoint, ExternalKey, Organisation, Party, Person
from kundig.records.kinds.base import is_nothing

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not (DATA / "northwind").is_dir(), reason=f"the real lists are not at {DATA}; the rules are tested on small ones"
)


@pytest.mark.parametrize(("name", "rows"), [("customers", 91), ("suppliers", 29)])
def test_northwind_goes_in_and_a_second_time_changes_nothing(imported, name, rows):
    content = (DATA / "northwind" / f"{name}.csv").read_bytes()
    assert imported(content, file=f"{name}.csv").counts == {"created": rows}
    assert Organisation.objects.count() == Person.objects.count() == rows
    before = list(Party.objects.order_by("pk").values())
    assert imported(content, file=f"{name}.csv").counts == {"unchanged": rows}
    assert list(Party.objects.order_by("pk").values()) == before


def test_nothing_of_northwind_is_lost(imported):
    """Every value of every row is somewhere among what Kundig keeps of its customer, in the place it belongs."""
    for name in ("customers", "suppliers"):
        content = (DATA / "northwind" / f"{name}.csv").read_bytes()
        run = imported(content, file=f"{name}.csv").run
        from kundig.records.imports.reading.opening import reopen

        table = reopen(Path(run.path), run.form)
        for row in table.rows():
            kept = everything_about(f"{name}", row.cells[0])
            lost = [cell for cell in row.cells if not is_nothing(cell) and not is_kept(cell, kept)]
            assert lost == [], row


def everything_about(system, key):
    party = ExternalKey.objects.get(system=system, key=key).party
    person = Person.objects.get(organisation=party)
    texts = [party.name, party.notes, key, person.name, person.function]
    texts += [
        text for row in Address.objects.filter(party=party).values_list() for text in row if isinstance(text, str)
    ]
    points = ContactPoint.objects.filter(party=party).values_list("value", "label")
    return [*texts, *(text for point in points for text in point)]


def is_kept(cell, texts):
    from kundig.platform import countries

    bare = " ".join(cell.split())
    parts = [part for part in bare.split("#") if part]
    joined = " ".join(texts)
    return all(part in joined for part in parts) or countries.code_of(bare) in texts or bare.partition("-")[2] in texts


def test_names_titles_and_numbers_of_northwind_are_in_their_places(imported):
    imported((DATA / "northwind" / "customers.csv").read_bytes(), file="customers.csv")
    alfreds = Organisation.objects.get(name="Alfreds Futterkiste")
    assert alfreds.phone == "+49300074321"
    assert (alfreds.street, alfreds.postal_code, alfreds.city, alfreds.country) == (
        "Obere Str. 57",
        "12209",
        "Berlin",
        "DE",
    )
    maria = Person.objects.get(family_name="Anders")
    assert (maria.first_name, maria.function, maria.organisation_id) == ("Maria", "Sales Representative", alfreds.pk)
    blondel = Organisation.objects.get(external_keys__key="BLONP")
    assert (blondel.street, blondel.city) == ("24, place Kléber", "Strasbourg")
    assert Organisation.objects.filter(phone__startswith="+").count() == 67


def test_customers_of_cdnow_are_known_by_their_numbers(imported):
    content = (DATA / "cdnow" / "CDNOW_master.txt").read_bytes()[:60_000]
    columns = {"Column 1": "number", "Column 2": None, "Column 3": None, "Column 4": None}
    content = content[: content.rfind(b"\n") + 1]
    customers = len({line.split()[0] for line in content.splitlines()})
    done = imported(content, name="persons", file="CDNOW.txt", columns=columns)
    assert done.counts == {"created": customers, "unchanged": len(content.splitlines()) - customers}
    assert Person.objects.filter(is_anonymous=True).count() == customers
