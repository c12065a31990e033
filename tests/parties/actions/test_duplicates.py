"""The search over the whole base: what it finds, why, and what it has been told once."""

import csv
import io
import itertools
import os
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from kundig.accounts.enums import Scope
from kundig.parties import actions, queries
from kundig.parties.models import Decision, DuplicatePair, ExternalKey, Party
from kundig.parties.rules.reasons import in_words
from kundig.privacy.actions import state_purpose
from tests.accounts.factories import an_administrator
from tests.parties.actions.importing.conftest import imported  # noqa: F401
from tests.parties.factories import a_person, a_scoped_user, an_organisation, steinbrueck

pytestmark = pytest.mark.django_db
FEBRL = Path(os.environ.get("KUNDIG_TEST_FEBRL", Path(__file__).resolve().parents[4] / "shared" / "data" / "febrl"))
COLUMNS = {
    "rec_id": "key", "given_name": "first_name", "surname": "family_name", "street_number": "house_number",
    "address_1": "street", "address_2": "extra", "suburb": "city", "postcode": "postal_code", "state": "region",
    "date_of_birth": "birthday", "soc_sec_id": None,
}  # fmt: skip


@pytest.fixture
def jana(db):
    return an_administrator()


def found():
    """Names of the pairs with what speaks for them and against."""
    told = {}
    for pair in DuplicatePair.objects.order_by("-probability"):
        names = sorted(Party.objects.filter(pk__in=(pair.first_id, pair.second_id)).values_list("name", flat=True))
        told[tuple(names)] = in_words(pair.reasons, may_know=lambda name: True)
    return told


def test_german_names_and_addresses_are_recognised(jana):
    steinbrueck(by=jana)
    an_organisation(
        by=jana, name="Steinbrueck Molkerei", street="Eversbuschstraße 18", postal_code="80999", city="München",
        phone="+49 89 99998 100",
    )  # fmt: skip
    an_organisation(
        by=jana, name="Hagedorn Tischlerei GmbH", street="Lagesche Str. 41", postal_code="32657", city="Lemgo"
    )
    an_organisation(by=jana, name="Tischlerei Hagedorn", street="Lagesche Straße 41", postal_code="32657", city="Lemgo")
    a_person(by=jana, first_name="Jörg", family_name="Maier", mail="j.maier@web.de", city="Ulm")
    a_person(by=jana, first_name="Joerg", family_name="Meyer", mail="j.maier@web.de", city="Neu-Ulm")
    an_organisation(by=jana, name="Hagedorn Baustoffe AG", street="Am Markt 1", postal_code="20095", city="Hamburg")
    actions.find_duplicates()
    told = found()
    assert told.keys() == {
        ("Molkerei Steinbrück eG", "Steinbrueck Molkerei"), ("Hagedorn Tischlerei GmbH", "Tischlerei Hagedorn"),
        ("Joerg Meyer", "Jörg Maier"),
    }  # fmt: skip
    assert told["Hagedorn Tischlerei GmbH", "Tischlerei Hagedorn"] == (
        ["same name in another order", "same street and number", "same town"], [],
    )  # fmt: skip
    speaks_for, against = told["Joerg Meyer", "Jörg Maier"]
    assert speaks_for[:2] == ["same mail address", "name sounds the same"]
    assert against == ["another town"]


def test_people_of_one_family_are_not_one(jana):
    home = {"street": "Gartenweg 3", "postal_code": "50667", "city": "Köln", "phone": "0221 555001"}
    a_person(by=jana, first_name="Anna", family_name="Sommer", **home)
    a_person(by=jana, first_name="Peter", family_name="Sommer", **home)
    actions.find_duplicates()
    assert found() == {}


def test_what_was_decided_is_remembered(jana):
    one, other = steinbrueck(by=jana), steinbrueck(by=jana)
    actions.find_duplicates()
    pair = DuplicatePair.objects.get()
    actions.decide(pair, Decision.DIFFERENT, by=jana)
    actions.find_duplicates()
    assert list(DuplicatePair.objects.values_list("pk", "decision", "decided_by")) == [(pair.pk, "differ", jana.pk)]
    assert list(queries.work_list(jana)) == []
    third = steinbrueck(by=jana)
    actions.merge_parties(third, other, by=jana)
    actions.find_duplicates()
    assert [(pair.first_id, pair.second_id) for pair in queries.work_list(jana)] == [], "the decision went along"
    assert one.pk != third.pk


def test_what_was_put_off_comes_last(jana):
    for name in ("Alpha", "Beta"):
        for number in range(2):
            an_organisation(
                by=jana,
                name=f"{name} Werke",
                city="Ulm",
                postal_code="89073",
                street=f"Weg {number}",
                mail=f"{name}@w.de",
            )
    actions.find_duplicates()
    first, second = queries.work_list(jana)
    actions.decide(first, Decision.LATER, by=jana)
    assert [pair.pk for pair in queries.work_list(jana)] == [second.pk, first.pk]
    assert queries.work_list(jana, decision=Decision.LATER).get() == first


def test_pairs_are_only_for_who_may_change_both(jana):
    colleague = a_scoped_user("Ute Kern", Scope.OWN)
    steinbrueck(by=jana), steinbrueck(by=colleague)
    actions.find_duplicates()
    pair = queries.work_list(jana).get()
    assert list(queries.work_list(colleague)) == []
    with pytest.raises(PermissionDenied):
        actions.decide(pair, Decision.DIFFERENT, by=colleague)
    pair.refresh_from_db()
    assert pair.decision == "open"


def test_a_pair_that_is_none_any_more_goes(jana):
    one, _other = steinbrueck(by=jana), steinbrueck(by=jana)
    actions.find_duplicates()
    actions.delete_party(one, by=jana)
    actions.find_duplicates()
    assert not DuplicatePair.objects.exists()


@pytest.mark.skipif(not (FEBRL / "dataset1.csv").is_file(), reason=f"the FEBRL lists are not at {FEBRL}")
@pytest.mark.parametrize(("number", "least"), [(1, 0.996), (3, 0.99)])
def test_febrl_is_matched_without_the_social_security_number(imported, number, least):  # noqa: F811
    by = an_administrator()
    state_purpose("greeting", legal_basis="consent", wording="Zum Gratulieren.", retention="bis Widerruf", by=by)
    rows = list(csv.reader((FEBRL / f"dataset{number}.csv").open(), skipinitialspace=True))
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    run = imported(text.getvalue(), name="persons", file="febrl.csv", by=by, columns=dict(COLUMNS), match="key")
    # Dates that are none come back with the reason; whoever cannot mend them leaves them out.
    again = io.StringIO()
    returned = list(csv.reader((run.run.folder / "returned.csv").open(encoding="utf-8-sig")))
    place = rows[0].index("date_of_birth")
    csv.writer(again).writerows([rows[0], *([*row[:place], "", *row[place + 1 : 11]] for row in returned[1:])])
    imported(again.getvalue(), name="persons", file="febrl.csv", by=by, columns=dict(COLUMNS), match="key")
    assert ExternalKey.objects.count() == len(rows) - 1
    answer = actions.find_duplicates()
    key_of = dict(ExternalKey.objects.values_list("party_id", "key"))
    pairs = DuplicatePair.objects.values_list("first_id", "second_id")
    got = {tuple(sorted((key_of[one], key_of[other]))) for one, other in pairs}
    entities = {}
    for key in key_of.values():
        entities.setdefault(re.match(r"rec-(\d+)", key)[1], []).append(key)
    truth = {tuple(sorted(pair)) for each in entities.values() for pair in itertools.combinations(each, 2)}
    f1 = 2 * len(got & truth) / (len(got) + len(truth))
    assert f1 >= least, (f1, answer)
