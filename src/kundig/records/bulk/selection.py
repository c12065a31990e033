"""Which records are meant: some by their ids, or all that a list was asked for, whoever they are by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.description import Description
from kundig.records.kinds.base import ISO
from kundig.records.listing import Listing, listing

MOST_IDS = 10_000
PLACE = frozenset({"after", "before", "limit", "columns", "as"})
"""Parameters of a list that say where one is in it, not which records it has."""


@dataclass(frozen=True)
class Selection:
    """`params` are those of a list; None where `ids` names the records. `is_iso` says how its values are written."""

    ids: tuple[UUID, ...] = ()
    params: Mapping[str, Sequence[str]] | None = field(default=None)
    is_iso: bool = False

    @classmethod
    def of_ids(cls, given: Sequence[Any]) -> Selection:
        """Raises ValidationError if one is not an id, or there are too many."""
        if len(given) > MOST_IDS:
            raise ValidationError(
                _("At most %(most)d records can be named; choose all that match instead.") % {"most": MOST_IDS}
            )
        try:
            return cls(ids=tuple(dict.fromkeys(UUID(str(each)) for each in given)))
        except ValueError as error:
            raise ValidationError(_("One of the records has no valid id.")) from error

    @classmethod
    def of_form(cls, data: QueryDict) -> Selection:
        """What the bar below a list sends: `id` for each chosen row, or `all` with the list's own `query`."""
        if not data.get("all"):
            return cls.of_ids(data.getlist("id"))
        asked = parse_qs(data.get("query", "").replace("\x00", "")[:8000], keep_blank_values=True)
        return cls(params={name: values for name, values in asked.items() if name not in PLACE})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Selection:
        if "params" in data:
            return cls(params=data["params"], is_iso=bool(data.get("is_iso")))
        return cls.of_ids(data.get("ids", ()))

    def to_json(self) -> dict[str, Any]:
        if self.params is None:
            return {"ids": [str(each) for each in self.ids]}
        return {"params": {name: list(values) for name, values in self.params.items()}, "is_iso": self.is_iso}

    def listing(self, description: Description, user: User, formats: Formats) -> Listing:
        """The list that is meant; raises ValidationError if it is none (any more)."""
        return listing(description, user, self.params or {}, formats=ISO if self.is_iso else formats)

    def rows(self, description: Description, user: User, formats: Formats, action: Action = Action.READ) -> QuerySet:
        """The records that are meant, of those on which `user` may do `action`. Raises like `listing`."""
        if self.params is None:
            return description.visible_to(user, action).filter(pk__in=self.ids)
        return self.listing(description, user, formats).every(action)

    def __bool__(self) -> bool:
        return self.params is not None or bool(self.ids)
