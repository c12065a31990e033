"""The pages on which administrators write formulas."""

import pytest

from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.custom.models import CustomField
from tests.accounts.factories import a_user, an_administrator
from tests.records.calculated.conftest import Run

pytestmark = pytest.mark.django_db
NEW, CHECK = "/settings/fields/organisations/new/", "/settings/fields/organisations/formula/"


@pytest.fixture
def jana():
    user = an_administrator()
    user.language = "en"
    user.save()
    return user


@pytest.fixture
def as_jana(client, jana):
    client.force_login(jana)
    return client


@pytest.fixture
def dairy(jana):
    values = {"name": "Molkerei Steinbrück", "employees": 40, "revenue": "1000000"}
    return create_record(registry.get("organisations"), values, by=jana)


def added(client, formula, label="Revenue potential", **values):
    given = {
        "label_de": label,
        "kind": "calculated",
        "formula": formula,
        "in_table": "on",
        "in_form": "on",
        "places": "0",
    }
    return client.post(NEW, {**given, **values})


def said(client, formula, **values):
    answer = client.post(CHECK, {"kind": "calculated", "formula": formula, **values})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_formula_is_checked_while_it_is_typed(as_jana, dairy):
    page = as_jana.get(NEW).content.decode()
    assert "count(persons)" in page and "owner.name" in page and "employees" in page
    answer = said(as_jana, "employees * 100")
    assert "Molkerei Steinbrück" in answer and "4,000" in answer and "Number" in answer
    assert "Money" in said(as_jana, "revenue / employees", shown_as="money")
    assert "every day" in said(as_jana, "today - created_at")
    assert "<mark>employes</mark>" in said(as_jana, "employes * 100")
    assert "Did you mean “employees”?" in said(as_jana, "employes * 100")
    assert "Text" in said(as_jana, 'name + "<script>alert(1)</script>"')
    assert "<script>" not in said(as_jana, '"<script>alert(1)</script>"')
    assert "<script>" not in said(as_jana, "<script>alert(1)</script>")
    assert not CustomField.objects.exists()


def test_only_administrators_try_formulas(client, db):
    client.force_login(a_user("Paula Roth", role="sales"))
    assert client.post(CHECK, {"formula": "1"}).status_code == 403


def test_a_calculated_field_stands_everywhere_and_is_typed_nowhere(as_jana, dairy):
    from kundig.records.calculated.jobs import calculate_all

    assert added(as_jana, "employees * 100").status_code == 302
    row = CustomField.objects.get()
    assert (row.kind, row.calculation, row.in_form) == ("number", "running", False)
    assert "being calculated" in as_jana.get("/settings/fields/organisations/").content.decode()
    assert "Revenue potential (is being calculated)" in as_jana.get("/organisations/").content.decode()
    calculate_all(Run(), object_name="organisations")
    table = as_jana.get("/organisations/?sort=-c_revenue_potential&filter=c_revenue_potential+>+3999").content.decode()
    assert "4,000" in table and "(is being calculated)" not in table
    assert "Molkerei" not in as_jana.get("/organisations/?filter=c_revenue_potential+>+4000").content.decode()
    assert "4,000" in as_jana.get(f"/organisations/{dairy.pk}/").content.decode()
    assert "c_revenue_potential" not in as_jana.get(f"/organisations/{dairy.pk}/edit/").content.decode()
    answer = as_jana.put(
        f"/organisations/{dairy.pk}/fields/c_revenue_potential/", "c_revenue_potential=5",
        content_type="application/x-www-form-urlencoded", headers={"HX-Request": "true"},
    )  # fmt: skip
    assert answer.status_code in (403, 404, 422)
    assert as_jana.get(f"/organisations/{dairy.pk}/fields/c_revenue_potential/").status_code in (403, 404)
    assert "c_revenue_potential" in as_jana.get("/api/v1/openapi.json").content.decode()
    form = as_jana.get(f"/settings/fields/organisations/{row.pk}/").content.decode()
    assert "employees * 100" in form and 'name="is_required"' not in form


def test_a_formula_is_changed_and_its_values_with_it(as_jana, dairy):
    from kundig.records.calculated.jobs import calculate_all

    added(as_jana, "employees * 100")
    row = CustomField.objects.get()
    given = {"label_de": "Potenzial", "formula": "employees * 50", "version": "1", "in_table": "on"}
    assert as_jana.post(f"/settings/fields/organisations/{row.pk}/", given).status_code == 302
    calculate_all(Run(), object_name="organisations")
    dairy.refresh_from_db()
    assert dairy.calculated == {row.name: "2000"}


@pytest.mark.parametrize(
    ("formula", "message", "marked"),
    [
        ("", "Write what the values follow from", None),
        ("employees * nothing", "There is no field", "nothing"),
        ("owner = me", "somebody else for each reader", "me"),
    ],
)
def test_what_is_wrong_stands_at_the_formula_when_it_is_sent(formula, message, marked, as_jana):
    answer = added(as_jana, formula)
    page = answer.content.decode()
    assert answer.status_code == 422 and message in page
    assert marked is None or f"<mark>{marked}</mark>" in page
    assert not CustomField.objects.exists()
