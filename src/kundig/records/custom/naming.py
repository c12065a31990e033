"""Names of added fields: made from the label, never given twice, never one that something else bears."""

from __future__ import annotations

import re
import unicodedata

from kundig.records.custom.fields import AddedField, stored_of
from kundig.records.custom.models import CustomField
from kundig.records.custom.storage import PREFIX
from kundig.records.description import Description

LONGEST = 40
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_READ_OTHERWISE = re.compile(r"_(id|key)$")
"""Endings that paths give to names themselves."""


def slug(text: str) -> str:
    """Letters, digits and underscores: "Förder-Satz (%)" → "foerder_satz"."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_GERMAN)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST].strip("_")


def new_name(row: CustomField) -> str:
    """A name that no field of the object has or has had. Objects that share a table share names only of fields that
    are kept alike: a path says one thing of all rows."""
    taken = {each.name for each in CustomField.objects.filter(table=row.table) if not _may_share(each, row)}
    bare = f"{PREFIX}{slug(row.label_de or row.label_en) or 'field'}"
    if _READ_OTHERWISE.search(bare):
        bare += "_1"
    name, number = bare, 2
    while name in taken:
        name, number = f"{bare}_{number}", number + 1
    return name


def _may_share(other: CustomField, row: CustomField) -> bool:
    if other.object == row.object:
        return False
    try:
        return stored_of(other) == stored_of(row)
    except LookupError:  # what it points at is retired, and may come back
        return False


def bearer_of(description: Description, label: str, *, but: CustomField | None = None) -> str:
    """The label of another field that is called so already, in the reader's language; "" if none is."""
    wanted = " ".join(label.split()).casefold()
    for field in description.fields.values():
        if but is not None and field.name == but.name:
            continue
        label = field.row.label if isinstance(field, AddedField) else str(field.label)
        names = {label.casefold(), field.name.casefold(), field.name.replace("_", " ").casefold()}
        if wanted in names:
            return label
    return ""
