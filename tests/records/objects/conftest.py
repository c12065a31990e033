import pytest

from kundig.accounts.actions import change_preferences
from kundig.records import registry
from kundig.records.custom.actions import add_field
from kundig.records.custom.kinds import KINDS
from kundig.records.objects.actions import add_object
from tests.accounts.factories import an_administrator

MACHINES = {
    "label_de": "Maschine", "label_en": "machine", "plural_de": "Maschinen", "plural_en": "machines",
    "title_de": "Seriennummer", "title_en": "serial number", "icon": "wrench",
}  # fmt: skip
STATES = [{"de": "In Betrieb", "en": "In use"}, {"de": "Stillgelegt", "en": "Shut down"}]


@pytest.fixture
def administrator(db):
    user = an_administrator()
    change_preferences(user, values={"language": "en"})
    return user


@pytest.fixture
def add(administrator):
    """Adds a field to an object and answers it as surfaces take it."""

    def added(description, label, kind="text", **values):
        options = values.pop("options", {})
        if kind in KINDS and KINDS[kind].has_choices:
            options.setdefault("choices", STATES)
        if kind in KINDS and KINDS[kind].has_target:
            options.setdefault("target", "organisations")
        given = {"label_en": label, "kind": kind, "options": options, "in_form": True, "in_table": True, **values}
        row = add_field(description, given, by=administrator)
        return registry.get(description.name).fields[row.name]

    return added


@pytest.fixture
def machines(administrator):
    """An object that an administrator has just made, without any fields of its own yet."""
    row = add_object(MACHINES, by=administrator)
    return registry.get(row.name)


@pytest.fixture
def described_machines(machines, add):
    """The same with fields of several kinds, one of them a reference to organisations."""
    add(machines, "Customer", "reference")
    add(machines, "State", "choice", in_search=True)
    add(machines, "Power", "number", options={"places": 1})
    add(machines, "Price", "money")
    add(machines, "Installed", "date")
    return machines


@pytest.fixture
def web(client, administrator):
    client.force_login(administrator, backend="kundig.accounts.backends.AccessBackend")
    return client
