"""How the values of custom fields are kept: one JSON column per record, read in SQL as if each were a typed column.

What is calculated lies in a second column of the same form, `calculated`, which the ledger leaves out.

`custom__c_region` is the value of the field c_region in its type wherever Django takes a path: in filters, orders and
`values_list`. `custom__c_region_key` is the key it is sorted by; of a reference `custom__c_dealer_id` is the id and
`custom__c_dealer__name` a column of the record it points at. Indexes are built on the same expressions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Transform

COLUMN, CALCULATED = "custom", "calculated"
PREFIX = "c_"
PATH = f"{COLUMN}__"
PATHS = (PATH, f"{CALCULATED}__")


@dataclass(frozen=True)
class Form:
    """How values of a type lie in JSON: SQL that reads the text at a key, and back from Python to JSON."""

    sql: str
    """With {text} for the text at the key and {json} for the JSON there. It must be immutable: indexes hold it."""
    output: Callable[[], models.Field]
    to_json: Callable[[Any], Any] = str
    from_json: Callable[[Any], Any] = lambda value: value


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


TEXT = Form("coalesce({text}, '')", lambda: models.TextField(blank=True))
NUMBER = Form("({text})::numeric", lambda: models.DecimalField(max_digits=40, decimal_places=10, null=True),
              from_json=Decimal)  # fmt: skip
WHOLE = Form("({text})::bigint", lambda: models.BigIntegerField(null=True), from_json=int)
YES_NO = Form("({text})::boolean", lambda: models.BooleanField(null=True), to_json=bool)
DATE = Form("records_date({text})", lambda: models.DateField(null=True), lambda day: day.isoformat(),
            dt.date.fromisoformat)  # fmt: skip
TIME = Form("records_time({text})", lambda: models.TimeField(null=True),
            lambda time: time.isoformat(timespec="seconds"), dt.time.fromisoformat)  # fmt: skip
MOMENT = Form("records_moment({text})", lambda: models.DateTimeField(null=True),
              lambda moment: moment.astimezone(dt.UTC).isoformat(timespec="seconds"), _moment)  # fmt: skip
TEXTS = Form("records_texts({json})", lambda: ArrayField(models.CharField(max_length=80), default=list, blank=True),
             list)  # fmt: skip
ID = Form("({text})::uuid", lambda: models.UUIDField(null=True), from_json=UUID)


@dataclass(frozen=True)
class Stored:
    """A custom field as its table knows it."""

    form: Form
    sorts_folded: bool = False
    """Whether it is sorted by a key as a directory orders texts."""
    related: type[models.Model] | None = None
    column: str = COLUMN


_stored: Mapping[str, Mapping[str, Stored]] = {}
"""Table → name → how it is stored. Names are never used for something else, so old entries do no harm."""


def set_stored(stored: Mapping[str, Mapping[str, Stored]]) -> None:
    """Say which custom fields there are; called by `loading`."""
    global _stored
    _stored = stored


def stored(model: type[models.Model], name: str) -> Stored | None:
    return _stored.get(model._meta.db_table, {}).get(name)


class Value(Transform):
    """The value of one custom field in its type."""

    def __init__(self, name: str, of: Stored, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, output_field=of.form.output(), **extra)
        self.name = name
        self.of = of

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        column, params = compiler.compile(self.get_source_expressions()[0])
        assert not params, "the JSON column is a column"
        return f"({expression(self.of.form, column, self.name)})", []

    def get_transform(self, name: str) -> Any:
        return _of_related(self.of.related, name) or super().get_transform(name)


class OfRelated(Transform):
    """A column of the record that a custom reference points at; no join, so that no row is lost or doubled."""

    def __init__(self, model: type[models.Model], column: models.Field, *expressions: Any, **extra: Any) -> None:
        # What holds an id is compared as one; Django's own references want to know the join that led to them.
        output = column.target_field if column.is_relation else column  # type: ignore[attr-defined]
        super().__init__(*expressions, output_field=output, **extra)
        self.model = model
        self.column = column

    def get_transform(self, name: str) -> Any:
        related = self.column.related_model if self.column.is_relation else None
        return _of_related(related, name) or super().get_transform(name)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        key, params = compiler.compile(self.get_source_expressions()[0])
        quote = connection.ops.quote_name
        meta = self.model._meta
        return (
            f"(SELECT related.{quote(self.column.column)} FROM {quote(meta.db_table)} AS related "  # noqa: S608 - names of models
            f"WHERE related.{quote(meta.pk.column)} = {key})"
        ), params


def _of_related(related: Any, name: str) -> Any:
    """What leads to a column of the record that a reference points at; None if there is no such column."""
    if related is None:
        return None
    try:
        found = related._meta.pk if name == "pk" else related._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return lambda lhs: OfRelated(related, found, lhs)


def path_of(steps: Sequence[str]) -> str:
    """The query path along references by their names, "__" at its end: those that were added lie in the JSON column."""
    return "".join(f"{PATH if step.startswith(PREFIX) else ''}{step}__" for step in steps)


class CustomValues(models.JSONField):
    """The JSON column with the values of custom fields, name → value.

    What is set on a record as `custom__<name>` is merged into the row when the record is saved; other keys stay as they
    are in the database then, not as they were when the record was read.
    """

    def get_transform(self, name: str) -> Any:
        for suffix, wrap in (("", _value), ("_key", _key), ("_id", _value)):
            bare = name.removesuffix(suffix) if suffix else name
            if name.endswith(suffix) and (found := stored(self.model, bare)) is not None:
                return lambda lhs: wrap(bare, found, lhs)
        return super().get_transform(name)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        given = given_to(model_instance) if self.attname == COLUMN else {}
        if add:
            values = {**(getattr(model_instance, self.attname) or {}), **as_json(given)}
            return {name: value for name, value in values.items() if value is not None}
        return merged(as_json(given)) if given else F(self.attname)


def _value(name: str, of: Stored, lhs: Any) -> Any:
    return Value(name, of, lhs)


def _key(name: str, of: Stored, lhs: Any) -> Any:
    return SortedBy(Value(name, of, lhs)) if of.sorts_folded else Value(name, of, lhs)


class SortedBy(Transform):
    """The key by which a text is sorted: what `platform.sorting.Folded` says, in a function of the database.

    Written out, it is two thousand characters that every plan of a list would read anew.
    """

    @property
    def output_field(self) -> models.Field:
        return models.TextField(db_collation="C", null=True)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f'(records_sorted({sql}) COLLATE "C")', params


def expression(form: Form, column: str, name: str) -> str:
    """SQL of a value; `column` is the JSON column as the statement calls it."""
    return form.sql.format(text=f"({column} ->> '{name}')", json=f"({column} -> '{name}')")


def output_of(model: type[models.Model], path: str) -> models.Field:
    """What `path` ("custom__c_region_key") answers: a field that says whether it may be empty.

    Raises:
        FieldDoesNotExist: if the model has no such custom field.
    """
    name = path.partition("__")[2]
    if (found := stored(model, name)) is not None:
        return found.form.output()
    if (found := stored(model, name.removesuffix("_key"))) is not None:
        return models.TextField(null=True) if found.sorts_folded else found.form.output()
    raise FieldDoesNotExist(f"{model.__name__} has no {path!r}")


def column_of(model: type[models.Model], path: str) -> models.Field:
    """The column, or what stands for one, that a list is sorted by."""
    return output_of(model, path) if path.startswith(PATHS) else model._meta.get_field(path)  # type: ignore[return-value]


# -- values in Python ---------------------------------------------------------------------------------------------


def given_to(record: models.Model) -> dict[str, Any]:
    """What was set on a record since it was read: name → value."""
    return {name.removeprefix(PATH): value for name, value in vars(record).items() if name.startswith(PATH)}


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them; None where there is nothing to keep."""
    return {name.removesuffix("_id"): _to_json(value) for name, value in values.items()}


def _to_json(value: Any) -> Any:
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool | list | dict | str):
        return value
    if isinstance(value, dt.datetime):
        return MOMENT.to_json(value)
    if isinstance(value, dt.time):
        return TIME.to_json(value)
    if isinstance(value, dt.date):
        return DATE.to_json(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def value_in(record: models.Model, name: str) -> Any:
    """The value of a custom field of a record as it was read, in its type."""
    if name.endswith("_id") and stored(type(record), name) is None:
        name = name.removesuffix("_id")
    for given in (f"{PATH}{name}", f"{PATH}{name}_id"):
        if given in vars(record):
            return vars(record)[given]
    found = stored(type(record), name)
    kept = (getattr(record, found.column if found else COLUMN) or {}).get(name)
    if found is None or kept is None:
        return [] if found and found.form is TEXTS else "" if found and found.form is TEXT else None
    return found.form.from_json(kept)


class Merged(models.Func):
    """The JSON column with some keys set (or gone, where the patch says null): nothing else in it is touched."""

    template = "jsonb_strip_nulls(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.JSONField()


def merged(patch: Mapping[str, Any]) -> Merged:
    return Merged(F(COLUMN), models.Value(dict(patch), output_field=models.JSONField()))
