"""Lists of parties: nobody is missing, whatever they are sorted by."""

import pytest

from kundig.parties.models import Person
from kundig.records.paging import page_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["city_key", "name_key", "number_key", "postal_code_key", "lifecycle", "changed_at"])
def test_who_has_no_value_comes_last_in_both_directions(sort, descending):
    people = [
        Person(number=str(n), name=f"P {n}", family_name=f"P {n}", city="Ulm" if n % 3 else "") for n in range(1, 31)
    ]
    Person.objects.bulk_create(people)
    seen, cursor = [], None
    while True:
        keys = page_of(Person.objects.all(), sort=sort, descending=descending, limit=7, cursor=cursor)
        seen += keys.ids
        if keys.after is None:
            break
        cursor = keys.after
    assert sorted(seen) == sorted(p.pk for p in people)
    if sort == "city_key":
        cities = dict(Person.objects.values_list("pk", "city"))
        assert [cities[pk] for pk in seen] == ["Ulm"] * 20 + [""] * 10
