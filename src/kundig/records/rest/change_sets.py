"""Change sets for programs: who changed what and by what means, and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.kinds.base import json_type
from kundig.records.ledger.listing import counts_of, page_of_sets, sets_of, undone_by, visible_sets
from kundig.records.ledger.models import ChangeSet, LedgerRow
from kundig.records.ledger.reading import names_of
from kundig.records.ledger.results import Place, UndoResult
from kundig.records.ledger.sight import Key, Sight
from kundig.records.ledger.tables import watched_tables
from kundig.records.ledger.undoing import try_undo, undo
from kundig.records.ledger.wording import label_of
from kundig.records.rest.asking import id_in, limit_in
from kundig.records.rest.bodies import object_in
from kundig.records.rest.endpoint import answer
from kundig.records.rest.problems import Problem, of_fields
from kundig.records.rest.scopes import require_scope

NAME = "change-sets"
FILTERS = ("by", "via", "object", "limit", "after")
CHOSEN = {"records": list, "fields": list, "overwrite": bool, "try": bool, "take": dict}
DONE = {"I": "created", "U": "changed", "D": "deleted"}


def list_sets(request: HttpRequest, user: User) -> HttpResponse:
    """Newest first; administrators see all, everybody their own."""
    unknown = [name for name in request.GET if name not in FILTERS]
    if unknown:
        raise of_fields({unknown[0]: [_("There are only: %(names)s.") % {"names": ", ".join(FILTERS)}]})
    sets = sets_of(user, by=_user(request), via=request.GET.get("via", ""), tables=_tables(request))
    limit = limit_in(request.GET)
    found, more = page_of_sets(sets, after=request.GET.get("after", ""), limit=limit)
    return answer({"items": items(found), "next": more or None})


def read_set(request: HttpRequest, user: User, change_set_id: str) -> HttpResponse:
    return answer(items([found(user, change_set_id)])[0])


def undo_set(request: HttpRequest, user: User, change_set_id: str) -> HttpResponse:
    """What has been touched since stays as it is, unless the body says otherwise."""
    each = _any(change_set_id)
    asked = _asked(object_in(request)) if request.body.strip() else {}
    objects = _objects_of(each)
    for description in objects:
        require_scope(description, user, Action.CHANGE)
    _check_fields(asked.get("fields", ()), objects, user)
    do = try_undo if asked.get("try") else undo
    result = do(
        each.pk, by=user, records=asked.get("records"), fields=asked.get("fields", ()), choices=asked.get("take"),
        overwrite=asked.get("overwrite", False),
    )  # fmt: skip
    return answer(told(result, user))


def items(sets: list[ChangeSet]) -> list[dict[str, Any]]:
    names, back = names_of(sets), undone_by([each.pk for each in sets])
    counts = counts_of([each.pk for each in sets])
    return [
        {
            "id": each.pk,
            "at": each.at.isoformat(),
            "by": {"id": each.by_id, "title": names.get(each.by_id, "")} if each.by_id else None,
            "via": each.via,
            "title": each.title,
            "undoes": each.undoes,
            "undone_by": back[each.pk].pk if each.pk in back else None,
            "changes": [
                {"objects": [d.name for d in count.watched.descriptions], "what": DONE[count.op], "count": count.count}
                for count in counts[each.pk]
                if count.op in DONE
            ],
        }
        for each in sets
    ]


def told(result: UndoResult, user: User) -> dict[str, Any]:
    """What came of taking back, as far as the caller may know it."""
    sight = Sight(user)
    seen = sight.seen_places([each.place for each in result.obstacles])
    return {
        "change_set": result.change_set,
        "changed": result.counts["changed"],
        "restored": result.counts["restored"],
        "removed": result.counts["removed"],
        "unchanged": result.counts["unchanged"],
        "conflicts": [
            {**_place(each.place, sight), "before": each.before, "after": each.after, "now": each.now,
             "taken_back": each.is_taken_back}
            for each in result.conflicts
        ],
        "left": [{**_left(each.place, sight, seen), "why": each.why.value} for each in result.obstacles],
    }  # fmt: skip


def found(user: User, change_set_id: str) -> ChangeSet:
    """The change set, if the user may look at it.

    Raises:
        Problem: 404.
    """
    key = id_in(change_set_id)
    each = visible_sets(user).filter(pk=key).first() if key else None
    if each is None:
        raise Problem(404, _("There is no such change, or it is not yours."))
    return each


def _any(change_set_id: str) -> ChangeSet:
    """Also one that somebody else made: what of it goes back is a matter of the rights to its records."""
    key = id_in(change_set_id)
    each = ChangeSet.objects.filter(pk=key).first() if key else None
    if each is None:
        raise Problem(404, _("There is no such change, or it is not yours."))
    return each


def _objects_of(each: ChangeSet) -> list[Any]:
    tables = watched_tables()
    numbers = LedgerRow.objects.filter(change_set=each.pk).values_list("table_id", flat=True).distinct()
    return [description for number in numbers if number in tables for description in tables[number].descriptions]


def _place(place: Place, sight: Sight) -> dict[str, Any]:
    description = place.watched.description_of(place.row or {}) if place.watched else None
    is_known = bool(place.column) and (description is None or sight.knows(description, place.column))
    return {
        "object": description.name if description else None,
        "id": place.record,
        "field": place.column if is_known else None,
        "label": label_of(place.watched, place.row, place.column) if is_known else None,
    }


def _left(place: Place, sight: Sight, seen: Collection[Key]) -> dict[str, Any]:
    """Of a record that is not for the caller, only that it stays as it is."""
    if place.watched is None or (place.watched.number, place.record) in seen:
        return _place(place, sight)
    return {"object": None, "id": None, "field": None, "label": None}


def _check_fields(names: Collection[Any], objects: Iterable[Description], user: User) -> None:
    known = {name for description in objects for name in description.fields_for(user)}
    unknown = [str(name)[:60] for name in names if name not in known]
    if unknown:
        raise of_fields({"fields": [_("There is no field “%(name)s”.") % {"name": unknown[0]}]})


def _asked(body: dict[str, Any]) -> dict[str, Any]:
    errors: dict[str, list[str]] = {}
    for name, value in body.items():
        if name not in CHOSEN:
            errors[name] = [_("There are only: %(names)s.") % {"names": ", ".join(CHOSEN)}]
        elif not isinstance(value, CHOSEN[name]):
            errors[name] = [_("Expected another type, got %(got)s.") % {"got": json_type(value)}]
    asked = dict(body)
    if not errors and "records" in body:
        asked["records"] = [id_in(str(text)) for text in body["records"]]
        if None in asked["records"]:
            errors["records"] = [_("Expected ids.")]
    if not errors and "take" in body:
        asked["take"] = _choices(body["take"], errors)
    if errors:
        raise of_fields(errors)
    return asked


def _choices(take: dict[str, Any], errors: dict[str, list[str]]) -> dict[tuple[UUID, str], bool]:
    """`{"<id>.<field>": "before" | "now"}`; the id alone means the whole record."""
    choices = {}
    for name, value in take.items():
        record, _dot, column = name.partition(".")
        key = id_in(record)
        if key is None or value not in ("before", "now"):
            errors["take"] = [_("Expected “<id>.<field>”: “before” or “now”, got “%(name)s”.") % {"name": name[:80]}]
            break
        choices[key, column] = value == "before"
    return choices


def _user(request: HttpRequest) -> UUID | None:
    text = request.GET.get("by", "")
    key = id_in(text)
    if text and key is None:
        raise of_fields({"by": [_("Expected the id of a user.")]})
    return key


def _tables(request: HttpRequest) -> list[int] | None:
    name = request.GET.get("object", "")
    if not name:
        return None
    description = registry.get(name)
    if description is None:
        raise of_fields({"object": [_("There is no object “%(name)s”.") % {"name": name[:60]}]})
    model = description.model._meta.concrete_model
    return [number for number, watched in watched_tables().items() if watched.model is model]
