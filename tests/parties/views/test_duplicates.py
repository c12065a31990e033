"""The work list and the page of two: for whom, with what, and what is answered where it cannot be."""

from uuid import uuid4

import pytest

from kundig.accounts.enums import Scope
from kundig.parties import actions, queries
from kundig.parties.models import DuplicatePair, Party
from kundig.parties.rules.reasons import in_words
from kundig.platform.models import JobRun
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import a_household, a_scoped_user, an_organisation, steinbrueck

pytestmark = pytest.mark.django_db


@pytest.fixture
def jana(db):
    return an_administrator()


@pytest.fixture
def web(client, jana):
    client.force_login(jana)
    return client


def address(one, other, query=""):
    return f"/merge/{one.pk}/{other.pk}/{query}"


def test_the_list_shows_pairs_with_reasons(web, jana):
    steinbrueck(by=jana), steinbrueck(by=jana)
    actions.find_duplicates()
    page = web.get("/duplicates/").content.decode()
    assert (
        "Gleiche Mail-Adresse, gleiche Telefonnummer, gleicher Name, gleiche Straße und Hausnummer, gleicher Ort"
        in page
    )
    assert "Sehr wahrscheinlich" in page
    assert "Molkerei" not in web.get("/duplicates/?kind=person").content.decode()
    assert "Molkerei" not in web.get("/duplicates/?state=differ").content.decode()


def test_a_field_one_may_not_read_is_no_reason(web, jana):
    steinbrueck(by=jana), steinbrueck(by=jana)
    actions.find_duplicates()
    (pair,) = queries.likely(DuplicatePair.objects.all(), user=jana)
    assert in_words(pair.pair.reasons, may_know=lambda name: name != "mail")[0][0] == "same phone number"


def test_the_page_merges_with_what_was_chosen(web, jana):
    one, other = steinbrueck(by=jana), steinbrueck(by=jana, employees=355)
    page = web.get(address(one, other)).content.decode()
    assert f'name="value-employees" value="{one.pk}" checked' in page
    answer = web.post(address(one, other), {"value-employees": str(other.pk), "value-nonsense": "x"})
    assert (answer.status_code, answer["Location"]) == (302, f"/organisations/{one.pk}/")
    one.refresh_from_db()
    assert one.employees == 355
    led_on = web.get(f"/organisations/{other.pk}/")
    assert (led_on.status_code, led_on["Location"]) == (302, f"/organisations/{one.pk}/")


def test_decisions_lead_to_the_next_pair(web, jana):
    steinbrueck(by=jana), steinbrueck(by=jana)
    for name in ("Ost", "Ost"):
        an_organisation(by=jana, name=f"Hafen {name}", mail="a@hafen-ost.example", city="Rostock", postal_code="18055")
    actions.find_duplicates()
    first, second = queries.work_list(jana)
    answer = web.post(f"/merge/{first.first_id}/{first.second_id}/?from=list", {"decision": "differ"})
    assert answer["Location"] == f"/merge/{second.first_id}/{second.second_id}/?from=list"
    answer = web.post(f"/merge/{second.first_id}/{second.second_id}/?from=list", {"decision": "later"})
    assert answer["Location"] == "/duplicates/"
    assert "Wieder öffnen" in web.get("/duplicates/?state=differ").content.decode()


@pytest.mark.parametrize(
    ("which", "status", "says"),
    [
        ("itself", 422, "Das ist bereits ein und derselbe Eintrag."),
        ("another kind", 422, "Diese beiden sind von verschiedener Art"),
        ("nobody", 404, "is not visible to you"),
    ],
)
def test_what_cannot_be_merged_is_told(web, jana, which, status, says):
    one = steinbrueck(by=jana)
    other = a_household(by=jana) if which == "another kind" else Party(pk=uuid4()) if which == "nobody" else one
    answer = web.get(address(one, other))
    assert answer.status_code == status
    assert says in answer.content.decode() or status == 404
    assert web.post(address(one, other)).status_code == status
    assert Party.objects.count() == (2 if which == "another kind" else 1)


def test_owner_colleague_and_stranger(client, jana):
    ute = a_scoped_user("Ute Kern", Scope.OWN)
    mine, hers = steinbrueck(by=ute), steinbrueck(by=jana)
    for user, status in ((None, 302), (a_user("Paula Roth", role="reader"), 403), (ute, 404)):
        if user:
            client.force_login(user)
        for answer in (client.get(address(mine, hers)), client.post(address(mine, hers))):
            assert answer.status_code == status
            assert user or answer["Location"].startswith("/sign-in/")
    assert Party.objects.count() == 2


def test_one_chosen_row_offers_those_that_look_alike(web, jana):
    one, other = steinbrueck(by=jana), steinbrueck(by=jana)
    page = web.get(f"/merge/?id={one.pk}").content.decode()
    assert f"/merge/{one.pk}/{other.pk}/" in page
    two = web.get(f"/merge/?id={one.pk}&id={other.pk}")
    assert two["Location"] == address(one, other)
    assert web.get("/merge/?id=nonsense")["Location"] == "/duplicates/"


def test_the_search_is_started_once(web, jana):
    assert web.post("/duplicates/search/")["Location"] == "/duplicates/"
    web.post("/duplicates/search/")
    assert JobRun.objects.filter(kind="duplicates").count() == 1
    assert "Sucht …" in web.get("/duplicates/").content.decode()
