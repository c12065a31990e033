"""Making, renaming, retiring and deleting objects of one's own; only administrators come here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.actions import drop_grants
from kundig.accounts.models import User
from kundig.platform import jobs, outbox
from kundig.records import registry
from kundig.records.calculated.formulas import all_formulas
from kundig.records.custom import indexes, loading
from kundig.records.custom.models import CustomField
from kundig.records.events import ObjectsChanged
from kundig.records.objects.checking import checked
from kundig.records.objects.models import CustomObject, CustomRecord
from kundig.records.objects.naming import new_name
from kundig.records.saved.models import Arrangement, SavedView

CHANGEABLE = (
    "label_de", "label_en", "plural_de", "plural_en", "title_de", "title_en", "icon", "in_navigation",
)  # fmt: skip


def add_object(values: Mapping[str, Any], *, by: User) -> CustomObject:
    """A new kind of object; it is there at once, on every surface and for everybody whose rights let them.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: with a dict input → messages.
    """
    _require(by)
    with transaction.atomic():
        _one_at_a_time()
        row = CustomObject(changed_by=by.pk)
        _fill(row, values)
        checked(row)
        row.name = new_name(row)
        row.save(force_insert=True)
        _has_changed(row, by=by)
    return row


def change_object(row: CustomObject, values: Mapping[str, Any], *, version: int, by: User) -> CustomObject:
    """Call an object something else, give it another icon. Its address and its name for programs stay.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: with a dict input → messages; also if somebody has changed it since `version`.
    """
    _require(by)
    with transaction.atomic():
        row = _locked(row)
        if row.version != version:
            raise ValidationError(
                _(
                    "Somebody has changed this object in the meantime. Below stands what you typed; what stands now: "
                    "%(now)s."
                )
                % {"now": row.plural}
            )
        _fill(row, values)
        checked(row)
        _saved(row, by=by)
    return row


def retire_object(row: CustomObject, *, by: User) -> CustomObject:
    """Take an object off every surface. Its records stay, and `bring_back` shows them again.

    Raises:
        ValidationError: as long as a field or a formula of another object needs it.
    """
    _require(by)
    with transaction.atomic():
        row = _locked(row)
        if row.retired_at is None:
            _refuse_needed(row)
            row.retired_at = timezone.now()
            _saved(row, by=by, searched=True)
    return row


def bring_back(row: CustomObject, *, by: User) -> CustomObject:
    """Put a retired object back on every surface, with its records.

    Raises:
        ValidationError: with a dict input → messages, if another one has been called so since.
    """
    _require(by)
    with transaction.atomic():
        row = _locked(row)
        if row.retired_at is not None:
            checked(row)
            row.retired_at = None
            _saved(row, by=by, searched=True)
    return row


def delete_object(row: CustomObject, *, by: User) -> None:
    """Delete a retired object that has no records, with its fields, views and rights. The name is never given again.

    Raises:
        ValidationError: if it is not retired, or has records: what somebody has typed is not lost this way.
    """
    _require(by)
    with transaction.atomic():
        row = _locked(row)
        if row.retired_at is None:
            raise ValidationError(_("Retire the object first; then it can be deleted."))
        if count := records_of(row):
            raise ValidationError(
                ngettext(
                    "“%(object)s” has %(count)d record. It stays retired, and nothing is lost.",
                    "“%(object)s” have %(count)d records. They stay retired, and nothing is lost.",
                    count,
                )
                % {"object": row.plural, "count": count}
            )
        for field in CustomField.objects.filter(object=row.name, deleted_at=None):
            indexes.drop(field)
        CustomField.objects.filter(object=row.name).update(deleted_at=timezone.now())
        for model in (SavedView, Arrangement):
            model._default_manager.filter(object=row.name).delete()
        drop_grants(row.name, by=by)
        row.deleted_at = timezone.now()
        _saved(row, by=by)


def records_of(row: CustomObject) -> int:
    """How many records an object has, also while it is retired."""
    return CustomRecord.objects.filter(object=row.name).count()


def object_called(name: str) -> CustomObject | None:
    """The object of this name, retired or not."""
    return CustomObject.objects.filter(name=name, deleted_at=None).first()


def retired_objects() -> list[CustomObject]:
    return list(CustomObject.objects.filter(deleted_at=None).exclude(retired_at=None).order_by("pk"))


# -- inside -------------------------------------------------------------------------------------------------------


def _require(by: User) -> None:
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may change objects. Ask one of them."))


def _one_at_a_time() -> None:
    """Names are made from those that are there, and who points at whom is asked of all of them: with those who change
    fields (`custom.actions`), too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('records_customfield'))")


def _locked(row: CustomObject) -> CustomObject:
    _one_at_a_time()
    now = CustomObject.objects.select_for_update().filter(pk=row.pk, deleted_at=None).first()
    if now is None:
        raise ValidationError(_("Somebody has deleted this object in the meantime."))
    return now


def _fill(row: CustomObject, values: Mapping[str, Any]) -> None:
    for name in CHANGEABLE:
        if name in values:
            value = values[name]
            setattr(row, name, " ".join(value.split()) if isinstance(value, str) else value)


def _saved(row: CustomObject, *, by: User, searched: bool = False) -> None:
    row.version += 1
    row.changed_by = by.pk
    row.save()
    _has_changed(row, by=by, searched=searched)


def _has_changed(row: CustomObject, *, by: User, searched: bool = False) -> None:
    loading.touch()
    outbox.publish(ObjectsChanged(object=row.name, by_id=str(by.pk)))
    if searched:
        jobs.start("search_entries", title=_("Search of %(what)s") % {"what": row.plural}, by=by, objects=[row.name])


def _refuse_needed(row: CustomObject) -> None:
    pointing = CustomField.objects.filter(
        kind="reference", options__target=row.name, retired_at=None, deleted_at=None
    ).exclude(object=row.name)
    for field in pointing:
        if (description := registry.get(field.object)) is not None:
            raise ValidationError(
                _("The field “%(field)s” of %(others)s points at %(objects)s. Retire that field first.")
                % {"field": field.label, "others": description.label_plural, "objects": row.plural}
            )
    for formula in all_formulas():
        if formula.description.name != row.name and any(
            read.description is not None and read.description.name == row.name for read in formula.reads
        ):
            raise ValidationError(
                _("The formula of “%(field)s” of %(others)s reads %(objects)s. Change that formula first.")
                % {"field": formula.row.label, "others": formula.description.label_plural, "objects": row.plural}
            )
