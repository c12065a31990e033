"""References to records that the reader may not see: the title stays unsaid on every surface."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundig.accounts.actions import find_role, name_deputy, set_grants
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.platform.formats import formats
from kundig.records import registry, search
from kundig.records.rows import RowPlan
from kundig.records.search.previewing import preview
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.parties.factories import ohlendorf, steinbrueck
from tests.records.rest.conftest import Program
from tests.records.test_scopes import TODAY, a_role

pytestmark = pytest.mark.django_db
SECRET = "Molkerei Steinbrück eG"


def fresh(user):
    return User.objects.with_access(user.pk)


def web(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


@pytest.fixture
def administrator():
    return an_administrator()


@pytest.fixture
def person(administrator):
    """A person at a dairy that belongs to Holger and his team."""
    holger = a_user("Holger Timm", role="reader", team=a_team())
    firm = steinbrueck(by=administrator, owner=holger.pk, team=holger.teams.get().pk)
    person = ohlendorf(by=administrator, organisation=firm.pk)
    search.refresh(registry.get("persons"), [person.pk])
    search.refresh(registry.get("organisations"), [firm.pk])
    return person


def somebody(scope, condition="", *, name="Svenja Kroll", team=None):
    """Somebody who sees all persons, and of the organisations so many."""
    role = a_role()
    grants = {("persons", Action.READ): Scope.ALL, ("persons", Action.EXPORT): Scope.ALL}
    set_grants(
        role, scopes={**grants, ("organisations", Action.READ): scope, ("addresses", Action.READ): Scope.ALL},
        conditions={("organisations", Action.READ): condition}, by=None,
    )  # fmt: skip
    return fresh(a_user(name, role=role.key, team=team))


def surfaces(user, person):
    browser = web(user)
    columns = "columns=name&columns=organisation"
    for address in (
        f"/persons/?{columns}", f"/persons/{person.pk}/", f"/persons/{person.pk}/row/?{columns}", "/persons/board/",
        f"/persons/calendar/?by=changed_at&{columns}",
        f"/search/preview/persons/{person.pk}/", "/search/?q=Ohlendorf", "/", f"/api/v1/persons/{person.pk}",
        "/api/v1/persons",
    ):  # fmt: skip
        yield address, browser.get(address).content.decode()
    exported = browser.get(f"/persons/export/?as=csv&{columns}")
    yield "export", b"".join(exported.streaming_content).decode() if exported.streaming else exported.content.decode()


@pytest.mark.parametrize(
    ("scope", "condition"), [(Scope.NONE, ""), (Scope.OWN, ""), (Scope.TEAM, ""), (Scope.NONE, 'city = "Bonn"')]
)
def test_a_stranger_is_not_told_the_title(person, scope, condition):
    user = somebody(scope, condition)
    for address, content in surfaces(user, person):
        assert "Ohlendorf" in content, address
        assert SECRET not in content, address
        assert f"/organisations/{person.organisation_id}/" not in content, address
    page = web(user).get(f"/persons/{person.pk}/").content.decode()
    assert "(not visible to you)" in page or "(für Sie nicht sichtbar)" in page
    item = Program(user).get(f"persons/{person.pk}").json()
    assert item["organisation"] == {"id": str(person.organisation_id), "title": None}
    assert [hit.subtitle for hit in search.find(user, "Ohlendorf") if SECRET in hit.subtitle] == []


GROUPED = (
    "/persons/?group=organisation",
    "/persons/pivot/?rows=organisation",
    "/persons/pivot/?rows=organisation&as=csv",
    "/persons/pivot/?rows=owner&across=organisation",
)


@pytest.mark.parametrize("scope", [Scope.NONE, Scope.OWN, Scope.TEAM])
@pytest.mark.parametrize("address", GROUPED)
def test_groups_and_pivot_tables_put_them_together_unnamed(administrator, person, address, scope):
    other = steinbrueck(by=administrator, name="Geheime Werke AG")
    ohlendorf(by=administrator, organisation=other.pk)
    content = web(somebody(scope)).get(address).content.decode()
    assert SECRET not in content and "Geheime Werke" not in content
    assert str(other.pk) not in content and str(person.organisation_id) not in content
    assert content.count("not visible to you") + content.count("für Sie nicht sichtbar") == 1
    assert SECRET in web(administrator).get(address).content.decode()


def test_owner_colleague_and_deputy_are_told(person):
    firm = person.organisation
    narrow, by_town = somebody(Scope.TEAM), somebody(Scope.NONE, 'city = "München"')
    assert SECRET in preview(registry.get("persons"), person.pk, user=by_town, formats=formats("en"))
    assert SECRET not in preview(registry.get("persons"), person.pk, user=narrow, formats=formats("en"))
    colleague = somebody(Scope.TEAM, team=firm.team, name="Paula Roth")
    for address, content in surfaces(colleague, person):
        if address not in ("/", "/persons/board/", "/search/?q=Ohlendorf"):
            assert SECRET in content, address
    holger = firm.owner
    holger.holdings.update(role=somebody(Scope.OWN, name="Max Horn").roles.get())
    assert SECRET in preview(registry.get("persons"), person.pk, user=fresh(holger), formats=formats("en"))
    name_deputy(holger, deputy=narrow, starts_on=TODAY, ends_on=TODAY, by=None)
    assert SECRET in preview(registry.get("persons"), person.pk, user=fresh(narrow), formats=formats("en"))


def test_who_sees_all_pays_nothing_and_scopes_ask_no_further_query(person):
    persons = registry.get("persons")
    fields = persons.named("name organisation")
    find_role("sales")
    everybody, own = fresh(a_user("Svenja Kroll", role="sales")), somebody(Scope.OWN)
    assert RowPlan(fields, everybody).sources == RowPlan(fields).sources
    for user, queries in ((everybody, 1), (own, 1), (somebody(Scope.NONE, 'city = "Bonn"'), 2)):
        plan = RowPlan(fields, user)
        plan.in_order(persons, [person.pk])
        with CaptureQueriesContext(connection) as asked:
            plan.in_order(persons, [person.pk])
        assert len(asked) == queries
