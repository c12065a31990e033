"""Events on their way through the outbox: frozen dataclasses to JSON and back."""

import dataclasses
import datetime
import enum
import types
import typing
import uuid
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

PARSERS: dict[Any, Any] = {
    uuid.UUID: uuid.UUID,
    Decimal: Decimal,
    datetime.date: datetime.date.fromisoformat,
    datetime.datetime: datetime.datetime.fromisoformat,
    datetime.time: datetime.time.fromisoformat,
}


def name_of(event_class: type) -> str:
    """`kundig.records.events.RecordsChanged` → `records.RecordsChanged`; stable as long as domain and class are."""
    parts = event_class.__module__.split(".")
    domain = parts[1] if parts[0] == "kundig" and len(parts) > 1 else parts[0]
    return f"{domain}.{event_class.__name__}"


def payload_of(event: Any) -> dict[str, Any]:
    """The event's fields as plain JSON.

    Raises:
        TypeError: for a value no handler could get back as it was.
    """
    return {field.name: _plain(getattr(event, field.name)) for field in dataclasses.fields(event)}


def event_from(event_class: type, payload: Mapping[str, Any]) -> Any:
    """The event again. Fields the class no longer has are dropped, new ones take their default."""
    types_of = _types_of(event_class)
    return event_class(**{name: _typed(types_of[name], value) for name, value in payload.items() if name in types_of})


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    raise TypeError(f"an event cannot carry {value!r}: use ids, texts, numbers, dates, and tuples of them")


@cache
def _types_of(event_class: type) -> dict[str, Any]:
    hints = typing.get_type_hints(event_class)
    return {field.name: hints[field.name] for field in dataclasses.fields(event_class)}


def _typed(wanted: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (typing.Union, types.UnionType):
        return _typed(next(a for a in arguments if a is not type(None)), value)
    if origin in (tuple, list, frozenset, set):
        part = arguments[0] if arguments else str
        return origin(_typed(part, each) for each in value)
    if isinstance(wanted, type) and issubclass(wanted, enum.Enum):
        return wanted(value)
    return PARSERS[wanted](value) if wanted in PARSERS else value
