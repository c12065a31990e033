"""A block of cells pasted into a table: all of them or none, with the reason at each cell that cannot take its text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.enums import Action
from kundig.platform.htmx import changed, with_toast
from kundig.records.actions import change_record, create_record
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.records.kinds.choices import Several
from kundig.records.kinds.contacts import Address
from kundig.records.kinds.references import File
from kundig.records.ledger import Via, change_set
from kundig.records.views.base import ObjectView

MOST_RECORDS, MOST_FIELDS, LONGEST = 200, 60, 100_000


@dataclass(frozen=True)
class Block:
    """Texts as they were copied: `texts[row][column]` belongs to `records[row]` and `fields[column]`. A row whose
    record is None is a new part of the record `of`."""

    records: list[UUID | None]
    fields: list[str]
    texts: list[list[str]]
    of: str = ""


class CellsView(ObjectView):
    """POST writes a block. What is refused is told cell by cell in the event `refused` (422), nothing written."""

    action = Action.CHANGE

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            block = read_block(request.POST.get("block", ""))
            parent = self.parent(block.of) if None in block.records else {}
        except ValidationError as error:
            return with_toast(HttpResponse(status=422), " ".join(error.messages))
        with transaction.atomic(), change_set(by=self.user, via=Via.HAND, title=_("Pasted block")) as changes:
            refused, written = self.write(block, parent)
            if refused:
                transaction.set_rollback(True)
        if refused:
            return self.refuse(refused)
        count = sum(len(names) for names in written.values())
        message = ngettext("%(count)d cell changed.", "%(count)d cells changed.", count) % {"count": count}
        response = with_toast(HttpResponse(), message, undo=f"/undo/{changes.id}/" if count else "")
        changed(response, *(f"{self.description.name}:{record_id}" for record_id in written))
        if None in block.records:
            response["HX-Trigger"] = json.dumps({**json.loads(response["HX-Trigger"]), "added": ""})
        return response

    def write(self, block: Block, parent: Mapping[str, Any]) -> tuple[list[dict[str, str]], dict[UUID, list[str]]]:
        """Change what differs; answers what cannot be, cell by cell, and which fields of which records were written."""
        refused: list[dict[str, str]] = []
        written: dict[UUID, list[str]] = {}
        fields = [self.field(name) for name in block.fields]
        rows = self.description.visible_to(self.user).select_for_update(of=("self",)).filter(pk__in=block.records)
        records = {record.pk: record for record in rows}
        for record_id, texts in zip(block.records, block.texts, strict=True):
            if record_id is None:
                self.add(
                    dict(zip(block.fields, zip(fields, texts, strict=True), strict=True)), parent, refused, written
                )
                continue
            record = records.get(record_id)
            if record is None:
                raise Http404(self.missing())
            values: dict[str, Any] = {}
            for name, field, text in zip(block.fields, fields, texts, strict=True):
                try:
                    values |= self.value(record, name, field, text)
                except ValidationError as error:
                    refused.append({"record": str(record_id), "field": name, "why": " ".join(error.messages)})
            if values and not refused:
                refused += self.change(record, values)
                written[record_id] = list(values)
        return refused, written

    def parent(self, of: str) -> dict[str, Any]:
        """The record that new rows belong to, as a value of theirs.

        Raises:
            PermissionDenied: if such parts cannot be added here, or not by this user.
        """
        description = self.description
        if not description.parent or not description.may(self.user, Action.CREATE):
            raise PermissionDenied(_("You may not add rows to this table."))
        field = description.field(description.parent)
        reading = Reading(user=self.user, formats=self.formats, row={})
        return {field.name: field.kind.from_json(of, field=field, reading=reading)}

    def add(
        self, cells: Mapping[str, tuple[Field | str, str]], parent: Mapping[str, Any], refused: list[dict[str, str]],
        written: dict[UUID, list[str]],
    ) -> None:  # fmt: skip
        """A new part out of the texts of a row; one without any is none."""
        filled = {name: cell for name, cell in cells.items() if cell[1].strip()}
        values: dict[str, Any] = {**parent}
        try:
            for name, (field, text) in filled.items():
                if isinstance(field, str):
                    raise ValidationError(field)
                reading = Reading(user=self.user, formats=self.formats, row={})
                values[name] = field.kind.parse(text, field=field, reading=reading)
            if filled and not refused:
                with transaction.atomic():
                    made = create_record(self.description, values, by=self.user)
                written[made.pk] = [*filled]
        except (ValidationError, PermissionDenied) as error:
            texts = getattr(error, "messages", None) or [str(error)]
            refused.append({"record": "", "field": next(iter(filled)), "why": " ".join(texts)})

    def field(self, name: str) -> Field | str:
        """The field, or why nobody can paste into it."""
        field = self.description.fields_for(self.user).get(name)
        if field is None:
            return _("There is no field “%(name)s”.") % {"name": name[:60]}
        if not field.editable or isinstance(field.kind, File | Address):
            return _("“%(field)s” cannot be changed by hand.") % {"field": field.label}
        if not self.description.may_write(self.user, field):
            return _("Your role lets you read “%(field)s”, but not change it.") % {"field": field.label}
        return field

    def value(self, record: Model, name: str, field: Field | str, text: str) -> dict[str, Any]:
        """The value of a cell, empty where it stands there already."""
        if isinstance(field, str):
            raise ValidationError(field)
        if not self.description.may(self.user, Action.CHANGE, record):
            raise ValidationError(
                _("You may look at this, but not change it. The person responsible or an administrator can.")
            )
        row = {column.attname: getattr(record, column.attname) for column in record._meta.concrete_fields}
        raw = text.replace(",", "\n") if isinstance(field.kind, Several) else text
        value = field.kind.parse(raw, field=field, reading=Reading(user=self.user, formats=self.formats, row=row))
        if field.required and field.kind.is_empty(value):
            raise ValidationError(_("“%(field)s” must not be empty.") % {"field": field.label})
        columns = field.kind.columns(field, value)
        if all(column in row and row[column] == part for column, part in columns.items()):
            return {}
        return {name: value}

    def change(self, record: Model, values: dict[str, Any]) -> list[dict[str, str]]:
        try:
            with transaction.atomic():
                change_record(self.description, record, values, by=self.user)
        except (ValidationError, PermissionDenied) as error:
            has_fields = isinstance(error, ValidationError) and hasattr(error, "error_dict")
            by_field = error.message_dict if has_fields else {}  # type: ignore[union-attr]
            known = {name: " ".join(texts) for name, texts in by_field.items() if name in values}
            texts = getattr(error, "messages", None) or [str(error)]
            whys = known or {next(iter(values)): " ".join(texts)}
            return [{"record": str(record.pk), "field": name, "why": why} for name, why in whys.items()]
        return []

    def refuse(self, refused: list[dict[str, str]]) -> HttpResponse:
        message = ngettext(
            "Nothing was pasted: %(count)d cell cannot take its text. %(why)s",
            "Nothing was pasted: %(count)d cells cannot take their text. The first: %(why)s",
            len(refused),
        ) % {"count": len(refused), "why": refused[0]["why"]}
        response = with_toast(HttpResponse(status=422), message)
        response["HX-Trigger"] = json.dumps({"refused": {"cells": refused[:100]}})
        return response


def read_block(text: str) -> Block:
    """The block out of JSON.

    Raises:
        ValidationError: if it is none, or larger than a page.
    """
    try:
        data = json.loads(text)
        records = [None if each is None else UUID(each) for each in data["records"]]
        block = Block(records, [str(n) for n in data["fields"]], data["texts"], str(data.get("of", ""))[:40])
        is_sound = _is_sound(block)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValidationError(_("This is no block of cells.")) from error
    if not is_sound:
        raise ValidationError(_("This is no block of cells."))
    if len(block.records) > MOST_RECORDS or len(block.fields) > MOST_FIELDS:
        raise ValidationError(
            _("At most %(rows)d rows and %(columns)d columns can be pasted at once.")
            % {"rows": MOST_RECORDS, "columns": MOST_FIELDS}
        )
    return block


def _is_sound(block: Block) -> bool:
    """Whether each text has a record and a field of its own, and none is longer than any field."""
    if len(block.texts) != len(block.records) or {len(row) for row in block.texts} != {len(block.fields)}:
        return False
    known = [each for each in block.records if each is not None]
    if len(set(known)) != len(known) or len(set(block.fields)) != len(block.fields):
        return False
    return all(isinstance(cell, str) and len(cell) <= LONGEST for row in block.texts for cell in row)
