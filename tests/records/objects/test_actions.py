"""Making, renaming, retiring and deleting objects of one's own."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kundig.records import registry, search
from kundig.records.actions import create_record
from kundig.records.custom import loading
from kundig.records.custom.actions import bring_back as bring_field_back
from kundig.records.custom.actions import change_field, delete_field, retire_field, values_kept
from kundig.records.objects import actions
from kundig.records.objects.models import CustomObject, CustomRecord
from tests.accounts.factories import a_user
from tests.records.objects.conftest import MACHINES

pytestmark = pytest.mark.django_db

PROJECTS = {
    "label_de": "Projekt",
    "plural_de": "Projekte",
    "label_en": "project",
    "plural_en": "projects",
    "icon": "flag",
}


def test_an_object_is_there_at_once_in_every_process(machines, administrator):
    assert (machines.name, str(machines.label), str(machines.label_plural)) == ("own-maschinen", "machine", "machines")
    assert str(machines.fields["name"].label) == "serial number"
    loading.forget()  # as in another process, which has heard of nothing
    assert registry.get("own-maschinen") is None
    loading.ensure_current(now=1.0)
    assert registry.get("own-maschinen") is machines


def test_it_is_called_something_else_and_its_address_stays(machines, administrator):
    record = create_record(machines, {"name": "M-1"}, by=administrator)
    row = actions.object_called(machines.name)
    changed = actions.change_object(
        row, {**MACHINES, "plural_en": "equipment", "label_en": "device", "icon": "box"}, version=1, by=administrator
    )
    assert (changed.name, str(machines.label_plural), machines.icon) == ("own-maschinen", "equipment", "box")
    assert machines.everything().get() == record


def test_of_two_administrators_the_second_is_told(machines, administrator):
    row = actions.object_called(machines.name)
    actions.change_object(row, {**MACHINES, "plural_en": "equipment"}, version=1, by=administrator)
    with pytest.raises(ValidationError, match="in the meantime.*equipment"):
        actions.change_object(row, {**MACHINES, "plural_en": "devices"}, version=1, by=administrator)
    assert actions.object_called(machines.name).plural_en == "equipment"


@pytest.mark.parametrize(
    ("values", "place", "words"),
    [
        ({"label_de": "", "label_en": ""}, "label_de", "one of them"),
        ({"plural_de": "", "plural_en": ""}, "plural_de", "several"),
        ({"plural_de": "Organisationen"}, "plural_de", "are called already"),
        ({"plural_en": "organisations"}, "plural_en", "are called already"),
        ({"label_en": " PERSON "}, "label_en", "are called already"),
        ({"label_de": "Maschine"}, "label_de", "are called already"),
        ({"label_de": "x" * 61}, "label_de", "at most 60"),
        ({"label_de": "A\x00B"}, "label_de", "NUL"),
        ({"plural_de": "!!!"}, "plural_de", "at least one letter"),
        ({"icon": "../../etc"}, "icon", "one of the icons"),
    ],
)
def test_what_is_wrong_is_said_at_its_input(values, place, words, machines, administrator):
    with pytest.raises(ValidationError) as refused:
        actions.add_object({**PROJECTS, **values}, by=administrator)
    assert words in " ".join(refused.value.message_dict[place])
    assert CustomObject.objects.count() == 1


@pytest.mark.parametrize("text", ["Settings", "API", "Import", "new", "Änderungen"])
def test_an_address_of_the_program_is_no_name_that_could_collide(text, administrator):
    row = actions.add_object({**PROJECTS, "plural_de": text, "plural_en": ""}, by=administrator)
    assert row.name.startswith("own-")


def test_only_administrators_come_here(machines):
    colleague = a_user("Ole Lund")
    row = actions.object_called(machines.name)
    for act in (
        lambda: actions.add_object(PROJECTS, by=colleague),
        lambda: actions.change_object(row, PROJECTS, version=1, by=colleague),
        lambda: actions.retire_object(row, by=colleague),
        lambda: actions.bring_back(row, by=colleague),
        lambda: actions.delete_object(row, by=colleague),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert list(CustomObject.objects.values_list("name", "version")) == [("own-maschinen", 1)]


def test_retired_and_brought_back_nothing_is_lost(described_machines, administrator):
    machines = described_machines
    record = create_record(machines, {"name": "Hobelbank", "c_state": "in_use", "c_power": "7.5"}, by=administrator)
    row = actions.retire_object(actions.object_called(machines.name), by=administrator)
    assert registry.get(machines.name) is None
    assert not search.find(administrator, "hobelbank")
    assert CustomRecord.objects.get().custom == {"c_state": "in_use", "c_power": "7.5"}
    actions.bring_back(row, by=administrator)
    assert registry.get(machines.name) is machines
    found = machines.everything().get()
    assert (found.pk, found.custom__c_power) == (record.pk, record.custom__c_power)
    assert machines.fields["c_state"].label


def test_what_another_object_needs_is_not_retired(described_machines, add, administrator):
    projects = registry.get(actions.add_object(PROJECTS, by=administrator).name)
    add(projects, "Machine", "reference", options={"target": described_machines.name})
    row = actions.object_called(described_machines.name)
    with pytest.raises(ValidationError, match="“Machine” of projects points at machines"):
        actions.retire_object(row, by=administrator)
    field = projects.fields["c_machine"].row
    field = retire_field(field, by=administrator)
    row = actions.retire_object(row, by=administrator)
    with pytest.raises(ValidationError, match="points at machines, which are retired"):
        bring_field_back(field, by=administrator)
    with pytest.raises(ValidationError) as refused:
        add(projects, "Other machine", "reference", options={"target": described_machines.name})
    assert "target" in refused.value.message_dict
    actions.bring_back(row, by=administrator)
    bring_field_back(field, by=administrator)
    assert "c_machine" in projects.fields


def test_an_object_with_records_is_not_deleted(described_machines, administrator):
    record = create_record(described_machines, {"name": "M-1"}, by=administrator)
    row = actions.object_called(described_machines.name)
    with pytest.raises(ValidationError, match="Retire the object first"):
        actions.delete_object(row, by=administrator)
    row = actions.retire_object(row, by=administrator)
    with pytest.raises(ValidationError, match="has 1 record"):
        actions.delete_object(row, by=administrator)
    record.delete()
    actions.delete_object(row, by=administrator)
    assert actions.object_called(described_machines.name) is None
    again = actions.add_object(MACHINES, by=administrator)
    assert again.name == "own-maschinen-2"


def test_a_name_in_use_is_found_again_when_it_comes_back(machines, administrator):
    row = actions.retire_object(actions.object_called(machines.name), by=administrator)
    with pytest.raises(ValidationError, match=r"machines \(retired\)"):
        actions.add_object(MACHINES, by=administrator)
    actions.bring_back(row, by=administrator)


def test_objects_share_names_of_fields_that_are_kept_alike(machines, add, administrator):
    projects = registry.get(actions.add_object(PROJECTS, by=administrator).name)
    assert add(machines, "State", "choice").name == add(projects, "State", "choice").name == "c_state"
    assert (add(machines, "Size", "number").name, add(projects, "Size", "text").name) == ("c_size", "c_size_2")
    first = create_record(machines, {"name": "M", "c_state": "in_use"}, by=administrator)
    create_record(projects, {"name": "P", "c_state": "in_use"}, by=administrator)
    field = retire_field(projects.fields["c_state"].row, by=administrator)
    assert values_kept(field) == 1
    assert delete_field(field, by=administrator) == 1
    first.refresh_from_db()
    assert first.custom == {"c_state": "in_use"}


def test_objects_that_must_name_each_other_are_refused(machines, add, administrator):
    projects = registry.get(actions.add_object(PROJECTS, by=administrator).name)
    add(machines, "Project", "reference", options={"target": projects.name}, is_required=True)
    with pytest.raises(ValidationError, match="circle: projects → machines → projects") as refused:
        add(projects, "Machine", "reference", options={"target": machines.name}, is_required=True)
    assert "is_required" in refused.value.message_dict
    field = add(projects, "Machine", "reference", options={"target": machines.name})
    with pytest.raises(ValidationError, match="circle"):
        change_field(field.row, {"is_required": True}, version=1, by=administrator)
    with pytest.raises(ValidationError, match="circle"):
        add(machines, "Part of", "reference", options={"target": machines.name}, is_required=True)
