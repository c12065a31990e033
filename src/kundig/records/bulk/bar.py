"""The bar below a selection: which actions it offers to whom, and how many records are meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.enums import Action
from kundig.accounts.models import Team, User
from kundig.platform.formats import Formats
from kundig.records.bulk.selection import Selection
from kundig.records.bulk.steps import changeable
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.choices import Several
from kundig.records.kinds.references import Reference, UserReference
from kundig.records.rights import worked_out

ASSIGN = "assign"
MOST_OFFERED = 40


@dataclass(frozen=True)
class Offer:
    """A line of the bar's menu."""

    key: str
    label: Any
    icon: str


@dataclass(frozen=True)
class Bar:
    """What may be done with chosen rows; `tags` is the name of the field that holds tags, "" if there is none."""

    may_change: bool
    may_delete: bool
    may_export: bool
    holders: bool
    tags: str
    actions: tuple[Offer, ...]
    merges: str = ""
    """Address of the page on which two become one."""

    def __bool__(self) -> bool:
        return self.may_change or self.may_delete or self.may_export or bool(self.actions) or bool(self.merges)


def bar_of(description: Description, user: User) -> Bar:
    return worked_out(user, (description, "bar"), lambda: _bar_of(description, user))


def _bar_of(description: Description, user: User) -> Bar:
    may_bulk = description.may(user, Action.BULK)
    may_change = may_bulk and description.may(user, Action.CHANGE)
    fields = changeable(description, user) if may_change else {}
    tags = next((name for name, field in fields.items() if isinstance(field.kind, Several)), "")
    offers = [
        Offer(action.key, action.label, action.icon)
        for action in description.actions
        if may_bulk and description.may(user, action.right)
    ]
    return Bar(
        may_change=bool(fields),
        may_delete=may_bulk and description.may(user, Action.DELETE),
        may_export=description.may(user, Action.EXPORT),
        holders=bool(_holders(description, fields)),
        tags=tags,
        actions=tuple(offers),
        merges=description.merge_page if description.may(user, Action.CHANGE) else "",
    )


def _holders(description: Description, fields: Mapping[str, Field]) -> list[Field]:
    """The fields that say who looks after a record: its owner, its team."""
    return [fields[name] for name in (description.owner, description.team) if name and name in fields]


@dataclass(frozen=True)
class Choice:
    """Who may get the records: `name` and `value` are what the button sends."""

    name: str
    value: str
    label: str
    is_me: bool = False


def choices(description: Description, user: User, q: str = "") -> list[tuple[Any, list[Choice]]]:
    """Those to whom records can be handed, by field; oneself first."""
    groups = []
    for field in _holders(description, changeable(description, user)):
        kind = field.kind
        assert isinstance(kind, Reference)
        title = kind.title()
        rows = kind.candidates(user).order_by(title).values_list("pk", title)
        found = rows.filter(**{f"{title}__icontains": q}) if q else rows
        each = [Choice(field.name, str(pk), name, pk == user.pk) for pk, name in found[:MOST_OFFERED]]
        if isinstance(kind, UserReference):
            each.sort(key=lambda choice: not choice.is_me)
        if each:
            groups.append((field.label, each))
    return groups


def has_many_holders() -> bool:
    return User.objects.filter(is_active=True)[: MOST_OFFERED + 1].count() + Team.objects.count() > 10


@dataclass(frozen=True)
class Meant:
    """How many records are meant, and of how many of them one may do it."""

    total: int
    allowed: int
    text: str
    """"3 customers"."""
    warning: str
    """What will not be done, "" if all may be."""


def meant(
    selection: Selection, description: Description, user: User, formats: Formats, rights: Iterable[Action]
) -> Meant:
    """Raises ValidationError if the selection is no list (any more)."""
    rows = selection.rows(description, user, formats)
    total = rows.count()
    allowed = rows
    for right in rights:
        allowed = allowed.filter(pk__in=description.visible_to(user, right).values("pk"))
    count = allowed.count()
    missing = total - count
    warning = ""
    if missing:
        warning = ngettext(
            "%(count)s of them is not yours to do this with and stays as it is.",
            "%(count)s of them are not yours to do this with and stay as they are.",
            missing,
        ) % {"count": formats.number(missing)}
    return Meant(total, count, counted(description, total, formats), warning)


def counted(description: Description, count: int, formats: Formats) -> str:
    """ "1 customer", "12,806 customers"."""
    label = description.label if count == 1 else description.label_plural
    return _("%(count)s %(what)s") % {"count": formats.number(count), "what": str(label)[:1].upper() + str(label)[1:]}
