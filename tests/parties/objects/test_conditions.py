"""The language of conditions over organisations and persons: every published example, rights, explanations, words."""

import pytest
from django.utils import translation

from kundig.accounts.enums import Scope
from kundig.parties.models import Organisation, Person
from kundig.records import conditions, registry
from kundig.records.actions import create_record
from kundig.records.conditions import ConditionError
from tests.accounts.factories import a_team, a_user
from tests.parties.factories import a_person, a_scoped_user, a_world, an_organisation, steinbrueck


@pytest.fixture
def world(svenja):
    return a_world(by=svenja)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("citty = 1", "citty", "Did you mean “city”?"),
        ("city = ", "", "something is missing"),
        ("city > 3", "city > 3", "“>” cannot be asked of a text"),
        ('employees = "viele"', '"viele"', "a number cannot be compared with a text"),
        ("lifecycle = kunde_oder_nicht", "kunde_oder_nicht", "is not one of"),
        ("country = Atlantis", "Atlantis", "is not a country"),
        ('address = "x"', "address", "consists of several fields"),
        ('letter = "x"', "letter", "is computed"),
        ("owner.shoe_size = 3", "shoe_size", "There is no field “shoe_size”"),
        ("city.name = 3", "name", "has no fields of its own"),
        ("persons.some(city is empty)", "some", "known are: any, all, none, count"),
        ("persons.all()", "persons.all()", "what shall hold for all"),
        ('persons.count() = "x"', '"x"', "a whole number"),
        ("employees", "employees", "This is a number and no condition"),
        ('city = "Mün', '"Mün', "closed nowhere"),
        ('city = "x" and § = 1', "§", "means nothing here"),
        ("created_at > 2026-02-31", "2026-02-31", "no such day"),
        ("created_at > today - 2 hours", "2 hours", "A day has no time"),
        ("city not = 3", "=", "Behind “not” belongs"),
        ("me = me", "me", "“me” can be compared with people"),
        ("sum(persons) > 3", "persons", "Write it like"),
        ("fly(city) = 3", "fly", "There is no function “fly”"),
        ('organisation = "x"', "organisation", "There is no field"),
    ],
)
def test_a_mistake_is_told_with_its_place(svenja, text, place, message):
    with translation.override("en"), pytest.raises(ConditionError) as caught:
        conditions.read(text, registry.get("organisations"), svenja)
    (problem,) = caught.value.problems
    assert message.lower() in problem.message.lower()
    assert text[problem.start : problem.end] == place


def test_all_mistakes_are_told_at_once(svenja):
    with pytest.raises(ConditionError) as caught:
        conditions.read("citty = 1 and (nam = 2 or phones is empty)", registry.get("organisations"), svenja)
    assert [problem.start for problem in caught.value.problems] == [0, 15, 26]


def test_a_condition_of_ten_thousand_parts_is_refused():
    with translation.override("en"), pytest.raises(ConditionError, match="at most 20000 are possible"):
        conditions.parse(" or ".join(['a = "b"'] * 10_000))
    with translation.override("en"), pytest.raises(ConditionError, match=r"at most 1000 are possible.*in \(…\)"):
        conditions.parse(" or ".join(["a=1"] * 2_000))
    with translation.override("en"), pytest.raises(ConditionError, match="brackets inside one another"):
        conditions.parse("(" * 5_000)
    with pytest.raises(ConditionError):
        conditions.parse("not " * 4_000 + "a")
    deep = {"op": "not", "part": {"op": "empty", "field": "city"}}
    for _number in range(100):
        deep = {"op": "not", "part": deep}
    with pytest.raises(ConditionError):
        conditions.from_plain(deep)


@pytest.mark.parametrize("data", [None, [], {}, {"op": "="}, {"op": "drop"}, {"op": "and", "parts": []},
    {"op": "=", "field": "a b", "value": 1}, float("nan"), {"op": "in", "field": "city", "values": "x"}, "a\x00",
    {"date": "x"}])  # fmt: skip
def test_plain_data_that_is_no_condition_is_refused(data):
    with pytest.raises(ConditionError):
        conditions.from_plain(data)


def test_what_others_may_not_see_is_neither_found_nor_counted(svenja):
    team = a_team()
    stranger = a_scoped_user("Fremd", Scope.OWN, team=team)
    firm = an_organisation(by=svenja, name="Alfreds Futterkiste", owner=stranger.pk)
    a_person(by=svenja, organisation=firm.pk, function="Einkauf")
    mother = an_organisation(by=svenja, name="Mutterhaus", city="Kiel")
    Organisation.objects.filter(pk=firm.pk).update(parent=mother.pk)
    firm.refresh_from_db()
    for text in ('persons.any(function = "Einkauf")', "persons.count() >= 1", 'parent.city = "Kiel"'):
        for asker, expected in ((svenja, True), (stranger, False)):
            condition = conditions.read(text, registry.get("organisations"), asker)
            found = Organisation.objects.filter(condition.q(), pk=firm.pk).exists()
            assert (found, condition.holds(firm)) == (expected, expected), (text, asker)


def test_a_field_whose_purpose_is_off_cannot_be_asked_for(svenja):
    with pytest.raises(ConditionError, match="birthday|hobbies"):
        conditions.read('hobbies contains "Golf"', registry.get("persons"), svenja)


def test_before_and_after_a_change(svenja):
    firm = steinbrueck(by=svenja)
    condition = conditions.read('city = "München" and employees > 300', registry.get("organisations"), None)
    assert condition.holds(firm)
    assert not condition.holds(firm, instead={"city": "Augsburg"})
    assert not condition.holds(firm, instead={"employees": 300})


def test_it_explains_itself(world, svenja):
    text = 'city = "München" and (employees > 500 or persons.count(function contains "Einkauf") >= 1) and owner != me'
    with translation.override("de"):
        why = conditions.read(text, registry.get("organisations"), svenja).explain(world)
        assert not why.holds
        assert [(part.sentence, part.holds, part.found) for part in why.parts if not part.parts] == [
            ("Ort ist „München“", True, "„München“"),
            ("Betreut von: nicht mir", False, "„Svenja Kroll“"),
        ]
        either = why.parts[1]
        assert (either.operator, either.holds) == ("or", True)
        assert [(part.holds, part.found) for part in either.parts] == [
            (False, "340"),
            (True, "1 (Katrin Müller Einkauf)"),
        ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('city = "München"', "Ort ist „München“"),
        ("lifecycle in (customer, lead)", "Status ist Kunde oder Interessent"),
        ("changed_at >= today - 90 days", "Geändert liegt höchstens 90 Tage zurück"),
        ("phone is empty and not tags contains \"VIP\"", "Telefon ist leer und Schlagworte enthalten nicht „VIP“"),
        ("persons.any(function contains \"Einkauf\")", "hat Personen, für die gilt: Funktion enthält „Einkauf“"),
        ("persons.count() >= 3", "Anzahl Personen ist mindestens 3"),
        ("owner.team = me.team", "Betreut von: Team: mein Team"),
        ("city = \"A\" and (phone is empty or not is_anonymous)",
         "Ort ist „A“ und (Telefon ist leer oder Anonym ist nein)"),
    ],
)  # fmt: skip
def test_it_says_itself_in_german(svenja, text, sentence):
    with translation.override("de"):
        assert conditions.read(text, registry.get("organisations"), svenja).sentence() == sentence


def test_another_person_asks(svenja):
    holger = a_user("Holger Wendeler")
    firm = an_organisation(by=svenja, owner=holger.pk)
    mine = conditions.read("owner = me", registry.get("organisations"), svenja)
    assert not mine.holds(firm)
    assert mine.holds(firm, asker=holger)
    assert list(Organisation.objects.filter(mine.q(asker=holger))) == [firm]


def test_counting_reads_few_times(world, svenja, django_assert_num_queries):
    condition = conditions.read("persons.count(function is not empty) >= 2", registry.get("organisations"), svenja)
    assert svenja.access
    with django_assert_num_queries(1):
        assert list(Organisation.objects.filter(condition.q())) == [world]
    create_record(registry.get("persons"), {"family_name": "Ohne Firma"}, by=svenja)
    assert Person.objects.count() == 4
