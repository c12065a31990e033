"""The control in which a value is typed: one small template per kind, in a cell, on a page and in a form."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.choices import Choice, Several
from kundig.records.kinds.contacts import ADDRESS_PARTS, Address, Country
from kundig.records.kinds.references import Reference
from kundig.records.rows import Row


def editor(
    field: Field,
    formats: Formats,
    *,
    values: Row,
    description: Description,
    user: User,
    control_id: str,
    raw: Any = None,
    error: str = "",
    error_id: str = "",
    in_cell: bool = False,
) -> SafeString:
    """HTML of the control; `raw` is what was typed and refused, else it shows `values`."""
    typed = field.kind.typed(formats, *values) if raw is None else raw
    context = {
        "field": field,
        "kind": field.kind,
        "value": typed,
        "id": control_id,
        "error": error,
        "error_id": error_id,
        "in_cell": in_cell,
        "css": "cell-input" if in_cell else "input",
        **_extras(field, formats, values, raw, description, user),
    }
    return render_to_string(f"records/editors/{field.kind.editor}.html", context)


def _extras(
    field: Field, formats: Formats, values: Row, raw: Any, description: Description, user: User
) -> dict[str, Any]:
    """What some kinds need besides their text: options, the title of a reference, the parts of an address."""
    kind = field.kind
    if isinstance(kind, Country):
        return {"options": kind.options(get_language() or "en")}
    if isinstance(kind, Choice):
        return {"options": kind.choices}
    if isinstance(kind, Several):
        chosen = list(values[0] or []) if raw is None else [part for part in str(raw).splitlines() if part]
        return {
            "chosen": [(value, kind.labels.get(value, value)) for value in chosen],
            "options": kind.choices,
            "url": "" if kind.choices else f"/{description.name}/options/{field.name}/",
        }
    if isinstance(kind, Address):
        parts = dict(zip(ADDRESS_PARTS, values, strict=True)) if raw is None else raw
        columns = [description.fields[f"{kind.prefix}{part}"] for part in ADDRESS_PARTS]
        return {
            "parts": [
                (part, column, parts.get(part) or "") for part, column in zip(ADDRESS_PARTS, columns, strict=True)
            ],
            "countries": next(
                (c.kind.options(get_language() or "en") for c in columns if isinstance(c.kind, Country)), []
            ),
        }
    if isinstance(kind, Reference):
        return {
            "title": kind.text(formats, *values) if raw in (None, str(values[0])) else _title_of(kind, raw, user),
            "url": f"/{description.name}/options/{field.name}/",
            "related": registry.for_model(kind.model),
        }
    return {}


def _title_of(kind: Reference, raw: Any, user: User) -> str:
    """The title of a reference whose form was refused, so that nobody has to choose again; "" if not for this user."""
    try:
        found = kind.candidates(user).filter(pk=raw).values_list(kind.title(), flat=True).first()
    except (ValueError, TypeError, ValidationError):
        return ""
    return str(found or "")
