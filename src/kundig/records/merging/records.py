"""Two records become one, with everything that points at them, where their domain has no action of its own for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import registry, rights
from kundig.records.actions import announce, set_values
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.ledger.sets import change_set
from kundig.records.merging.moving import merge_references, remember
from kundig.records.merging.preview import MergeLine, in_order_of_the_form, lines_of, shown_to
from kundig.records.merging.weighing import Side, Why


@dataclass(frozen=True)
class RecordPreview:
    """Two records that may become one; the first is the one that stays."""

    description: Description
    first: models.Model
    second: models.Model
    lines: list[MergeLine]

    def shown_to(self, user: User) -> list[MergeLine]:
        return shown_to(user, self.description, self.lines)


def preview_of(
    first: models.Model, second: models.Model, *, user: User, choices: Mapping[str, UUID] | None = None
) -> RecordPreview:
    """What merging `second` into `first` would come to; `choices` as in `merge_records`."""
    description = _described(first, second)
    fields = in_order_of_the_form(description, [*description.fields])
    return RecordPreview(
        description, first, second, lines_of(description, fields, first, second, user=user, choices=choices)
    )


def merge_records(
    into: models.Model,
    gone: models.Model,
    *,
    by: User,
    choices: Mapping[str, UUID] | None = None,
    with_people: bool = True,
) -> models.Model:
    """Merge `gone` into `into` and answer it as it is now: what a description takes for its `merge`.

    Everything that pointed at `gone` points at `into`, and the id of `gone` leads there. Taking the change set back
    restores both.

    Args:
        choices: name of a field → id of the record whose value stays; of the others the values themselves decide.
        with_people: of no matter here; people are at parties.

    Raises:
        ValidationError: if the two are one already, are of different kinds, or have something that cannot be one.
        PermissionDenied: if `by` may not change both.
    """
    description = _described(into, gone)
    with transaction.atomic():
        into, gone = _locked(description, into, gone)
        for record in (into, gone):
            if not all(description.may(by, action, record) for action in (Action.READ, Action.CHANGE)):
                raise PermissionDenied(
                    _("You may merge only what you may change; “%(what)s” is not.") % {"what": record}
                )
        away = rights.on_behalf_of(description, by, Action.CHANGE, into)
        with change_set(by=by, via=Via.MERGE, deputy_for=away) as opened:
            values = _values(preview_of(into, gone, user=by, choices=choices))
            moved, key = merge_references(description, gone.pk, into.pk), gone.pk
            gone.delete()
            into.refresh_from_db()
            into = set_values(description, into, values, by=by, via=Via.MERGE) if values else into
            remember(description, key, into.pk, moved, by=by, change_set=opened.id)
            announce(description, [into.pk, key], by=by, via=Via.MERGE)
            for pointing, ids in moved.records.items():
                if there := list(pointing.everything().filter(pk__in=ids).values_list("pk", flat=True)):
                    announce(pointing, there, by=by, via=Via.MERGE)
    return into


# -- inside ----------------------------------------------------------------------------------------------------------


def _described(one: models.Model, other: models.Model) -> Description:
    """The kind that both are of.

    Raises:
        ValidationError: if they are one and the same, or of two kinds.
    """
    kinds = [registry.for_model(type(each)) for each in (one, other)]
    if kinds[0] is None or kinds[1] is None or kinds[0] is not kinds[1]:
        raise ValidationError(
            _("%(one)s and %(other)s cannot be merged: the one is of the kind “%(kind)s”, the other “%(other_kind)s”.")
            % {"one": one, "other": other, "kind": one._meta.verbose_name if kinds[0] is None else kinds[0].label,
               "other_kind": other._meta.verbose_name if kinds[1] is None else kinds[1].label}
        )  # fmt: skip
    if one.pk == other.pk:
        raise ValidationError(_("These are one and the same already."))
    return kinds[0]


def _locked(description: Description, *records: models.Model) -> list[models.Model]:
    """All as they are now; nobody else changes them until this transaction ends."""
    wanted = description.everything().filter(pk__in=[each.pk for each in records])
    rows = {row.pk: row for row in wanted.order_by("pk").select_for_update(of=("self",))}
    if len(rows) < len(records):
        raise ValidationError(_("One of the two is not there any more. Somebody may have merged or deleted it."))
    return [rows[each.pk] for each in records]


def _values(preview: RecordPreview) -> dict[str, Any]:
    """What the one that stays has to be given."""
    values: dict[str, Any] = {}
    ids = (preview.first.pk, preview.second.pk)
    for line in preview.lines:
        name, first, second = line.field.name, line.first.values[0], line.second.values[0]
        if line.verdict.why is Why.JOINED:
            values[name] = line.joined
        elif line.verdict.side is Side.SECOND:
            values[name] = None if second in ids else second
        elif first == preview.second.pk:  # it would point at what is gone
            values[name] = None
        else:
            continue
        if line.field.required and line.field.kind.is_empty(values[name]):
            raise ValidationError(
                _("“%(field)s” must be filled in: choose the value that is not empty.") % {"field": line.field.label}
            )
    return values
