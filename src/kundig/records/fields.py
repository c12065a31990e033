"""One field of a description: what the model says about it, with the exceptions of the description."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kundig.platform.formats import Formats
from kundig.platform.models import StoredFile
from kundig.platform.money import MoneyField, PercentField
from kundig.records.kinds.base import Kind
from kundig.records.kinds.choices import Choice, Several, YesNo
from kundig.records.kinds.contacts import Address, Mail, Website
from kundig.records.kinds.numbers import Money, Number, Percent
from kundig.records.kinds.places import Position
from kundig.records.kinds.references import File, UserReference, reference_to
from kundig.records.kinds.texts import Computed, Identifier, LongText, Text
from kundig.records.kinds.times import Date, Moment, Time

if TYPE_CHECKING:
    from kundig.records.description import Description


@dataclass(frozen=True)
class Field:
    """A named value of a described object. `path` is its query path, `model_field` its column if it has one."""

    description: Description
    name: str
    path: str
    kind: Kind
    model_field: models.Field | None
    label: Any
    help: Any
    required: bool
    editable: bool
    personal: bool
    purpose: str

    @property
    def nullable(self) -> bool:
        return self.model_field is not None and self.model_field.null

    @property
    def column_type(self) -> models.Field | None:
        """What the database keeps; a column that it reckons itself is of the type of the result."""
        if isinstance(self.model_field, models.GeneratedField):
            return self.model_field.output_field
        return self.model_field

    @cached_property
    def max_length(self) -> int | None:
        return self.model_field.max_length if isinstance(self.model_field, models.CharField) else None

    @cached_property
    def is_unique(self) -> bool:
        """Whether no two records can have the same value, which tells them apart."""
        column = self.model_field
        if column is None or "." in self.name:
            return False
        rules = self.description.model._meta.concrete_model._meta.constraints  # type: ignore[union-attr]
        return column.unique or any(
            isinstance(rule, models.UniqueConstraint) and tuple(rule.fields) == (column.name,) for rule in rules
        )

    @cached_property
    def sources(self) -> tuple[str, ...]:
        return self.kind.sources(self)

    @cached_property
    def sort_path(self) -> str:
        """The column that sorts by this field: `<name>_key` where the model keeps one; "" where no index sorts it."""
        if self.model_field is None or not self.kind.sortable or "." in self.name:
            return ""
        indexed = _paged_columns(self.description.model._meta.concrete_model)
        return next((column for column in (f"{self.name}_key", self.name) if column in indexed), "")

    def expression(self, prefix: str = "") -> Any:
        """The value in the database, for conditions and formulas; of a reference, the id. `prefix` leads to the record.

        Raises:
            TypeError: of a composed or computed field, which is no column.
        """
        if self.model_field is None:
            raise TypeError(f"{self.name} is made from other fields and has no value of its own in the database")
        return models.F(f"{prefix}{self.path}{'_id' if self.model_field.is_relation else ''}")

    def value_in(self, record: models.Model) -> Any:
        """The value that a record as it was read has: what `expression` is in the database."""
        assert self.model_field is not None, f"{self.name} is made from other fields"
        return getattr(record, self.model_field.attname)

    def cell(self, formats: Formats, *values: Any) -> str:
        return self.kind.cell(formats, *values)

    def text(self, formats: Formats, *values: Any) -> str:
        return self.kind.text(formats, *values)


@cache
def _paged_columns(model: type[models.Model] | None) -> frozenset[str]:
    """The columns by which a table pages at any size: an index has them just before the id, or they are unique."""
    assert model is not None, "a described model has a table"
    meta = model._meta
    paged = {
        index.fields[-2].lstrip("-")
        for index in meta.indexes
        if len(index.fields) > 1 and index.fields[-1] in ("id", "pk")
    }
    return frozenset(paged | {column.name for column in meta.concrete_fields if column.unique})


def kind_of(column: models.Field) -> Kind:
    """The kind that a column of a model has by itself.

    Raises:
        TypeError: if no kind fits; the description must then name one.
    """
    if isinstance(column, models.GeneratedField) and column.output_field is not None:
        return kind_of(column.output_field)
    if isinstance(column, ArrayField):
        return Several(column.base_field.choices or ())
    if isinstance(column, models.ForeignKey):
        return _kind_of_reference(column)
    if column.choices:
        return Choice(column.choices)
    for column_class, kind in _KINDS:
        if isinstance(column, column_class):
            return kind()
    raise TypeError(f"No kind of field fits {column!r}; name one under `kinds` in its description.")


_KINDS: tuple[tuple[type[models.Field], type[Kind]], ...] = (
    (MoneyField, Money),
    (PercentField, Percent),
    (models.EmailField, Mail),
    (models.URLField, Website),
    (models.CharField, Text),
    (models.TextField, LongText),
    (models.BooleanField, YesNo),
    (models.IntegerField, Number),
    (models.DecimalField, Number),
    (models.FloatField, Number),
    (models.DateTimeField, Moment),
    (models.DateField, Date),
    (models.TimeField, Time),
    (models.UUIDField, Identifier),
)


def _kind_of_reference(column: models.ForeignKey) -> Kind:
    from kundig.accounts.models import User

    target = column.related_model
    if target is User:
        return UserReference()
    if target is StoredFile:
        return File()
    return reference_to(target)


def build_field(description: Description, name: str) -> Field:
    """The field called `name`: composed, computed, a column, or a column of a related record (`owner.name`).

    Raises:
        FieldDoesNotExist: if the model has no such column.
    """
    if name in description.composed:
        return _special(description, name, description.composed[name], editable=True)
    if name in description.computed:
        return _special(description, name, description.computed[name], editable=False)
    *steps, last = name.split(".")
    model: Any = description.model
    for step in steps:
        model = model._meta.get_field(step).related_model
    column = model._meta.get_field(last)
    personal = description.is_personal(name)
    return Field(
        description=description,
        name=name,
        path="__".join([*steps, last]),
        kind=description.kinds.get(name) or kind_of(column),
        model_field=column,
        label=column.verbose_name,
        help=column.help_text,
        required=not column.blank and not column.has_default() and not steps,
        editable=column.editable and not steps and name not in description.read_only.split(),
        personal=personal,
        purpose=description.purpose_of(name) if personal else "",
    )


def _special(description: Description, name: str, kind: Address | Position | Computed, *, editable: bool) -> Field:
    personal = description.is_personal(name)
    return Field(
        description=description,
        name=name,
        path=name,
        kind=kind,
        model_field=None,
        label=kind.title or name,
        help=getattr(kind, "help_text", ""),
        required=False,
        editable=editable,
        personal=personal,
        purpose=description.purpose_of(name) if personal else "",
    )
