"""What has left traces with a record: asked once for its page, so that no panel asks for what is not there.

Most customers have no promise, no rest and no handover, and a panel that finds nothing pays as much as one that does. A
domain registers by which of its rows it knows a record (`register_traces`); the page asks for all of them in one
statement (`look_around`), and a panel, before it asks, whether there can be any (`may_have`). Of a record that nobody
looked around, and of rows that nobody registered, there always can.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, models

from kundig.platform.prepared import prepared_cursor

T = TypeVar("T")


class Trace(NamedTuple):
    """Rows of `model` from which the query path `path` leads to the record: (Promise, "party__organisation"). Where
    rows name any kind of record, `named` is the column with the name of its description."""

    model: type[models.Model]
    path: str
    named: str = ""


_registered: dict[type[models.Model], dict[Trace, None]] = {}
_statements: dict[type[models.Model], str] = {}
_RECORD, _NAME = UUID(int=0), "\x00"
"""Stand in a statement for what it will be asked with."""
_FOUND, _ASKED = "traces_found", "traces_asked"


def register_traces(target: type[models.Model], *traces: Trace) -> None:
    """Make known which rows lead to records of `target`; called in `apps.ready()`."""
    _registered.setdefault(target, {}).update(dict.fromkeys(traces))
    _statements.pop(target, None)


def look_around(record: models.Model, *, name: str) -> None:
    """Find out what there is, for a page that is only read: what is written afterwards, this instance does not know.

    `name` is that of the record's description.
    """
    record.__dict__[_ASKED] = {}
    target: Any = record._meta.concrete_model
    traces = _registered.get(target)
    if not traces:
        return
    if target not in _statements:
        _statements[target] = _statement(traces)
    with prepared_cursor() as cursor:
        cursor.execute(_statements[target], {"record": record.pk, "name": name})
        (found,) = cursor.fetchone()
    record.__dict__[_FOUND] = dict(zip(traces, found, strict=True))


def may_have(record: models.Model, *traces: Trace) -> bool:
    """Whether any of these rows may lead to the record, whoever may see them."""
    found = record.__dict__.get(_FOUND)
    return found is None or any(found.get(trace, True) for trace in traces)


def asked_once(record: models.Model, key: Hashable, ask: Callable[[], T]) -> T:
    """What `ask` answers: for a record that was looked around, asked no more than once under this key."""
    answers = record.__dict__.get(_ASKED)
    if answers is None:
        return ask()
    if key not in answers:
        answers[key] = ask()
    found: T = answers[key]
    return found


def answered(record: models.Model, key: Hashable) -> Any:
    """What was answered under a key; None where nobody has asked."""
    return record.__dict__.get(_ASKED, {}).get(key)


def _statement(traces: Iterable[Trace]) -> str:
    each = []
    for model, path, named in traces:
        asked: dict[str, Any] = {path: _RECORD} | ({named: _NAME} if named else {})
        rows = model._base_manager.filter(**asked).order_by().values_list("pk")
        sql, params = rows.query.get_compiler(connection=connection).as_sql()
        if set(params) != set(asked.values()):
            raise ValueError(f"{model.__name__}.{path} does not lead to the id of a record: {rows.query}")
        places = tuple("%(record)s" if value == _RECORD else "%(name)s" for value in params)
        each.append(f"EXISTS({sql % places})")
    return f"SELECT ARRAY[{', '.join(each)}]"
