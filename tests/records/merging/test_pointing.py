"""Nobody who points at a record is forgotten when two become one: a future model, too, has to say what to do."""

import pytest
from django.apps import apps
from django.db import models

from kundig.parties.models import Party
from kundig.records import registry
from kundig.records.merging import pointing

HOLD_OTHER_THINGS = {
    "attempt", "by_id", "change_set", "changed_by", "created_by", "deputy_for", "job_id", "owner_id", "reader", "ref",
    "stated_by", "team_id", "undoes", "version",
}  # fmt: skip
"""Columns with an id of a user, a team, a job, a change set: of nothing that can become one with another."""


def ours():
    return [
        model for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("kundig.") and not model._meta.proxy
    ]  # fmt: skip


def unsaid(model_classes):
    """Columns with an id that are no key, of which nobody has said what a merge does with them."""
    return [
        f"{model._meta.label}.{column.name}"
        for model in model_classes
        for column in model._meta.local_concrete_fields
        if isinstance(column, models.UUIDField) and not column.is_relation and not column.primary_key
        and column.name not in HOLD_OTHER_THINGS and not pointing.is_registered(model, column.name)
    ]  # fmt: skip


def test_of_every_column_with_an_id_it_is_said_what_a_merge_does_with_it():
    assert unsaid(ours()) == []


def test_a_future_column_is_noticed():
    class Note(models.Model):
        __module__ = "kundig.timeline.models"
        about = models.UUIDField()

        class Meta:
            app_label = "toy"

    try:
        assert unsaid([Note]) == ["toy.Note.about"]
    finally:
        apps.all_models["toy"].pop("note")


def test_nothing_points_through_a_generic_key():
    found = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.private_fields
        if type(field).__name__ == "GenericForeignKey"
    ]
    assert found == [], "say in kundig.records.merging what becomes of it when two records become one"


@pytest.mark.django_db
def test_every_key_to_a_party_is_found():
    found = {
        (pointer.model._meta.label, pointer.column)
        for name in ("organisations", "persons", "households")
        for pointer in pointing.pointers_to(registry.get(name))
    }
    keys = {
        (model._meta.label, field.column)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model._meta.concrete_model is Party
    }
    assert found == keys >= {("parties.Role", "person_id"), ("parties.Party", "parent_id")}
