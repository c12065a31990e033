"""Checks at start: every name in a description exists, every personal field names a purpose."""

from typing import Any

from django.core.checks import Error
from django.core.exceptions import FieldDoesNotExist

from kundig.records.description import Description
from kundig.records.registry import descriptions


def check_descriptions(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """Errors that keep the program from starting with a description that promises what it cannot hold."""
    return [error for description in descriptions() for error in check_description(description)]


def check_description(description: Description) -> list[Error]:
    names = [description.title, description.subtitle, description.columns, description.search, description.filters]
    names += [description.form, description.page.header, *description.page.sections.values()]
    names += [description.sort.removeprefix("-"), description.impersonal, description.personal_fields]
    names += [
        shape.names for shape in (description.board, description.calendar, description.map, description.pivot) if shape
    ]
    unknown = [name for name in " ".join(names).split() if not _exists(description, name)]
    errors = [
        Error(
            f"The description of {description.name} names {name!r}, which {description.model.__name__} does not have.",
            hint="Correct the name, or give the model such a field.",
            id="records.E001",
        )
        for name in dict.fromkeys(unknown)
    ]
    errors += [
        Error(
            f"The field {description.name}.{field.name} is personal but names no purpose.",
            hint="Set `purpose` (or `purposes` for this field) to a key of the register of purposes, "
            "or list the field under `impersonal`.",
            id="records.E002",
        )
        for field in description.fields.values()
        if field.personal and not field.purpose
    ]
    return errors


def _exists(description: Description, name: str) -> bool:
    try:
        description.field(name)
    except FieldDoesNotExist:
        return False
    return True
