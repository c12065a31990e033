"""The description of an object that somebody has made: built once in each process, it says what its row says now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.apps.registry import Apps
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kundig.records.custom.fields import Words
from kundig.records.description import Description, Page
from kundig.records.fields import Field
from kundig.records.objects.models import CustomObject, CustomRecord, OfObject


def _merge(into: models.Model, gone: models.Model, **how: Any) -> models.Model:
    from kundig.records.merging.records import merge_records  # it writes, and what writes needs the objects

    return merge_records(into, gone, **how)


class OwnDescription(Description):
    """An object that somebody has made. Its fields beyond the name are added ones (`records.custom`)."""

    title = "name"
    columns = "name owner changed_at"
    form = "name owner team"
    last = "owner team changed_at"
    search = "name"
    filters = "owner team"
    page = Page(header="owner team", sections={_("Details"): "name"})
    added_section = "Details"
    hidden = "object"
    merge: ClassVar[Callable[..., Any] | None] = _merge
    row: CustomObject

    @property
    def label(self) -> Any:
        return Words(self, "called")

    @property
    def label_plural(self) -> Any:
        return Words(self, "several_called")

    @property
    def called(self) -> str:
        return self.row.label

    @property
    def several_called(self) -> str:
        return self.row.plural

    @property
    def title_called(self) -> str:
        return self.row.worded("title") or gettext("name")

    @cached_property
    def fields(self) -> dict[str, Field]:
        named = Description.fields.func(self)  # type: ignore[attr-defined]
        return {**named, "name": replace(named["name"], label=Words(self, "title_called"))}

    def tell(self, row: CustomObject) -> None:
        """Say from now on what this state of the row says."""
        vars(self).update(row=row, icon=row.icon, in_navigation=row.in_navigation)


_known: dict[str, OwnDescription] = {}


def description_of(row: CustomObject) -> OwnDescription:
    """The description of an object; one and the same in this process, whatever happens to its row."""
    known = _known.get(row.name)
    if known is None:
        name = row.name
        kind = type(f"Description of {name}", (OwnDescription,), {
            "__module__": __name__, "model": model_of(name), "name": name, "where": {"object": name},
            "merge_page": f"/{name}/merge/",
        })  # fmt: skip
        known = _known[name] = kind()
    known.tell(row)
    return known


def model_of(name: str) -> type[models.Model]:
    """The class that stands for one object. Django's own registry does not know it: what follows keys and tables there
    has the table itself, and no process depends on having loaded the objects."""

    def init(self: CustomRecord, *args: Any, **kwargs: Any) -> None:
        # Rows from the database come as positional values and bring their object.
        CustomRecord.__init__(self, *args, **(kwargs if args else {"object": name, **kwargs}))

    meta = {"proxy": True, "app_label": "records", "apps": Apps(), "verbose_name": name, "verbose_name_plural": name}
    inside = {"__module__": __name__, "__init__": init, "objects": OfObject(name), "Meta": type("Meta", (), meta)}
    return type("".join(part.capitalize() for part in name.split("-")), (CustomRecord,), inside)
