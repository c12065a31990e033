"""What the form beside the paper says: of a block by its props, and of a line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from kundig.catalog.enums import TaxCategory, Unit
from kundig.platform.formats import current_formats
from kundig.sales.models import QuoteLine
from kundig.sales.rules.blocks import KINDS, Prop

NUMBERS: Mapping[str, int] = {"quantity": 3, "unit_price": 4, "discount": 2, "tax_percent": 2, "unit_cost": 4}
"""Field of a line → how many decimals it has."""
MOST = Decimal(10) ** 9


def read_block(kind: str, data: QueryDict) -> dict[str, Any]:
    """What was typed of the props of a kind; a prop that the form does not hold is left out."""
    said = {}
    for prop in KINDS[kind].props:
        value = _read_prop(prop, data)
        if value is not None:
            said[prop.name] = value
    return said


def _read_prop(prop: Prop, data: QueryDict) -> Any:
    if prop.kind == "switch":
        return prop.name in data if f"has:{prop.name}" in data else None
    if prop.kind == "table":
        if f"has:{prop.name}" not in data:
            return None
        columns = [data.getlist(f"{prop.name}:{place}") for place in range(len(prop.columns))]
        return [list(row) for row in zip(*columns, strict=False)]
    if prop.kind == "pictures":
        if f"has:{prop.name}" not in data:
            return None
        files, captions = data.getlist(f"{prop.name}:file"), data.getlist(f"{prop.name}:caption")
        gone = set(data.getlist(f"{prop.name}:gone"))
        return [
            {"file": file, "caption": caption}
            for file, caption in zip(files, captions, strict=False)
            if file not in gone
        ]
    return data.get(prop.name)


def read_line(data: QueryDict) -> dict[str, Any]:
    """Columns of a line out of what was typed; what the form does not hold is left out.

    Raises:
        ValidationError: dict of columns, where a number is none.
    """
    said: dict[str, Any] = {}
    errors = {}
    for name in ("title", "text", "group", "number"):
        if name in data:
            said[name] = str(data[name]).replace("\r\n", "\n").replace("\x00", "").strip()
    for name, places in NUMBERS.items():
        if name in data:
            try:
                said[name] = _number(str(data[name]), places, optional=name == "unit_cost")
            except ValidationError as error:
                errors[name] = error
    if data.get("unit") in Unit.values:
        said["unit"] = data["unit"]
    if data.get("tax_category") in TaxCategory.values:
        said["tax_category"] = data["tax_category"]
        if said["tax_category"] != TaxCategory.STANDARD:
            said["tax_percent"] = Decimal(0)
    if "has:optional" in data:
        said["optional"] = "optional" in data
        if said["optional"]:
            said["chosen"] = False
    if errors:
        raise ValidationError(errors)
    return said


def read_template(data: QueryDict) -> dict[str, Any]:
    """Columns of a template out of what was typed."""
    return {
        "name": data.get("name", "").replace("\x00", "").strip()[:120],
        "accent": data.get("accent", "").replace("\x00", "").strip()[:7],
        "is_default": "is_default" in data,
    }


def typed_line(line: QuoteLine) -> dict[str, str]:
    """The numbers of a line as they stand in the form."""
    formats = current_formats()
    return {
        name: "" if getattr(line, name) is None else formats.number(getattr(line, name).normalize()) for name in NUMBERS
    }


def read_ids(data: QueryDict, name: str) -> list[UUID]:
    found = []
    for value in data.getlist(name):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _number(text: str, places: int, *, optional: bool) -> Decimal | None:
    bare = text.replace("%", "").replace("€", "").strip()
    if not bare and optional:
        return None
    try:
        value = current_formats().parse_number(bare or "0")
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is not a number.") % {"text": text[:40]}) from error
    if abs(value) >= MOST:
        raise ValidationError(_("The number is too large."))
    return value.quantize(Decimal(1).scaleb(-places))
