import pytest

from kundig.records import registry
from kundig.records.custom.actions import add_field
from kundig.records.custom.kinds import KINDS
from tests.accounts.factories import an_administrator
from tests.records.toy.models import Course

CHOICES = [{"de": "Rot", "en": "Red"}, {"de": "Grün", "en": "Green"}, {"de": "Blau", "en": "Blue"}]


@pytest.fixture
def administrator(db):
    return an_administrator()


@pytest.fixture
def add(administrator, courses):
    """Adds a field to the toy object and answers it as surfaces take it."""

    def added(label="Rating stars", kind="text", description=courses, **values):
        options = values.pop("options", {})
        if KINDS[kind].has_choices:
            options.setdefault("choices", CHOICES)
        if KINDS[kind].has_target:
            options.setdefault("target", "organisations")
        row = add_field(description, {"label_en": label, "kind": kind, "options": options, **values}, by=administrator)
        return registry.get(description.name).fields[row.name]

    return added


def a_course(name="Pottery", **values):
    return Course.objects.create(name=name, **values)
