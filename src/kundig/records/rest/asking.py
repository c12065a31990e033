"""The parameters of a list: the same question that tables ask, with nothing unknown passed over in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.description import Description
from kundig.records.kinds.base import ISO
from kundig.records.listing import Listing, ListingError, listing, unknown_name
from kundig.records.rest.items import item_fields
from kundig.records.rest.problems import Problem, invalid, of_fields

FIELDS = "fields"
CONTROLS = ("q", "filter", "view", "sort", "limit", "after", FIELDS)
LIMIT, MOST = 50, 1000


@dataclass(frozen=True)
class Question:
    listing: Listing
    limit: int
    fields: frozenset[str] | None
    """The names of the fields that were asked for; None for all."""


def question(description: Description, user: User, query: QueryDict) -> Question:
    """Read the parameters of a list.

    Raises:
        Problem: 400 with what is wrong at each parameter.
    """
    params = dict(query.lists())
    errors = _unknown(description, user, params)
    errors |= {
        name: [_("“%(name)s” is given %(times)d times; once is right.") % {"name": name, "times": len(params[name])}]
        for name in CONTROLS
        if len(params.get(name, ())) > 1
    }
    limit = LIMIT
    try:
        limit = _limit(params.get("limit", [""])[0])
    except ValidationError as error:
        errors.setdefault("limit", error.messages)
    fields = None
    try:
        fields = _fields(description, user, params.pop(FIELDS, [""])[0])
    except ValidationError as error:
        errors.setdefault(FIELDS, error.messages)
    if errors:
        raise of_fields(errors, status=400)
    try:
        return Question(listing(description, user, params, formats=ISO), limit, fields)
    except ListingError as error:
        problem = invalid(error, status=400)
        problem.places = [{"message": p.message, "start": p.start, "end": p.end} for p in error.problems]
        raise problem from error


def _unknown(description: Description, user: User, params: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    filters = {name: field for name, field in description.fields_for(user).items() if field.model_field is not None}
    known = {**dict.fromkeys(CONTROLS), **filters}
    return {name[:60]: [unknown_name(name, known)] for name in params if name not in known}


def limit_in(query: QueryDict) -> int:
    """How many a page is to hold, for lists of what is no described object.

    Raises:
        Problem: 422 with what is wrong at `limit`.
    """
    try:
        return _limit(query.get("limit", ""))
    except ValidationError as error:
        raise of_fields({"limit": error.messages}) from error


def id_in(text: str) -> UUID | None:
    """The id that stands in an address or a body; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _limit(text: str) -> int:
    if not text:
        return LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MOST):
        raise ValidationError(_("“%(text)s” is not a number from 1 to %(most)d.") % {"text": text[:20], "most": MOST})
    return int(text)


def chosen_fields(description: Description, user: User, query: QueryDict) -> frozenset[str] | None:
    """The fields that `fields` names where nothing else may be asked for; None if it is not given.

    Raises:
        Problem: 400 with what is wrong.
    """
    others = [name for name in query if name != FIELDS]
    if others:
        known = dict.fromkeys([FIELDS])
        raise of_fields({name[:60]: [unknown_name(name, known)] for name in others}, status=400)
    given = query.getlist(FIELDS)
    if len(given) > 1:
        given = [",".join(given)]
    try:
        return _fields(description, user, given[0] if given else "")
    except ValidationError as error:
        raise of_fields({FIELDS: error.messages}, status=400) from error


def _fields(description: Description, user: User, text: str) -> frozenset[str] | None:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        return None
    known = item_fields(description, user)
    if unknown := [name for name in names if name not in known]:
        raise ValidationError([unknown_name(name, known) for name in unknown[:10]])
    return frozenset(names) | {"id"}


def refuse_parameters(query: QueryDict) -> None:
    """Where an address takes no parameters, none is passed over in silence."""
    if query:
        raise Problem(
            400,
            _("This address takes no parameters; “%(name)s” was given.") % {"name": next(iter(query))[:60]},
        )
