"""What belongs to a record: the rows of other objects that point at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef

from kundig.records import registry
from kundig.records.custom.storage import PATH, PREFIX
from kundig.records.kinds.references import File, Reference, UserReference

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description
    from kundig.records.fields import Field


@dataclass(frozen=True)
class Collection:
    """The rows of `description` whose reference `path` points at a record."""

    name: str
    description: Description
    path: str
    """Query path of the reference; `<path>_id` is the id that it holds."""

    @property
    def field(self) -> str:
        """Name of the reference."""
        return self.path.removeprefix(PATH)

    @property
    def label(self) -> Any:
        if self.path == self.field:
            return self.description.label_plural
        return f"{self.description.label_plural} ({self.description.fields[self.field].label})"

    def rows(self, user: User | None) -> models.QuerySet:
        """All rows that `user` may see; whoever asks counts nothing that is not theirs to see."""
        return self.description.everything() if user is None else self.description.visible_to(user)

    def of_each(self, user: User | None, prefix: str) -> models.QuerySet:
        """The rows that belong to the record of the outer query."""
        return self.rows(user).filter(**{self.path: OuterRef(f"{prefix}pk")})

    def of(self, record: models.Model, user: User | None) -> models.QuerySet:
        return self.rows(user).filter(**{f"{self.path}_id": record.pk})


def collections_of(description: Description, user: User | None = None) -> dict[str, Collection]:
    """The collections of an object by name: "persons" of an organisation; "-" in a name is written "_".

    Where an object points here by several fields, each has its name ("organisations_parent"), unless its description
    says by which one it is collected. By an added field it always has ("own_machines_customer"), so that a field that
    comes later changes no name that conditions know.
    """
    found: dict[str, Collection] = {}
    for other in registry.descriptions():
        fields = other.fields if user is None else other.fields_for(user)
        pointing = [field for field in fields.values() if _points_at(field, description)]
        name = other.name.replace("-", "_")
        built_in = [field.path for field in pointing if not field.path.startswith(PATH)]
        if other.collected_by in built_in:
            built_in = [other.collected_by]
        for path in built_in:
            own = name if len(built_in) == 1 else f"{name}_{path}"
            found[own] = Collection(own, other, path)
        for field in pointing:
            if field.path.startswith(PATH):
                own = f"{name}_{field.name.removeprefix(PREFIX)}"
                own = f"{name}_{field.name}" if own in found else own
                found[own] = Collection(own, other, field.path)
    return found


def _points_at(field: Field, description: Description) -> bool:
    """Whether a field is a reference to records of this kind."""
    kind = field.kind
    if not isinstance(kind, Reference) or isinstance(kind, UserReference | File) or field.model_field is None:
        return False
    if field.path.startswith(PATH):
        return kind.model is description.model
    if not field.model_field.is_relation:
        return False
    model: Any = field.model_field.related_model
    return model is description.model or model is description.model._meta.concrete_model
