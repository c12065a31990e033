"""Values of the ledger in the words of their fields: what a column held, as the page would have shown it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kundig.platform.formats import Formats
from kundig.records.custom.storage import stored
from kundig.records.fields import Field
from kundig.records.kinds.references import Veiled
from kundig.records.ledger.folding import is_erased
from kundig.records.ledger.present import typed
from kundig.records.ledger.sight import Sight
from kundig.records.ledger.tables import Columns, Watched, field_of


@dataclass(frozen=True)
class Said:
    """One value: the row it stood in (as far as known), the name of its column, and the value itself."""

    watched: Watched
    row: Columns
    name: str
    value: Any


def label_of(watched: Watched | None, row: Columns | None, name: str) -> str:
    """What people call a column."""
    field = _field(watched, row or {}, name)
    label = str(field.label) if field else name
    return label[:1].upper() + label[1:]


def words_of(said: Sequence[Said], formats: Formats, sight: Sight) -> list[str]:
    """Each value in words, titles of what the reader may not see left out; "" where there was none."""
    found = ["" for _each in said]
    by_table: dict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(said):
        if is_erased(each.value):
            found[place] = _("erased")
        elif each.value is not None:
            by_table[each.watched.number].append(place)
    for places in by_table.values():
        for place, text in zip(places, _of_one_table([said[place] for place in places], formats, sight), strict=True):
            found[place] = text
    return found


def titles_of(watched: Watched, rows: Mapping[UUID, Columns], formats: Formats, sight: Sight) -> dict[UUID, str]:
    """What these records are called; `rows` holds their columns."""
    wanted = []
    for row in rows.values():
        description = watched.description_of(row)
        name = description.title if description else next(iter(watched.columns))
        column = name if name in watched.columns else f"{name}_id"
        wanted.append(Said(watched, row, column, row.get(column)))
    return {key: text or _("(no name)") for key, text in zip(rows, words_of(wanted, formats, sight), strict=True)}


def _of_one_table(said: Sequence[Said], formats: Formats, sight: Sight) -> list[str]:
    watched = said[0].watched
    rows = typed(watched, [_plain(watched, each) for each in said])
    related = _related(watched, said, rows, sight)
    return [_text(each, row, related, formats) for each, row in zip(said, rows, strict=True)]


def _plain(watched: Watched, said: Said) -> dict[str, Any]:
    """The row with the value in it, without what was erased."""
    row = {name: value for name, value in said.row.items() if not is_erased(value)}
    return row if "." in said.name else {**row, said.name: said.value}


def _related(
    watched: Watched, said: Sequence[Said], rows: Sequence[Mapping[str, Any]], sight: Sight
) -> dict[str, dict[Any, Any]]:
    """What the fields show of other records: path → id → value; of what is not for the reader, that it is not."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for each, row in zip(said, rows, strict=True):
        field = _field(watched, each.row, each.name)
        for source in field.sources if field else ():
            head, dot, _rest = source.partition("__")
            if dot and row.get(f"{head}_id") is not None:
                wanted[source].add(row[f"{head}_id"])
    found: dict[str, dict[Any, Any]] = {}
    for source, ids in wanted.items():
        head, _dot, rest = source.partition("__")
        model: Any = watched.references[f"{head}_id"].related_model
        values = dict(model._base_manager.filter(pk__in=ids).values_list("pk", rest))
        hidden = Veiled(_("(not visible to you)"))
        titled = sight.titled(model, values)
        found[source] = {key: value if key in titled else hidden for key, value in values.items()}
    return found


def _text(said: Said, row: Mapping[str, Any], related: Mapping[str, Mapping[Any, Any]], formats: Formats) -> str:
    field = _field(said.watched, said.row, said.name)
    if field is None:
        return str(said.value)
    if "." in said.name:
        return field.text(formats, *[_of_added(said)] * len(field.sources))
    values = []
    for source in field.sources:
        head, dot, _rest = source.partition("__")
        values.append(related.get(source, {}).get(row.get(f"{head}_id")) if dot else row.get(source))
    if values and values[0] is not None and len(field.sources) > 1 and values[1] is None and "__" in field.sources[1]:
        return _("a record that is gone")
    return field.text(formats, *values)


def _of_added(said: Said) -> Any:
    """The value of an added field, of the type that its kind shows: JSON has amounts and days as texts."""
    value = json.loads(said.value)
    kept = stored(said.watched.model, said.name.partition(".")[2]) if said.watched else None
    return value if kept is None or value is None else kept.form.from_json(value)


def _field(watched: Watched | None, row: Columns, name: str) -> Field | None:
    description = watched.description_of(row) if watched else None
    if description is None and watched and watched.descriptions:
        description = watched.descriptions[0]
    return field_of(description, name) if description else None
