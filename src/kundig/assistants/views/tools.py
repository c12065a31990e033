"""The tools that an assistant is offered, generated from the descriptions for the rights of whoever sent it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import access_of
from kundig.assistants.actions import Written, propose, write
from kundig.assistants.queries import may_write_directly
from kundig.records import registry, search
from kundig.records.description import Description
from kundig.records.paging import count_of
from kundig.records.patience import TooSlow, at_most
from kundig.records.rest.asking import question
from kundig.records.rest.items import ItemPlan, item_fields
from kundig.records.rest.problems import Problem, of_fields
from kundig.records.rest.resources import LIST_MS, described, require_right, row_of
from kundig.records.rest.schemas import Schema, write_schema
from kundig.records.rest.scopes import objects_of

SEARCH = "search"
MOST = 100
LISTED = ("filter", "q", "sort", "limit", "after", "fields")
Work = Callable[[User, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Tool:
    """One tool: what it takes, as JSON Schema, and what it does for a user."""

    name: str
    title: str
    description: str
    takes: Schema
    work: Work
    writes: bool = False

    def told(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": self.takes,
            "annotations": {
                "title": self.title, "readOnlyHint": not self.writes, "destructiveHint": False, "openWorldHint": False,
            },
        }  # fmt: skip


def tools_for(user: User) -> dict[str, Tool]:
    """The tools by name: what the user's roles and the token's scopes let through."""
    return {tool.name: tool for tool in _tools(user)}


def _tools(user: User) -> Iterator[Tool]:
    readable = [each for each in registry.descriptions() if _may(each, user, Action.READ)]
    if readable:
        yield _search(readable)
    for description in readable:
        yield _list(description, user)
        yield _read(description)
        if _may(description, user, Action.CREATE):
            yield _create(description, user)
        if _may(description, user, Action.CHANGE):
            yield _update(description, user)


def _may(description: Description, user: User, action: Action) -> bool:
    reach = access_of(user).reach
    is_covered = reach is None or any(reach.covers(name, action) for name in objects_of(description))
    return is_covered and description.may(user, action)


def _object(properties: Schema, *required: str) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


# -- reading ----------------------------------------------------------------------------------------------------------


def _search(readable: list[Description]) -> Tool:
    names = [description.name for description in readable if description.search]
    takes = _object(
        {
            "q": {"type": "string", "minLength": 1, "maxLength": 200, "description": _("Words, a number, an address.")},
            "objects": {"type": "array", "items": {"type": "string", "enum": names}},
            "limit": {"type": "integer", "minimum": 1, "maximum": 50, "default": 8},
        },
        "q",
    )

    def work(user: User, given: Mapping[str, Any]) -> dict[str, Any]:
        wanted = [name for name in names if name in given.get("objects", names)]
        hits = search.find(user, given["q"], limit=given.get("limit", 8), objects=wanted)
        return {
            "hits": [
                {
                    "object": hit.object,
                    "id": str(hit.id),
                    "title": hit.title,
                    "subtitle": hit.subtitle,
                    "note": hit.note,
                }
                for hit in hits
            ]
        }

    words = _("Finds records of all kinds by words; typing errors are forgiven.")
    return Tool(SEARCH, _("Search"), words, takes, work)


def _list(description: Description, user: User) -> Tool:
    fields = item_fields(description, user)
    takes = _object(
        {
            "filter": {
                "type": "string",
                "maxLength": 20_000,
                "description": _("A condition such as: %(example)s. Fields: %(fields)s.")
                % {"example": "changed_at > today - 90 days and owner = me", "fields": ", ".join(fields)},
            },
            "q": {"type": "string", "maxLength": 200, "description": _("Words to search for.")},
            "sort": {"type": "string", "description": _("A field; with “-” before it the other way round.")},
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 20},
            "after": {"type": "string", "description": _("The “next” of the page before.")},
            "fields": {
                "type": "array",
                "items": {"type": "string", "enum": list(fields)},
                "description": _("Only these are told, and the id."),
            },
        }
    )

    def work(user: User, given: Mapping[str, Any]) -> dict[str, Any]:
        described(description.name, user)
        query = QueryDict(mutable=True)
        query["limit"] = str(given.get("limit", 20))
        for name in ("filter", "q", "sort", "after"):
            if given.get(name):
                query[name] = given[name]
        if given.get("fields"):
            query["fields"] = ",".join(given["fields"])
        asked = question(description, user, query)
        try:
            with at_most(LIST_MS):
                keys = asked.listing.page(limit=asked.limit)
        except TooSlow as error:
            raise Problem(400, _("This filter takes too long. Narrow it further, or sort another way.")) from error
        count = count_of(asked.listing.rows())
        return {
            "items": ItemPlan(description, user, names=asked.fields).in_order(keys.ids),
            "next": keys.after.encode() if keys.after else None,
            "count": {"value": count.value, "exact": count.exact},
        }

    title = _("List: %(all)s") % {"all": description.label_plural}
    words = _("Lists %(all)s, filtered and sorted.") % {"all": description.label_plural}
    return Tool(f"list_{_named(description)}", title, words, takes, work)


def _read(description: Description) -> Tool:
    def work(user: User, given: Mapping[str, Any]) -> dict[str, Any]:
        described(description.name, user)
        plan = ItemPlan(description, user)
        return {"record": plan.item(row_of(plan, given["id"], user))}

    title = _("Read: %(what)s") % {"what": description.label}
    words = _("Reads one record of %(all)s with all its fields.") % {"all": description.label_plural}
    return Tool(f"read_{_named(description)}", title, words, _object({"id": _ID}, "id"), work)


# -- writing ----------------------------------------------------------------------------------------------------------

_ID: Schema = {"type": "string", "format": "uuid"}


def _create(description: Description, user: User) -> Tool:
    writable = {n: f for n, f in item_fields(description, user).items() if description.may_write(user, f)}
    values = _object(
        {name: write_schema(field) for name, field in writable.items()},
        *(name for name, field in writable.items() if field.required),
    )

    def work(user: User, given: Mapping[str, Any]) -> dict[str, Any]:
        return _written(description, None, given, user, Action.CREATE)

    title = _("Create: %(what)s") % {"what": description.label}
    return Tool(
        f"create_{_named(description)}", title, _asks(title),
        _object({"values": values, "reason": _reason()}, "values"), work, writes=True,
    )  # fmt: skip


def _update(description: Description, user: User) -> Tool:
    writable = {n: f for n, f in item_fields(description, user).items() if description.may_write(user, f)}
    values = {**_object({name: write_schema(field) for name, field in writable.items()}), "minProperties": 1}

    def work(user: User, given: Mapping[str, Any]) -> dict[str, Any]:
        return _written(description, UUID(given["id"]), given, user, Action.CHANGE)

    title = _("Change: %(what)s") % {"what": description.label}
    return Tool(
        f"update_{_named(description)}", title, _asks(title),
        _object({"id": _ID, "values": values, "reason": _reason()}, "id", "values"), work, writes=True,
    )  # fmt: skip


def _asks(title: str) -> str:
    return _(
        "%(what)s. Unless a role allows it directly, this becomes a proposal: it holds once the person in whose name"
        " you work has taken it over."
    ) % {"what": title}


def _reason() -> Schema:
    return {"type": "string", "maxLength": 500, "description": _("Why, for whoever decides.")}


def _written(
    description: Description, record_id: UUID | None, given: Mapping[str, Any], user: User, right: Action
) -> dict[str, Any]:
    described(description.name, user, right)
    require_right(description, user, right)
    if not given["values"]:
        raise of_fields({"values": [_("Nothing is to be changed.")]})
    if may_write_directly(user):
        done = write(description, record_id, given["values"], by=user, title=_name_of(user))
        return {"state": "done", "record": done.item, "change_set": str(done.change_set), "changes": _changes(done)}
    proposal, trial = propose(
        description, record_id, given["values"], by=user, assistant=_name_of(user), reason=given.get("reason", "")
    )
    return {
        "state": "proposed",
        "proposal": str(proposal.pk),
        "url": f"/proposals/{proposal.pk}/",
        "changes": _changes(trial),
    }


def _changes(written: Written) -> list[dict[str, Any]]:
    return [
        {"field": each.name, "label": each.label, "before": each.now, "after": each.proposed}
        for each in written.differences
    ]


def _name_of(user: User) -> str:
    """What the token is called that the assistant came with."""
    return user.tokens.filter(pk=user.token[0]).values_list("name", flat=True).first() or "" if user.token else ""


def _named(description: Description) -> str:
    return description.name.replace("-", "_")
