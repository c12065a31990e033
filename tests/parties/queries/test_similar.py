"""Likely duplicates."""

import pytest

from kundig.accounts.enums import Scope
from kundig.parties import actions
from kundig.parties.queries import similar_in_bulk, similar_parties
from kundig.records import registry
from tests.parties.factories import a_scoped_user, an_organisation, ohlendorf, steinbrueck


def found(values, *, user, kind="org"):
    return [(s.title, s.reason) for s in similar_parties(values, user=user, kind=kind)]


def test_the_same_mail_address_or_phone_number(svenja):
    steinbrueck(by=svenja)
    assert found({"mail": "Post@Steinbrueck.example"}, user=svenja) == [("Molkerei Steinbrück eG", "Same mail address")]
    assert found({"phone": "+49 89 99998100"}, user=svenja) == [("Molkerei Steinbrück eG", "Same phone number")]
    assert found({"phone": "089 999981"}, user=svenja) == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": "Molkerei Steinbrück GmbH", "postal_code": "80999"}, "Same name at the same place"),
        ({"name": "MOLKEREI STEINBRÜCK", "city": "münchen"}, "Same name at the same place"),
        ({"name": "Molkerei Steinbruek", "postal_code": "80999"}, "Similar name at the same place"),
        ({"name": "Molkerei Steinbrueck", "address": {"city": "München"}}, "Similar name at the same place"),
        ({"name": "Molkerei Steinbrück"}, "Same name, place unknown"),
        ({"name": "Molkerei Steinbrück", "postal_code": "10115", "city": "Berlin"}, None),
        ({"name": "Möbelwerk Eschenbrunn", "postal_code": "80999"}, None),
        ({"name": "100%_"}, None),
        ({}, None),
    ],
)
def test_a_similar_name_at_the_same_place(svenja, values, reason):
    steinbrueck(by=svenja)
    assert found(values, user=svenja) == ([("Molkerei Steinbrück eG", reason)] if reason else [])


def test_persons_are_compared_by_family_and_first_name(svenja):
    ohlendorf(by=svenja, city="München", postal_code="80999")
    values = {"first_name": "Kathrin", "family_name": "Ohlendorf", "city": "München"}
    assert found(values, user=svenja, kind="person") == [("Dr. Katrin Ohlendorf", "Similar name at the same place")]
    assert found({"name": "Ohlendorf", "city": "München"}, user=svenja, kind="org") == []


def test_anonymous_customers_are_like_nobody(svenja):
    actions.create_organisation({"number": "10482"}, by=svenja)
    assert found({"name": "Kunde 10482"}, user=svenja) == []


def test_duplicates_one_may_not_see_are_not_told(svenja):
    stranger = a_scoped_user("Rita Grau", Scope.OWN)
    steinbrueck(by=svenja)
    assert found({"mail": "post@steinbrueck.example"}, user=stranger) == []


def test_the_record_itself_is_no_duplicate(svenja):
    firm = steinbrueck(by=svenja)
    assert similar_parties({"name": firm.name}, user=svenja, exclude=firm.pk) == []


def test_similar_in_bulk_answers_for_each_row_in_few_questions(svenja, django_assert_num_queries):
    steinbrueck(by=svenja)
    an_organisation(by=svenja, name="Brauhaus Lindenhain KG", city="Bamberg")
    rows = [
        {"name": "Molkerei Steinbrück", "city": "München"},
        {"name": "Ganz anders", "city": "München"},
        {"name": "Brauhaus Lindenhein", "city": "Bamberg", "mail": "post@steinbrueck.example"},
    ]
    registry.get("persons").fields_for(svenja)  # reads access and purposes
    with django_assert_num_queries(4):
        each = similar_in_bulk(rows, user=svenja, kind="org")
    assert [[s.title for s in similar] for similar in each] == [
        ["Molkerei Steinbrück eG"],
        [],
        ["Molkerei Steinbrück eG", "Brauhaus Lindenhain KG"],
    ]


def test_a_name_that_only_begins_so_is_another(svenja):
    for name in ("Maschinenbau Lindenhain GmbH", "Masch-Werke", "Masch, Söhne & Co. KG", "Masch AG", "Masch"):
        an_organisation(by=svenja, name=name, city="Bamberg", postal_code="96049")
    told = [("Masch", "Same name at the same place"), ("Masch AG", "Same name at the same place")]
    assert found({"name": "Masch GmbH", "city": "bamberg"}, user=svenja) == told
    assert found({"name": "Masch", "postal_code": "96049"}, user=svenja) == told
