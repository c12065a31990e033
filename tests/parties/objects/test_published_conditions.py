"""Every published example of conditions and formulas reads, writes, and comes to the same in SQL and Python."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from kundig.accounts.models import User
from kundig.records import conditions, registry
from tests.accounts.factories import a_user
from tests.parties.factories import a_world

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "conditions.md").read_text()


def published(kind):
    """Pairs of object and text out of the page's examples."""
    blocks = re.findall(rf"```{kind} (\w+)\n(.*?)```", PAGE, re.DOTALL)
    return [(name, line) for name, block in blocks for line in block.splitlines()]


@pytest.fixture(scope="module")
def somebody(lasting):
    """Svenja, in whose world all of them are asked."""
    svenja = a_user("Svenja Kroll", role="sales")
    a_world(by=svenja)
    return svenja.pk


@pytest.fixture
def svenja(somebody, db):
    return User.objects.with_access(somebody)


def test_a_hundred_examples_are_published():
    assert len(published("conditions")) > 100


@pytest.mark.parametrize(("name", "text"), published("conditions"))
def test_a_published_condition_reads_writes_and_runs(svenja, name, text):
    node = conditions.parse(text)
    assert conditions.parse(conditions.write(node)) == node
    assert conditions.from_plain(conditions.to_plain(node)) == node
    description = registry.get(name)
    condition = conditions.read(text, description, svenja)
    rows = description.visible_to(svenja)
    found = set(rows.filter(condition.q()).values_list("pk", flat=True))
    assert found == {record.pk for record in rows if condition.holds(record)}
    for language in ("de", "en"):
        with translation.override(language):
            assert condition.sentence()


@pytest.mark.parametrize(("name", "text"), published("formulas"))
def test_a_published_formula_comes_to_the_same_in_sql_and_python(svenja, name, text):
    expression = conditions.read_expression(text, registry.get(name), svenja)
    rows = registry.get(name).visible_to(svenja)
    found = dict(rows.annotate(found=expression.sql()).values_list("pk", "found"))
    for record in rows:
        assert found[record.pk] == expression.value(record)
