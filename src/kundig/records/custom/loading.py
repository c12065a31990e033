"""Added fields, and objects that somebody has made, in this process: loaded at its first question, and anew when they
have changed.

Who changes a field writes a new version (`touch`) and loads at once; every other process compares versions, at most
every few moments, because even the cheapest question at each request would be felt.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kundig.accounts.queries import forget_access
from kundig.platform.ids import uuid7
from kundig.records import registry
from kundig.records.custom import storage
from kundig.records.custom.fields import AddedField, added_field, stored_of
from kundig.records.custom.models import CustomField, FieldsVersion
from kundig.records.description import Description, Page
from kundig.records.kinds.choices import Choice, Several, YesNo
from kundig.records.kinds.references import Reference
from kundig.records.objects import loading as objects
from kundig.records.saved import remembered

CHECK_SECONDS = 0.5
ADDED = "added_fields"
"""Where a description keeps them beside its other fields."""
OWN_SECTION = _("Further fields")

logger = logging.getLogger("kundig.records")
_loaded: UUID | None = None
_checked_at = 0.0
_lock = threading.Lock()
_listeners: list[Callable[[], None]] = [forget_access]


def when_loaded(listener: Callable[[], None]) -> None:
    """Call `listener` whenever fields were loaded anew: for what is kept about descriptions."""
    _listeners.append(listener)


def ensure_current(*, now: float | None = None) -> None:
    """Compare versions, if that was not done just now; at the beginning of a request or a job."""
    global _checked_at
    now = time.monotonic() if now is None else now
    if now - _checked_at < CHECK_SECONDS:
        return
    _checked_at = now
    compare()


def compare() -> None:
    """Load the fields if somebody has changed them since, and forget views that somebody has changed. Events are handed
    out after it: what is told of a record whose object nobody here knew yet would be told to nobody."""
    versions = present_versions()
    if versions.get(FieldsVersion.THE_ONE) != _loaded:
        load()
    remembered.compare(versions.get(FieldsVersion.OF_VIEWS))


def present_versions() -> dict[int, UUID]:
    """The states of the fields and of saved views, by the keys that `FieldsVersion` names."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, version FROM {FieldsVersion._meta.db_table}")  # noqa: S608 - our table
        return dict(cursor.fetchall())


def touch() -> None:
    """Say, in the transaction that changed fields, that they changed; and load them here."""
    FieldsVersion.objects.update_or_create(pk=FieldsVersion.THE_ONE, defaults={"version": uuid7()})
    load()


def load() -> None:
    """Read all objects and fields and put them into the descriptions, each in one step: who reads meanwhile sees old or
    new."""
    global _loaded
    with _lock:
        version = present_versions().get(FieldsVersion.THE_ONE)
        objects.load()
        rows = list(CustomField.objects.filter(deleted_at=None).order_by("position", "pk"))
        storage.set_stored(_stored(rows))
        by_object: dict[str, list[CustomField]] = defaultdict(list)
        for row in rows:
            if row.retired_at is None:
                by_object[row.object].append(row)
        for description in registry.descriptions():
            _put(description, by_object.get(description.name, ()))
        _loaded = version
        for listener in _listeners:
            listener()


def forget() -> None:
    """As if nothing had been loaded: between tests."""
    global _loaded, _checked_at
    if _loaded is not None:
        for description in registry.descriptions():
            _put(description, ())
        objects.forget()
        for listener in _listeners:
            listener()
    _loaded, _checked_at = None, 0.0


def fields_of(description: Description) -> Sequence[AddedField]:
    """Asked for each row of an import, so nothing is searched for."""
    return vars(description).get(ADDED, ())


def _stored(rows: Sequence[CustomField]) -> Mapping[str, Mapping[str, storage.Stored]]:
    found: dict[str, dict[str, storage.Stored]] = defaultdict(dict)
    for row in rows:
        try:
            found[row.table][row.name] = stored_of(row)
        except LookupError as error:
            logger.warning("%s", error)
    return found


def _put(description: Description, rows: Sequence[CustomField]) -> None:
    """Give a description its added fields. They stand where its class names its own ones, so every surface has them."""
    added: list[AddedField] = []
    for row in rows:
        try:
            added.append(added_field(description, row))
        except LookupError as error:
            logger.warning("%s", error)
    own = type(description)
    if not added and "fields" not in vars(description):
        return
    fields = {name: f for name, f in description.fields.items() if not isinstance(f, AddedField)}
    last = {name: fields.pop(name) for name in ("created_at", "changed_at") if name in fields}
    fields |= last | {field.name: field for field in added}
    changed: dict[str, Any] = {"fields": fields, ADDED: tuple(added)}
    names = _names(added, lambda field: field.row.in_table)
    changed["columns"] = _before_last(own.columns or own.title, names, own) if names else own.columns
    changed["search"] = f"{own.search} {_names(added, lambda field: field.row.in_search)}".strip()
    changed["filters"] = _before_last(own.filters, _names(added, _is_offered_first), own)
    changed["form"] = _form(description, own, fields, added)
    changed["page"] = _page(own, added)
    vars(description).update(changed)


def _names(added: Sequence[AddedField], chosen: Callable[[AddedField], bool]) -> str:
    return " ".join(field.name for field in added if chosen(field))


def _before_last(named: str, added: str, own: type[Description]) -> str:
    """Fields that a description names, the added ones, and behind these what it wants last."""
    last = [name for name in named.split() if name in own.last.split()]
    return " ".join([*(name for name in named.split() if name not in last), *added.split(), *last])


def _is_offered_first(field: AddedField) -> bool:
    return isinstance(field.kind, Choice | Several | YesNo | Reference) and field.kind.name != "file"


def _form(
    description: Description, own: type[Description], fields: Mapping[str, Any], added: Sequence[AddedField]
) -> str:
    wanted = _names(added, lambda field: field.row.in_form and field.editable)
    if own.form:
        return _before_last(own.form, wanted, own)
    if not added:
        return ""
    names = [n for n, f in fields.items() if f.editable and not isinstance(f, AddedField)]
    return " ".join([*(n for n in names if not description._is_composed(n)), *wanted.split()])


def _page(own: type[Description], added: Sequence[AddedField]) -> Page:
    if not added or not own.page.sections:
        return own.page
    sections = {title: names.split() for title, names in own.page.sections.items()}
    by_source = {source_of(title): names for title, names in sections.items()}
    further: list[str] = []
    for field in added:
        by_source.get(field.row.section or own.added_section, further).append(field.name)
    shown = {title: " ".join(names) for title, names in sections.items()}
    if further:
        shown[OWN_SECTION] = " ".join(further)
    return Page(header=own.page.header, sections=shown)


def source_of(title: Any) -> str:
    """The title of a section as the source names it, whatever the language of the reader."""
    arguments = getattr(title, "_args", None) or getattr(title, "_proxy____args", None)
    return str(arguments[0]) if arguments else str(title)


class AddedFieldsMiddleware:
    """Every request meets the fields as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            ensure_current()
        except DatabaseError:  # before the first run there are no tables; a request that needs them says so itself
            logger.debug("the added fields could not be asked for", exc_info=True)
        return self.get_response(request)
