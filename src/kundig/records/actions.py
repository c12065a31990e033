"""The generic writes: check the right, call the domain's own action or save, keep search and listeners in step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action, FieldRight
from kundig.accounts.models import User
from kundig.platform import outbox
from kundig.records import keeping, rights, search
from kundig.records.calculated.computing import calculate
from kundig.records.custom import values as custom
from kundig.records.custom.storage import PATHS
from kundig.records.description import Description
from kundig.records.events import RecordsChanged, Via
from kundig.records.ledger.sets import change_set, current
from kundig.records.needed import still_needed


def create_record(
    description: Description, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> models.Model:
    """Make a record out of parsed values (field name → value) and answer it.

    Raises:
        PermissionDenied: if `by` may not create such records.
        ValidationError: with a dict of field names, if the values do not go together.
    """
    if not description.may(by, Action.CREATE):
        raise PermissionDenied(_("You may not create %(what)s.") % {"what": description.label_plural})
    _require_fields(description, values, by=by)
    away = rights.on_behalf_of(description, by, Action.CREATE)
    with transaction.atomic(), change_set(by=by, via=via, deputy_for=away):
        record = _made(description, values, by=by, via=via)
        if _is_judged_after(description, by):
            _require(description, record, Action.CREATE, by)
        announce(description, [record.pk], by=by, via=via, new=True, record=record)
    return record


def create_records(
    description: Description, rows: Sequence[Mapping[str, Any]], *, by: User, via: Via
) -> list[models.Model | ValidationError]:
    """Make many records: for each row of parsed values the record, or why it could not be made. The others are made.

    Told as one event; in one statement where the domain has no action of its own.

    Raises:
        PermissionDenied: if `by` may not create such records.
    """
    if not description.may(by, Action.CREATE):
        raise PermissionDenied(_("You may not create %(what)s.") % {"what": description.label_plural})
    _require_fields(description, {name for values in rows for name in values}, by=by)
    made: list[models.Model | ValidationError] = []
    with transaction.atomic(), change_set(by=by, via=via):
        if description.create is None and not _is_judged_after(description, by):
            made = _create_at_once(description, rows, by=by)
        if not made:
            made = [_create_or_error(description, values, by=by, via=via) for values in rows]
        ids = [record.pk for record in made if isinstance(record, models.Model)]
        if ids:
            announce(description, ids, by=by, via=via, new=True)
    return made


def change_record(
    description: Description, record: models.Model, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> models.Model:
    """Set the given fields of a record and answer it; raises like `create_record`."""
    away = rights.on_behalf_of(description, by, Action.CHANGE, record)
    with transaction.atomic(), change_set(by=by, via=via, deputy_for=away):
        _require(description, record, Action.CHANGE, by)
        _require_fields(description, values, by=by)
        before = _basis_of_search(description, record)
        record = set_values(description, record, values, by=by, via=via)
        if description.parent:
            _require(description, record, Action.CHANGE, by)  # also as it is now: it may have gone to another record
        is_found_anew = before != _basis_of_search(description, record)
        announce(description, [record.pk], by=by, via=via, refresh=is_found_anew, record=record)
    return record


def set_values(
    description: Description, record: models.Model, values: Mapping[str, Any], *, by: User, via: Via
) -> models.Model:
    """Write values of a record, whoever may, within the change set at hand; nobody is told of it here."""
    own, added = custom.apart(description, values)
    if not own and added:
        pass
    elif description.change is not None:
        record = type(description).change(record, own, by=by, via=via)  # type: ignore[misc]
    else:
        _assign(description, record, own)
        record.full_clean()
        record.save()
    custom.keep(record, custom.columns_of(description, added))
    return record


def delete_record(description: Description, record: models.Model, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a record.

    Raises:
        PermissionDenied: if `by` may not.
        ValidationError: if something else still needs it.
    """
    record_id = record.pk
    away = rights.on_behalf_of(description, by, Action.DELETE, record)
    with transaction.atomic(), change_set(by=by, via=via, deputy_for=away):
        _require(description, record, Action.DELETE, by)
        try:
            if description.delete is not None:
                type(description).delete(record, by=by, via=via)  # type: ignore[misc]
            else:
                record.delete()
        except ProtectedError as error:
            raise ValidationError(still_needed(error, by=by)) from error
        let_go(description, [record_id], by=by, via=via)
        announce(description, [record_id], by=by, via=via)


def let_go(description: Description, ids: Sequence[Any], *, by: User, via: Via) -> None:
    """Empty the added fields that point at deleted records, inside the transaction that deleted them.

    Raises:
        ValidationError: where such a field must be filled in.
    """
    for other, field in custom.pointing_at(description):
        rows = other.everything().filter(**{f"{field.path}_id__in": list(ids)})
        pointing = list(rows.values_list("pk", flat=True))
        if pointing and field.required:
            raise ValidationError(
                _("This is still needed by %(count)d %(others)s (%(field)s) and cannot be deleted.")
                % {
                    "count": len(pointing),
                    "others": other.label if len(pointing) == 1 else other.label_plural,
                    "field": field.label,
                }
            )
        custom.keep_many(other.model, {key: {field.name: None} for key in pointing})
        if pointing:
            announce(other, pointing, by=by, via=via)


def announce(
    description: Description,
    ids: list[Any],
    *,
    by: User | None,
    via: Via,
    refresh: bool = True,
    new: bool = False,
    record: models.Model | None = None,
) -> None:
    """Bring calculated fields and search in step and tell listeners, inside the transaction that changed the records.

    Without `refresh` nothing has changed that a search entry is made of. `new` records were not there before. `record`
    is the only one, as it was written.
    """
    keeping.keep(description, ids, new=new, record=record)
    calculated = calculate(description, ids)
    if description.search and (refresh or calculated):
        search.refresh(description, ids)
    opened = current()
    away = opened.deputy_for if opened is not None else None
    outbox.publish(
        RecordsChanged(
            object=description.name,
            ids=tuple(str(i) for i in ids),
            by_id=str(by.pk or "") if by else "",
            via=via.value,
            for_id=str(away or ""),
            change_set=str(opened.id) if opened else "",
        )
    )


def _require(description: Description, record: models.Model, action: Action, by: User) -> None:
    if not description.may(by, action, record):
        raise PermissionDenied(_("You may not do this with “%(what)s”.") % {"what": record})


def _is_judged_after(description: Description, by: User) -> bool:
    """Whether the right to make a record is only known once it is made: from its parent, or from a condition."""
    return bool(description.parent) or rights.is_conditional(description, by, Action.CREATE)


def _require_fields(description: Description, names: Iterable[str], *, by: User) -> None:
    kept_back = rights.fields_kept_back(description, by)
    refused = [name for name in names if kept_back.get(name, FieldRight.WRITE) != FieldRight.WRITE]
    if refused:
        raise PermissionDenied(
            _("Your role does not let you set “%(field)s” of %(what)s.")
            % {"field": description.field(refused[0]).label, "what": description.label_plural}
        )


def _create_at_once(
    description: Description, rows: Sequence[Mapping[str, Any]], *, by: User
) -> list[models.Model | ValidationError]:
    """Empty if the database refuses them together: then each has to be tried for itself."""
    references = [column.name for column in description.model._meta.concrete_fields if column.is_relation]
    made: list[models.Model | ValidationError] = []
    for values in rows:
        record = _filled(description, custom.with_defaults(description, values), by=by)
        try:
            record.clean_fields(exclude=references)  # they were chosen from what exists
            record.clean()
            made.append(record)
        except ValidationError as error:
            made.append(error)
    try:
        with transaction.atomic():
            records = [record for record in made if isinstance(record, models.Model)]
            description.model._default_manager.bulk_create(records)
    except IntegrityError:
        return []
    return made


def _create_or_error(
    description: Description, values: Mapping[str, Any], *, by: User, via: Via
) -> models.Model | ValidationError:
    try:
        with transaction.atomic():
            record = _made(description, values, by=by, via=via)
            if _is_judged_after(description, by):
                _require(description, record, Action.CREATE, by)
            return record
    except ValidationError as error:
        return error


def _made(description: Description, values: Mapping[str, Any], *, by: User, via: Via) -> models.Model:
    """A new record by the domain's own action or without one, with the values of added fields."""
    own, added = custom.apart(description, custom.with_defaults(description, values))
    if description.create is not None:
        record: models.Model = type(description).create(own, by=by, via=via)  # type: ignore[misc]
    else:
        record = _create(description, own, by=by)
    custom.keep(record, custom.columns_of(description, added))
    return record


def _create(description: Description, values: Mapping[str, Any], *, by: User) -> models.Model:
    record = _filled(description, values, by=by)
    record.full_clean()
    record.save(force_insert=True)
    return record


def _filled(description: Description, values: Mapping[str, Any], *, by: User) -> models.Model:
    record = description.model(**description.where)
    _assign(description, record, values)
    for name, value in ((description.owner, by.pk), (description.team, next(iter(by.access.team_ids), None))):
        column = f"{name}_id"
        if name and hasattr(record, column) and name not in values and getattr(record, column) is None:
            setattr(record, column, value)
    return record


def _assign(description: Description, record: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        field = description.field(name)
        for column, part in field.kind.columns(field, value).items():
            setattr(record, column, part)


def _basis_of_search(description: Description, record: models.Model) -> list[Any]:
    """The values of the record's own columns that its search entry is made of; of another record, which one it is."""
    return [getattr(record, column, None) for column in searched_columns(description)]


@lru_cache(maxsize=256)
def searched_columns(description: Description) -> tuple[str, ...]:
    """The columns of its own that a record's search entry is made of."""
    names = f"{description.title} {description.subtitle} {description.search}"
    paths = [source for field in description.named(names) for source in field.sources]
    paths += [f"{holder}_id" for holder in (description.owner, description.team) if holder]
    return tuple({path.partition("__")[0] if path.startswith(PATHS) else _column(path) for path in paths})


def _column(path: str) -> str:
    return path.split("__")[0] + ("_id" if "__" in path else "")
