"""An added field as every surface takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext

from kundig.records.custom import storage
from kundig.records.custom.kinds import KINDS, form_of
from kundig.records.custom.models import CalculationState, CustomField
from kundig.records.fields import Field
from kundig.records.kinds.references import Reference

if TYPE_CHECKING:
    from kundig.records.description import Description


@dataclass(frozen=True)
class AddedField(Field):
    """A field whose values lie in the JSON column; `path` reads it there as if it were a column of its own."""

    row: CustomField

    @property
    def sort_path(self) -> str:
        if not self.kind.sortable:
            return ""
        return f"{self.path}_key" if KINDS[self.row.kind].sorts_folded else self.path

    @property
    def choice_key(self) -> str:
        """The path by which one of several texts is found: its sort key where it has one."""
        return f"{self.path}_key" if KINDS[self.row.kind].sorts_folded else self.path

    def expression(self, prefix: str = "") -> Any:
        return models.F(f"{prefix}{self.path}{'_id' if isinstance(self.kind, Reference) else ''}")

    def value_in(self, record: models.Model) -> Any:
        if self.row.formula and getattr(record, _FOR_ITSELF, False):
            from kundig.records.calculated.formulas import formula_of  # which asks the fields

            formula = formula_of(self.description, self.name)
            return formula.value(record) if formula is not None else None
        return storage.value_in(record, self.name)


_FOR_ITSELF = "_stands_for_itself"


def stands_for_itself(record: models.Model) -> None:
    """Of a record as it was once: calculated fields are computed from what it says, since nobody stored them then."""
    setattr(record, _FOR_ITSELF, True)


class Words:
    """Label or help of a row in the language of whoever reads; built once, read by all."""

    def __init__(self, row: Any, what: str) -> None:
        self.row, self.what = row, what

    def __str__(self) -> str:
        return str(getattr(self.row, self.what))

    def __bool__(self) -> bool:
        return bool(str(self))

    def __getattr__(self, name: str) -> Any:
        return getattr(str(self), name)

    def __getitem__(self, place: Any) -> str:
        return str(self)[place]

    def __mod__(self, values: Any) -> str:
        return str(self) % values


class Pending(Words):
    """The label of a field whose values are still being calculated."""

    def __str__(self) -> str:
        return gettext("%(field)s (is being calculated)") % {"field": super().__str__()}


def added_field(description: Description, row: CustomField) -> AddedField:
    """The field that a row describes.

    Raises:
        LookupError: if it points at an object that is not there any more.
    """
    kind = KINDS[row.kind]
    column = kind.column(row)
    column.set_attributes_from_name(row.name)
    column.model = description.model
    built = kind.build(row)
    return AddedField(
        description=description,
        name=row.name,
        path=f"{row.column}__{row.name}",
        kind=built,
        model_field=column,
        label=(Pending if row.calculation == CalculationState.RUNNING else Words)(row, "label"),
        help=Words(row, "help"),
        required=row.is_required and not row.formula,
        editable=not row.formula,
        personal=row.is_personal,
        purpose=row.purpose if row.is_personal else "",
        row=row,
    )


def stored_of(row: CustomField) -> storage.Stored:
    kind = KINDS[row.kind]
    related = None
    if isinstance(built := kind.build(row), Reference):
        related = built.model
    return storage.Stored(form_of(row), kind.sorts_folded, related, row.column)


def words_for(field: Field) -> str:
    """How columns of a file may be called that hold this field: phrases separated by commas, in both languages."""
    called = [field.name.removeprefix(storage.PREFIX).replace("_", " ")]
    if isinstance(field, AddedField):
        called += [field.row.label_de, field.row.label_en]
    else:
        called.append(str(field.label))
    return ", ".join(dict.fromkeys(text.replace(",", " ") for text in called if text))
