"""Names of objects of one's own: made from what they are called, never given twice."""

from __future__ import annotations

from kundig.records.custom.naming import slug
from kundig.records.objects.models import PREFIX, CustomObject


def new_name(row: CustomObject) -> str:
    """A name that no such object has or has had: "own-maschinen"."""
    taken = set(CustomObject.objects.values_list("name", flat=True))
    bare = f"{PREFIX}{slug(row.plural_de or row.plural_en).replace('_', '-') or 'objects'}"
    name, number = bare, 2
    while name in taken:
        name, number = f"{bare}-{number}", number + 1
    return name
