"""Fields that point at another record, a user, a file."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User as UserModel
from kundig.platform.formats import Formats
from kundig.platform.models import StoredFile
from kundig.platform.sorting import SortKey
from kundig.records import registry
from kundig.records.awaited import Awaited
from kundig.records.kinds.base import Kind, Reading, check_length, json_type

if TYPE_CHECKING:
    from kundig.records.fields import Field


class Veiled(str):
    """Stands for the title of a record that the reader may not see; nothing leads there."""

    __slots__ = ()


class Reference(Kind):
    """Points at a record; shows its title and, where the related model is described, leads to its page."""

    name = "reference"
    label = gettext_lazy("Reference")
    editor = "reference"
    column = "col-text"
    sortable = False

    def __init__(self, model: type[models.Model], *, title: str = "") -> None:
        self.model = model
        self._title = title

    def title(self) -> str:
        """Query path of the related record's title, seen from it."""
        description = registry.for_model(self.model)
        return self._title or (description.title if description else "name")

    def sources(self, field: Field) -> tuple[str, ...]:
        return (f"{field.path}_id", f"{field.path}__{self.title()}")

    def cell(self, formats: Formats, *values: Any) -> str:
        record_id, title = values
        if record_id is None or title is None:  # gone, while the field that pointed there was retired
            return ""
        if isinstance(title, Veiled):
            return veiled(title)
        description = registry.for_model(self.model)
        if description is None:
            return escape(title or "")
        return f'<a href="/{description.name}/{record_id}/">{escape(title or "")}</a>'

    def text(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else str(values[1] or "")

    def typed(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else str(values[0])

    def empty(self, field: Field) -> Any:
        return None

    def candidates(self, user: UserModel | None) -> models.QuerySet:
        """The records `user` may point at."""
        description = registry.for_model(self.model)
        if description is None or user is None:
            return self.model._default_manager.all()
        return description.visible_to(user)

    def found(self, user: UserModel, q: str, *, limit: int) -> list[tuple[Any, str]] | None:
        """Ids and titles of what fits the typed text, for kinds that look it up in a way of their own."""
        return None

    def columns(self, field: Field, value: Any) -> dict[str, Any]:
        return {f"{field.path}_id": value}

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        """The id of the related record; `raw` is its id, or its title where only one record bears it."""
        text = check_length(raw.strip(), field)
        if not text:
            return None
        standing = reading.row.get(f"{field.path}_id")
        if standing is not None and text == str(standing):
            return standing  # It may stay, also where this user could not choose it (somebody who has left, for one).
        candidates = self.candidates(reading.user)
        try:
            found = list(candidates.filter(pk=uuid.UUID(text)).values_list("pk", flat=True))
        except ValueError:
            found = self._keyed(candidates, text) or list(
                candidates.filter(self._called(text)).values_list("pk", flat=True)[:2]
            )
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(_("“%(text)s” is not unique. Choose one from the list.") % {"text": text[:60]})
        raise self._absent(text)

    def _absent(self, text: str) -> ValidationError:
        """What is raised where nothing is called so. Of a kind of record that can be imported, it may still come."""
        message = _("There is no “%(text)s” that you may choose.") % {"text": text[:60]}
        described = registry.for_model(self.model) or next(iter(registry.covering(self.model)), None)
        if described is None or described.parent:
            return ValidationError(message)
        of_one = registry.for_model(self.model) is not None
        return Awaited(message, what=described.label if of_one else self.model._meta.verbose_name, text=text)

    def _keyed(self, candidates: models.QuerySet, text: str) -> list[Any]:
        """The ids of those whose key this is (`Description.keys`)."""
        description = registry.for_model(self.model)
        for key in description.keys.split() if description else ():
            found = list(candidates.filter(**{key: text}).values_list("pk", flat=True).distinct()[:2])
            if found:
                return found
        return []

    def _called(self, text: str) -> models.Q:
        """The condition of bearing this title; by the sort key where there is one, because an index answers that."""
        title = self.title()
        if title in {field.name for field in self.model._meta.fields if field.is_relation}:
            return models.Q(pk__in=())  # called by another record: nothing that one could type
        try:
            column = self.model._meta.get_field(f"{title}_key")
        except FieldDoesNotExist:
            column = None
        key = column.key_for(text) if isinstance(column, SortKey) else None
        return models.Q(**{f"{title}_key": key}) if key else models.Q(**{f"{title}__iexact": text})

    def to_json(self, *values: Any) -> Any:
        if values[0] is None:
            return None
        return {"id": str(values[0]), "title": None if isinstance(values[1], Veiled) else values[1]}

    def from_json(self, value: Any, *, field: Field, reading: Reading) -> Any:
        """Takes an id, or an object with one, as `to_json` writes it."""
        if isinstance(value, dict):
            value = value.get("id", value)
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValidationError(_("Expected an id, got %(got)s.") % {"got": json_type(value)})
        return self.parse(value, field=field, reading=reading)

    def schema(self, field: Field) -> dict[str, Any]:
        reference = {
            "type": "object",
            "properties": {"id": {"type": "string", "format": "uuid"}, "title": {"type": "string"}},
        }
        return {"anyOf": [{"type": "string", "description": "id"}, {**reference, "required": ["id"]}]}


_of_models: dict[type[models.Model], Callable[[], Reference]] = {}


def register_reference(model: type[models.Model], kind: Callable[[], Reference]) -> None:
    """Let every key to `model` be of this kind, also in the descriptions of domains above: in `apps.ready()`."""
    _of_models[model] = kind


def reference_to(model: type[models.Model]) -> Reference:
    """The kind of a field that points at `model`."""
    kind = _of_models.get(model)
    return kind() if kind else Reference(model)


def veiled(title: Veiled) -> str:
    """HTML in the place of a title that the reader may not see."""
    return f'<span class="muted">{escape(title)}</span>'


class UserReference(Reference):
    """Points at a user of Kundig; also found by mail address."""

    name = "user"
    label = gettext_lazy("User")
    column = "col-user"

    def __init__(self) -> None:
        super().__init__(UserModel, title="name")

    def cell(self, formats: Formats, *values: Any) -> str:
        user_id, name = values
        if user_id is None:
            return ""
        initials = "".join(part[0] for part in (name or "?").split()[:2]).upper()
        tint = uuid.UUID(str(user_id)).int % 6 + 1
        return (
            f'<span class="avatar avatar--sm" data-tint="{tint}" aria-hidden="true">{escape(initials)}</span> '
            f"<span>{escape(name or '')}</span>"
        )

    def candidates(self, user: UserModel | None) -> models.QuerySet:
        return UserModel.objects.filter(is_active=True)

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        if "@" in raw and "\x00" not in raw:
            found = self.candidates(reading.user).filter(email__iexact=raw.strip()).values_list("pk", flat=True).first()
            if found:
                return found
        return super().parse(raw, field=field, reading=reading)


class File(Reference):
    """Points at a stored file; with `only_pictures` nothing else is taken, and it is shown."""

    name = "file"
    label = gettext_lazy("File or picture")
    editor = "file"

    def __init__(self, *, only_pictures: bool = False) -> None:
        super().__init__(StoredFile, title="name")
        self.only_pictures = only_pictures

    def cell(self, formats: Formats, *values: Any) -> str:
        file_id, name = values
        return "" if file_id is None else f'<a href="/files/{file_id}/">{escape(name or "")}</a>'

    def block(self, formats: Formats, *values: Any) -> str:
        file_id, name = values
        if file_id is None or not self.only_pictures:
            return self.cell(formats, *values)
        return (
            f'<a href="/files/{file_id}/"><img class="picture" src="/files/{file_id}/" alt="{escape(name or "")}"></a>'
        )

    def candidates(self, user: UserModel | None) -> models.QuerySet:
        """What one has uploaded oneself: whoever could name any file could read it through a record of their own."""
        stored = StoredFile.objects.all()
        return stored if user is None else stored.filter(created_by=user.pk)
