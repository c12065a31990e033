"""What can be compared with what: the types behind the kinds of fields, and the comparisons each of them knows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from django.utils.translation import gettext_lazy as _

from kundig.records.kinds.base import Kind
from kundig.records.kinds.choices import Choice, Several, YesNo
from kundig.records.kinds.contacts import Country, Mail, Phone, Website
from kundig.records.kinds.numbers import Number
from kundig.records.kinds.references import File, Reference
from kundig.records.kinds.texts import Identifier, LongText, Text
from kundig.records.kinds.times import Date, Moment, Time


class Type(Enum):
    TEXT = "text"
    """Compared without case and accents, as it is sorted."""
    CODE = "code"
    """A text whose writing is fixed (a phone number, an id, a choice): compared as it stands."""
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"
    SEVERAL = "several"
    REFERENCE = "reference"
    FILE = "file"
    DURATION = "duration"

    @property
    def label(self) -> str:
        return str(_LABELS[self])


_LABELS = {
    Type.TEXT: _("a text"),
    Type.CODE: _("a text"),
    Type.NUMBER: _("a number"),
    Type.YES_NO: _("yes or no"),
    Type.DATE: _("a date"),
    Type.MOMENT: _("a date with a time"),
    Type.TIME: _("a time of day"),
    Type.SEVERAL: _("several texts"),
    Type.REFERENCE: _("a record"),
    Type.FILE: _("a file"),
    Type.DURATION: _("a length of time"),
}

_TYPES: tuple[tuple[type[Kind], Type], ...] = (  # subclasses before what they derive from
    (YesNo, Type.YES_NO),
    (Choice, Type.CODE),
    (Several, Type.SEVERAL),
    (Country, Type.CODE),
    (Phone, Type.CODE),
    (Mail, Type.TEXT),
    (Website, Type.TEXT),
    (Number, Type.NUMBER),
    (File, Type.FILE),
    (Reference, Type.REFERENCE),
    (Identifier, Type.REFERENCE),
    (Time, Type.TIME),
    (Moment, Type.MOMENT),
    (Date, Type.DATE),
    (LongText, Type.TEXT),
    (Text, Type.TEXT),
)


def type_of(kind: Kind) -> Type | None:
    """The type of the values of a kind; None of those that no column holds (an address, something computed)."""
    return next((found for kind_class, found in _TYPES if isinstance(kind, kind_class)), None)


EQUAL, ORDER = ("=", "!="), ("<", "<=", ">", ">=")
_TEXT_ONLY = ("contains", "starts with", "ends with")
OPERATORS: Mapping[Type, tuple[str, ...]] = {
    Type.TEXT: (*EQUAL, *_TEXT_ONLY, "in", "empty"),
    Type.CODE: (*EQUAL, *_TEXT_ONLY, "in", "empty"),
    Type.NUMBER: (*EQUAL, *ORDER, "in", "empty"),
    Type.YES_NO: (*EQUAL, "empty"),
    Type.DATE: (*EQUAL, *ORDER, "in", "empty"),
    Type.MOMENT: (*EQUAL, *ORDER, "empty"),
    Type.TIME: (*EQUAL, *ORDER, "in", "empty"),
    Type.SEVERAL: ("contains", "in", "empty"),
    Type.REFERENCE: (*EQUAL, "in", "empty"),
    Type.FILE: ("empty",),
    Type.DURATION: (),
}
"""Which comparisons a value of a type knows; each also with "not"."""


def operators_of(kind: Kind, found: Type) -> tuple[str, ...]:
    """The comparisons of a field: a choice is one of few, nobody asks with which letters it starts."""
    if isinstance(kind, Choice | Country):
        return (*EQUAL, "in", "empty")
    return OPERATORS[found]
