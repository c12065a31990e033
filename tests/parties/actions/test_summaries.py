"""Whatever happens to a party, its summary says what its parts say."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kundig.parties import actions
from kundig.parties.models import Address, ContactPoint, Person, Role
from tests.parties.factories import an_organisation, ohlendorf

YESTERDAY = timezone.localdate() - dt.timedelta(days=1)

kinds = st.sampled_from(["phone", "mobile", "mail", "web"])
values = st.sampled_from(["089 4711", "089 4712", "a@firma.example", "b@firma.example", "https://firma.example", ""])
steps = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(["phone", "mobile", "mail", "website"]), values),
    st.tuples(st.just("place"), st.sampled_from(["", "Passau", "Steyr"]), st.sampled_from(["", "Am Kanal 3"])),
    st.tuples(st.just("add"), kinds, values),
    st.tuples(st.just("point"), st.integers(0, 3), st.sampled_from(["avoid", "use", "main", "end", "delete"])),
    st.tuples(st.just("address"), st.integers(0, 1), st.sampled_from(["avoid", "use", "main", "end", "delete", "add"])),
    st.tuples(st.just("work"), st.integers(0, 2), st.sampled_from(["", "Technik"])),
    st.tuples(st.just("role"), st.integers(0, 1), st.sampled_from(["end", "delete", "main"])),
)
CHANGES = {
    "avoid": {"do_not_use": True},
    "use": {"do_not_use": False},
    "main": {"is_main": True},
    "end": {"valid_to": YESTERDAY},
}


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(st.lists(steps, max_size=6))
@example([("address", 0, "add"), ("place", "", "")])
def test_summaries_follow_the_parts_through_any_changes(svenja, sequence):
    with transaction.atomic():
        person = ohlendorf(by=svenja, city="München")
        firms = [None, *(an_organisation(by=svenja, name=f"Firma {n}").pk for n in (1, 2))]
        for step in sequence:
            try:
                with transaction.atomic():
                    _do(Person.objects.get(pk=person.pk), *step, firms=firms, by=svenja)
            except ValidationError:
                pass
            assert actions.refresh_summaries([person.pk]) == 0, step
        transaction.set_rollback(True)


def _do(person, deed, first, second, *, firms, by):
    if deed == "set":
        actions.change_party(person, {first: second}, by=by)
    elif deed == "place":
        actions.change_party(person, {"city": first, "street": second}, by=by)
    elif deed == "work":
        actions.change_party(person, {"organisation": firms[first], "function": second if first else ""}, by=by)
    elif deed == "add":
        actions.add_contact_point({"party": person, "kind": first, "value": second}, by=by)
    elif deed == "address" and second == "add":
        actions.add_address({"party": person, "city": "Linz"}, by=by)
    elif deed == "point":
        _change(ContactPoint, person, first, second, actions.change_contact_point, actions.delete_contact_point, by=by)
    elif deed == "address":
        _change(Address, person, first, second, actions.change_address, actions.delete_address, by=by)
    else:
        _change(Role, person, first, second, actions.change_role, actions.delete_role, by=by)


def _change(model, person, place, deed, change, delete, *, by):
    owner = {"person": person} if model is Role else {"party": person}
    parts = model.objects.filter(**owner).order_by("created_at", "id")
    if place < len(parts):
        if deed == "delete":
            delete(parts[place], by=by)
        else:
            change(parts[place], CHANGES[deed], by=by)
