"""`POST /api/v1/<name>/<id>/merge`: another record goes into this one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.merging.models import Merged
from kundig.records.rest.asking import refuse_parameters
from kundig.records.rest.bodies import object_in
from kundig.records.rest.endpoint import answer
from kundig.records.rest.items import ItemPlan
from kundig.records.rest.paths import Operations, reference_to_body
from kundig.records.rest.problems import Problem, of_fields
from kundig.records.rest.resources import NOT_THERE, described, row_of
from kundig.records.rest.schemas import AN_ID, Schema
from kundig.records.statements import record_of

KEYS = ("with", "values", "with_people")


def merge(request: HttpRequest, user: User, name: str, record_id: str) -> HttpResponse:
    description = described(name, user, Action.CHANGE)
    refuse_parameters(request.GET)
    if description.merge is None:
        raise Problem(404, _("Two %(what)s cannot become one.") % {"what": description.label_plural})
    plan = ItemPlan(description, user)
    row = row_of(plan, record_id, user)
    body = object_in(request)
    if unknown := [key for key in body if key not in KEYS]:
        raise Problem(422, _("Unknown: %(names)s.") % {"names": ", ".join(unknown)})
    other = _other(body.get("with"), description, user)
    choices = _choices(body.get("values", {}), description, [row[0], other.pk])
    with_people = body.get("with_people", True)
    if not isinstance(with_people, bool):
        raise of_fields({"with_people": [_("Expected yes/no.")]})
    with transaction.atomic():
        into = type(description).merge(  # type: ignore[misc]
            record_of(description, row[0]), other, by=user, choices=choices, with_people=with_people
        )
        merged = Merged.objects.get(record_id=other.pk, undone_at=None)
    found = plan.one(into.pk, user)
    return answer({"record": plan.item(found) if found else {"id": into.pk}, "change_set": merged.change_set})


def _other(given: Any, description: Description, user: User) -> models.Model:
    try:
        key = UUID(str(given))
    except ValueError:
        raise of_fields({"with": [_("Give the id of the record that is to go into this one.")]}) from None
    for each in registry.covering(description.model._meta.concrete_model):  # type: ignore[arg-type]
        found: models.Model | None = each.visible_to(user).filter(pk=key).first()
        if found is not None:
            return found
    raise Problem(404, str(NOT_THERE))


def _choices(given: Any, description: Description, ids: list[UUID]) -> dict[str, UUID]:
    if not isinstance(given, dict):
        raise of_fields({"values": [_("Expected an object: field and id of the record whose value stays.")]})
    known = {str(key): key for key in ids}
    errors: dict[str, list[str]] = {}
    for name, value in given.items():
        if name not in description.fields:
            errors[f"values.{name}"] = [_("There is no such field.")]
        elif str(value) not in known:
            errors[f"values.{name}"] = [_("Name one of the two: %(ids)s.") % {"ids": ", ".join(known)}]
    if errors:
        raise of_fields(errors)
    return {name: known[str(value)] for name, value in given.items()}


# -- what the OpenAPI document says about it -------------------------------------------------------------------------


def of_merge(description: Description, schema: str) -> Schema:
    """The address of one object; where records have become others, reading leads there."""
    if description.merge is None:
        return {}
    each = Operations(description.name)
    return {
        f"/{description.name}/{{id}}/merge": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "post": {
                **each.operation("merge", _("Merge: %(what)s") % {"what": description.label}),
                "description": _(
                    "The record named by “with” goes into this one, with everything that points at it. Reading the one"
                    " that is gone leads here (308). Taking the change set back restores both."
                ),
                "requestBody": reference_to_body(f"{schema}Merge"),
                "responses": each.responses(
                    200, _("Merged"), f"{schema}Merged", problems=(400, 409, 411, 413, 415, 422)
                ),
            },
        }
    }


def merge_schemas(description: Description, schema: str) -> Schema:
    """The body that asks for it, and the answer."""
    if description.merge is None:
        return {}
    an_id: Schema = {"type": "string", "format": "uuid"}
    asked: Schema = {
        "type": "object",
        "properties": {
            "with": an_id,
            "values": {
                "type": "object",
                "description": _("Field and id of the record whose value stays; Kundig decides about the others."),
                "additionalProperties": an_id,
            },
            "with_people": {
                "type": "boolean",
                "default": True,
                "description": _("Whether contact persons of one name who are at both become one, too."),
            },
        },
        "required": ["with"],
        "additionalProperties": False,
        "examples": [{"with": AN_ID, "values": {description.title: AN_ID}}],
    }
    done: Schema = {
        "type": "object",
        "properties": {"record": {"$ref": f"#/components/schemas/{schema}"}, "change_set": an_id},
        "required": ["record", "change_set"],
    }
    return {f"{schema}Merge": asked, f"{schema}Merged": done}
