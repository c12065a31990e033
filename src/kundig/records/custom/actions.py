"""Making, changing, retiring and deleting added fields; only administrators come here (`web.administration`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.platform import jobs, outbox
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.calculated.formulas import all_formulas
from kundig.records.calculated.jobs import recalculate
from kundig.records.custom import indexes, loading, storage
from kundig.records.custom.checking import checked, refuse_circle, refuse_without_target
from kundig.records.custom.fields import added_field
from kundig.records.custom.models import CalculationState, CustomField, IndexState
from kundig.records.custom.naming import new_name
from kundig.records.description import Description
from kundig.records.events import FieldsChanged
from kundig.records.kinds.base import Reading

CHANGEABLE = (
    "label_de", "label_en", "help_de", "help_en", "is_required", "is_personal", "purpose", "section", "position",
    "in_table", "in_form", "in_search", "options", "default", "formula",
)  # fmt: skip


def add_field(description: Description, values: Mapping[str, Any], *, by: User) -> CustomField:
    """A new field of an object; it is there at once, for everybody.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: with a dict input → messages.
    """
    _require(by)
    with transaction.atomic():
        _one_at_a_time()
        row = CustomField(object=description.name, table=description.model._meta.db_table, changed_by=by.pk)
        row.kind = str(values.get("kind", ""))
        _fill(row, values)
        checked(row, description)
        row.name = new_name(row)
        row.default = _default(row, description, values.get("default", ""), by=by)
        others = CustomField.objects.filter(object=description.name, deleted_at=None)
        row.position = others.count() + 1
        row.calculation = CalculationState.RUNNING if row.formula else CalculationState.NONE
        row.save(force_insert=True)
        _has_changed(row, description, by=by)
    return row


def change_field(row: CustomField, values: Mapping[str, Any], *, version: int, by: User) -> CustomField:
    """Change what may change of a field: everything but its kind and its name.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: with a dict input → messages; also if somebody has changed it since `version`.
    """
    _require(by)
    with transaction.atomic():
        row = _locked(row, version=version)
        description = _described(row)
        before, choices = row.in_search, row.options.get("choices", ())
        formula, places = row.formula, row.options.get("places")
        _fill(row, values)
        if bool(formula) != bool(row.formula.strip()):
            raise ValidationError(
                {"formula": [_("A calculated field stays one, and a typed one is never calculated.")]}
            )
        checked(row, description)
        if row.formula and (formula, places) != (row.formula, row.options.get("places")):
            row.calculation, row.calculation_error = CalculationState.RUNNING, ""
        _refuse_gone(row, choices)
        if "default" in values:
            row.default = _default(row, description, values["default"], by=by)
        row.version += 1
        row.changed_by = by.pk
        row.save()
        _has_changed(row, description, by=by, searched=before != row.in_search)
    return row


def retire_field(row: CustomField, *, by: User) -> CustomField:
    """Take a field off every surface. Its values stay, and `bring_back` shows them again."""
    return _retired(row, timezone.now(), by=by)


def bring_back(row: CustomField, *, by: User) -> CustomField:
    return _retired(row, None, by=by)


def _retired(row: CustomField, at: Any, *, by: User) -> CustomField:
    _require(by)
    with transaction.atomic():
        row = _locked(row)
        description = _described(row)
        if at is not None and (users := formulas_with(row)):
            raise ValidationError(
                _("“%(field)s” is used by the formula of “%(other)s”. Change that one first.")
                % {"field": row.label, "other": users[0].label}
            )
        row.retired_at = at
        if at is None:
            refuse_without_target(row)
            refuse_circle(row, description)
        if at is None and row.formula:
            checked(row, description)
            row.calculation, row.calculation_error = CalculationState.RUNNING, ""
        row.version += 1
        row.changed_by = by.pk
        row.save()
        _has_changed(row, description, by=by, searched=row.in_search)
    return row


def delete_field(row: CustomField, *, by: User) -> int:
    """Delete a retired field with its values; answers how many records had one. The name is never given again.

    Raises:
        ValidationError: if it is not retired.
    """
    _require(by)
    with transaction.atomic():
        row = _locked(row)
        if row.retired_at is None:
            raise ValidationError(_("Retire the field first; then it can be deleted with its values."))
        description = _described(row)
        of_object, names = _of_object(row)
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{row.table}" SET {row.column} = {row.column} - %s WHERE {row.column} ? %s AND {of_object}',  # noqa: S608 - table of a model
                [row.name, row.name, *names],
            )
            count = cursor.rowcount
        row.deleted_at = timezone.now()
        row.version += 1
        row.save()
        indexes.drop(row)
        _has_changed(row, description, by=by, with_index=False)
    return count


def values_kept(row: CustomField) -> int:
    """How many records have a value in this field."""
    return _count(row, f"{row.column} ? %s", [row.name])


def choice_used(row: CustomField, value: str) -> int:
    """How many records have chosen this value."""
    if row.kind == "several":
        return _count(row, "custom -> %s ? %s", [row.name, value])
    return _count(row, "custom ->> %s = %s", [row.name, value])


def replace_choice(row: CustomField, value: str, by_value: str, *, by: User) -> int:
    """Give every record with one value of a choice another one; answers how many."""
    _require(by)
    known = {each["value"] for each in row.options.get("choices", ())}
    if value not in known or by_value not in known or value == by_value:
        raise ValidationError(_("Choose another value of this field instead."))
    with transaction.atomic(), connection.cursor() as cursor:
        if row.kind == "several":
            changed = (
                "jsonb_set(custom, ARRAY[%s], (SELECT jsonb_agg(DISTINCT CASE WHEN each = %s THEN %s ELSE each END) "
                "FROM jsonb_array_elements_text(custom -> %s) AS each))"
            )
            given, where = [row.name, value, by_value, row.name], "custom -> %s ? %s"
        else:
            changed, given, where = (
                "jsonb_set(custom, ARRAY[%s], to_jsonb(%s::text))",
                [row.name, by_value],
                "custom ->> %s = %s",
            )
        of_object, names = _of_object(row)
        cursor.execute(
            f'UPDATE "{row.table}" SET custom = {changed}, changed_at = now() WHERE {where} AND {of_object}',  # noqa: S608 - our table
            [*given, row.name, value, *names],
        )
        return cursor.rowcount


def formulas_with(row: CustomField) -> list[CustomField]:
    """The fields whose formula reads this one, of whatever object."""
    description = _described(row)
    return [each.row for each in all_formulas() if each.row.pk != row.pk and each.reads_field(description, row.name)]


# -- inside -------------------------------------------------------------------------------------------------------


def _count(row: CustomField, condition: str, params: list[Any]) -> int:
    of_object, names = _of_object(row)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM "{row.table}" WHERE {condition} AND {of_object}',  # noqa: S608 - table of a model
            [*params, *names],
        )
        return int(cursor.fetchone()[0])


def _of_object(row: CustomField) -> tuple[str, list[Any]]:
    """What the rows of its object are, of those in its table."""
    where = _described(row).where
    return " AND ".join(["TRUE", *(f'"{column}" = %s' for column in where)]), list(where.values())


def _require(by: User) -> None:
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may change fields. Ask one of them."))


def _one_at_a_time() -> None:
    """Names are made from those that are there; two at once might choose the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('records_customfield'))")


def _described(row: CustomField) -> Description:
    description = registry.get(row.object)
    if description is None:
        raise ValidationError(_("There is no object “%(name)s” any more.") % {"name": row.object})
    return description


def _locked(row: CustomField, *, version: int | None = None) -> CustomField:
    _one_at_a_time()
    now = CustomField.objects.select_for_update().get(pk=row.pk)
    if version is not None and now.version != version:
        raise ValidationError(
            _("Somebody has changed this field in the meantime. Below stands what you typed; what stands now: %(now)s.")
            % {"now": now.label}
        )
    return now


def _fill(row: CustomField, values: Mapping[str, Any]) -> None:
    for name in CHANGEABLE:
        if name in values and name != "default":
            value = values[name]
            setattr(row, name, " ".join(value.split()) if isinstance(value, str) and name != "formula" else value)


def _refuse_gone(row: CustomField, before: Any) -> None:
    """A value that records have chosen stays: it can be retired, or replaced by another one."""
    kept = {each["value"] for each in row.options.get("choices", ())}
    for each in before:
        if each["value"] not in kept and (used := choice_used(row, each["value"])):
            raise ValidationError({"choices": [
                ngettext(
                    "“%(value)s” stands in %(count)d record. Retire the value, or replace it by another one.",
                    "“%(value)s” stands in %(count)d records. Retire the value, or replace it by another one.",
                    used,
                ) % {"value": each["de"] or each["en"], "count": used}
            ]})  # fmt: skip


def _default(row: CustomField, description: Description, raw: Any, *, by: User) -> Any:
    """The default as JSON keeps it; read as somebody would type it."""
    if row.formula or raw in (None, ""):
        return None
    field = added_field(description, row)
    try:
        value = field.kind.parse(str(raw), field=field, reading=Reading(by, current_formats(), {}))
    except ValidationError as error:
        raise ValidationError({"default": error.messages}) from error
    return storage.as_json({row.name: value})[row.name]


def _has_changed(
    row: CustomField, description: Description, *, by: User, searched: bool = False, with_index: bool = True
) -> None:
    loading.touch()
    outbox.publish(FieldsChanged(object=row.object, field=row.name, by_id=str(by.pk)))
    if with_index and (indexes.is_wanted(row) or row.index_state != IndexState.NONE):
        CustomField.objects.filter(pk=row.pk).exclude(index_state=IndexState.READY).update(
            index_state=IndexState.WAITING if indexes.is_wanted(row) else IndexState.NONE
        )
        jobs.start("added_field_index", title=_("Index of “%(field)s”") % {"field": row.label}, by=by,
                   lock=f"added_field:{row.pk}", field=str(row.pk))  # fmt: skip
    if row.calculation == CalculationState.RUNNING and row.retired_at is None:
        recalculate(description, by=by)
    if searched:
        jobs.start("search_entries", title=_("Search of %(what)s") % {"what": description.label_plural}, by=by,
                   objects=[description.name])  # fmt: skip


def field_by_id(field_id: UUID) -> CustomField | None:
    return CustomField.objects.filter(pk=field_id, deleted_at=None).first()
