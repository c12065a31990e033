"""Quick to mend, the panel on the page, and what counts: seen, filled in, and kept from whom it does not concern."""

import re

import pytest

from kundig.accounts.actions import add_role, find_role, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.parties.models import Party, QualityRule
from kundig.platform.models import JobRun
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import a_scoped_user, an_organisation

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial", "HTTP_HX_TARGET": "div#mend"}
FULL = {
    "phone": "089 1234567", "mail": "info@huber.example", "street": "Weg 1", "postal_code": "80331", "city": "München",
    "industry": "Bau",
}  # fmt: skip


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def boss(client):
    user = an_administrator()
    user.language = "en"
    user.save()
    client.force_login(user)
    return user


@pytest.fixture
def gaps(boss):
    return [
        an_organisation(by=boss, name=name, **{**FULL, field: ""})
        for name, field in (("Adler AG", "phone"), ("Bär KG", "phone"), ("Cramer eG", "industry"))
    ]


def test_list_tells_what_is_missing_and_how_often(client, gaps):
    page = words(client.get("/mend/"))
    assert "Organisations: Phone 2" in page
    assert "Organisations: Industry 1" in page
    assert "Adler AG" in page
    assert "Cramer eG" not in page
    assert "Cramer eG" in words(client.get("/mend/?kind=organisations&field=industry"))


def test_value_is_filled_in_and_the_next_is_ready(client, gaps):
    adler, baer, _cramer = gaps
    address = f"/mend/{adler.pk}/?kind=organisations&field=phone"
    response = client.post(address, {"phone": "0221 47110", "next": str(baer.pk)}, **PART)
    html = response.content.decode()
    assert response.status_code == 200
    assert f'data-mend-focus-value="{baer.pk}"' in html
    assert f'id="mend-{adler.pk}"' not in html
    assert "Adler AG: phone filled in." in html
    undo = re.search(r'hx-post="(/undo/[^"]+)"', html).group(1)
    adler.refresh_from_db()
    assert (adler.phone, adler.completeness) == ("+4922147110", 100)
    client.post(undo)
    adler.refresh_from_db()
    assert (adler.phone, adler.missing) == ("", "phone")


@pytest.mark.parametrize(("text", "why"), [("", "must not be empty"), ("viele", "viele")])
def test_wrong_value_is_told_in_its_row(client, gaps, text, why):
    adler = gaps[0]
    response = client.post(f"/mend/{adler.pk}/?kind=organisations&field=phone", {"phone": text}, **PART)
    assert response.status_code == 422
    assert why in words(response)
    assert f'id="mend-{adler.pk}-error"' in response.content.decode()
    adler.refresh_from_db()
    assert adler.phone == ""


def test_without_script_it_goes_back_to_the_list(client, gaps):
    response = client.post(f"/mend/{gaps[0].pk}/?kind=organisations&field=phone", {"phone": "0221 47110"})
    assert response["Location"] == "/mend/?kind=organisations&field=phone"


@pytest.mark.parametrize("query", ["", "?kind=organisations&field=name", "?kind=nothing&field=phone"])
def test_only_what_counts_can_be_filled_in_here(client, gaps, query):
    assert client.post(f"/mend/{gaps[0].pk}/{query}", {"name": "Hacked"}).status_code == 404
    gaps[0].refresh_from_db()
    assert gaps[0].name == "Adler AG"


def test_stranger_meets_no_customer_of_others(client, gaps):
    client.force_login(a_scoped_user("Max Horn", Scope.OWN))
    assert "Adler" not in words(client.get("/mend/"))
    response = client.post(f"/mend/{gaps[0].pk}/?kind=organisations&field=phone", {"phone": "0221 47110"})
    assert response.status_code == 404
    gaps[0].refresh_from_db()
    assert gaps[0].phone == ""


def test_who_may_change_nothing_has_no_list(client, gaps):
    role = add_role(name="Looks on", like=find_role("sales"), by=None)
    set_grants(role, scopes={("*", Action.CHANGE): Scope.NONE}, by=None)
    client.force_login(User.objects.with_access(a_user("Rita Lesen", role=role.key).pk))
    assert client.get("/mend/").status_code == 403


def test_nothing_to_mend_says_so(client, boss):
    assert "There is no customer in whom just one value is missing." in words(client.get("/mend/"))


def test_panel_tells_what_is_missing_and_old_and_confirms(client, gaps):
    adler = gaps[0]
    Party.objects.filter(pk=adler.pk).update(origins={"*": {"via": "hand", "at": "2020-01-01"}})
    address = f"/organisations/{adler.pk}/panels/quality/"
    page = words(client.get(address))
    assert "Missing: phone." in page
    assert "Mail unchecked for 6 years" in page
    response = client.post(f"/parties/{adler.pk}/confirm/?panel=quality")
    assert "Known to be right since" in words(response)
    assert "To be checked" not in words(client.get(address))


def test_completeness_sorts_and_filters_the_table(client, gaps):
    an_organisation(by=gaps[0].owner, name="Leer AG")
    page = words(client.get("/organisations/?sort=completeness"))
    assert page.index("Leer AG") < page.index("Adler AG")
    page = words(client.get("/organisations/?filter=completeness < 50"))
    assert ("Leer AG" in page, "Adler AG" in page) == (True, False)
    assert "Cramer eG" in words(client.get("/organisations/?filter=missing = industry"))


class TestWhatCounts:
    def test_administrator_decides(self, client, gaps):
        assert "holds for months:" in words(client.get("/settings/quality/"))
        data = {"org.field": ["mail", "vat_id"], "org.mail": "12", "org.vat_id": "60"}
        data |= {"person.field": ["mail"], "person.mail": "24", "household.field": ["city"], "household.city": "36"}
        assert client.post("/settings/quality/", data).status_code == 302
        rule = QualityRule.objects.get(pk="org")
        assert (rule.fields, rule.months) == (["mail", "vat_id"], [12, 60])
        assert JobRun.objects.filter(kind="data_quality").count() == 1

    @pytest.mark.parametrize("months", ["0", "-3", "viele", "999", ""])
    def test_impossible_times_are_told(self, client, boss, months):
        response = client.post("/settings/quality/", {"org.field": ["mail"], "org.mail": months})
        assert response.status_code == 422
        assert "Give a number of months from 1 to 240." in words(response)
        assert not QualityRule.objects.exists()

    def test_others_do_not(self, client, gaps):
        client.force_login(a_user("Svenja Kroll"))
        assert client.post("/settings/quality/", {"org.field": ["mail"], "org.mail": "12"}).status_code in (403, 404)
        assert not QualityRule.objects.exists()
