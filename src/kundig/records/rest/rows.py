"""`POST /api/v1/<name>/rows`: up to a thousand records are created, changed and deleted, each as its row says.

All rows are one transaction and one change set: what the answer tells stands when it comes, and nothing does if none
comes. A row is done as a whole or not at all, and one that is refused stops no other, unless `together` is demanded.
What it costs is counted: ten rows as one request, and many changes or deletions need the right to do them in bulk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.ids import uuid7
from kundig.records.actions import announce, change_record, create_record, create_records, delete_record
from kundig.records.bulk.acting import Outcome
from kundig.records.bulk.generic import Delete
from kundig.records.bulk.running import REFUSALS
from kundig.records.bulk.writing import write
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.kinds.base import json_type
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.sets import change_set
from kundig.records.listing import unknown_name
from kundig.records.rest import limits
from kundig.records.rest.asking import refuse_parameters
from kundig.records.rest.bodies import LARGEST_OF_ROWS, object_in
from kundig.records.rest.endpoint import answer, refused_by_layers_below
from kundig.records.rest.items import ItemPlan
from kundig.records.rest.problems import Problem, invalid, of_fields
from kundig.records.rest.resources import NOT_THERE, as_told, described, require_right
from kundig.records.rest.values import values_in
from kundig.records.rest.versions import require_match
from kundig.records.rights import on_behalf_of
from kundig.records.roundtrips.running import MOST_BY_ONE
from kundig.records.rows import Row

MOST = 1000
ROWS_PER_REQUEST = 10
"""So many rows count as one request of the token: about as much work as one that does a single record."""
MEMBERS = ("rows", "together")
DONE = {"create": "created", "change": "changed", "delete": "deleted"}
RIGHTS = {"create": Action.CREATE, "change": Action.CHANGE, "delete": Action.DELETE}
TAKES = {"create": ("do", "values"), "change": ("do", "id", "values", "if_match"), "delete": ("do", "id", "if_match")}
STATUS = {"created": 201, "changed": 200, "unchanged": 200, "deleted": 204}


@dataclass
class Asked:
    """One row, and what became of it."""

    place: int
    do: str
    id: UUID | None
    values: Mapping[str, Any]
    if_match: str = ""
    outcome: str = ""
    problem: Problem | None = None
    parsed: Mapping[str, Any] | None = None

    def refuse(self, error: Exception) -> None:
        is_needed = self.do == "delete" and isinstance(error, ValidationError)
        self.outcome = "refused"
        self.problem = invalid(error, status=409) if is_needed else refused_by_layers_below(error)  # type: ignore[arg-type]

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {"outcome": self.outcome, "id": str(self.id) if self.id else None}
        told["status"] = self.problem.status if self.problem else STATUS[self.outcome]
        return {**told, "problem": self.problem.told()} if self.problem else told


class NotTogether(Exception):
    """A row was refused where all or none were demanded; takes the transaction back."""


def perform(request: HttpRequest, user: User, name: str) -> HttpResponse:
    description = described(name, user)
    refuse_parameters(request.GET)
    body = object_in(request, largest=LARGEST_OF_ROWS)
    rows = read_rows(body)
    for do in dict.fromkeys(row.do for row in rows if row.do):
        described(name, user, RIGHTS[do])
        require_right(description, user, RIGHTS[do])
    is_bulk = sum(row.do in ("change", "delete") for row in rows) > MOST_BY_ONE
    if is_bulk:
        described(name, user, Action.BULK)
        require_right(description, user, Action.BULK)
    rates = _count(request, user, rows)
    key = uuid7()
    doing = Doing(description, user, is_bulk=is_bulk)
    try:
        with transaction.atomic():
            away = doing.begin(rows)
            with change_set(by=user, via=Via.API, key=key, deputy_for=away):
                doing.do_all(rows)
            if body.get("together") and any(row.problem for row in rows):
                raise NotTogether
    except NotTogether:
        raise _none_done(rows) from None
    refused = sum(row.problem is not None for row in rows)
    has_changes = ChangeSet.objects.filter(pk=key).exists()
    return answer(
        {
            "change_set": str(key) if has_changes else None,
            "done": len(rows) - refused,
            "refused": refused,
            "rows": [row.told() for row in rows],
        },
        headers=rates,
    )


def _count(request: HttpRequest, user: User, rows: Sequence[Asked]) -> dict[str, str]:
    """Count the rows beyond those that the request itself stands for. Raises Problem (429)."""
    further = (len(rows) - 1) // ROWS_PER_REQUEST
    return limits.count_request(limits.counted_as(request, user), count=further) if further else {}


def _none_done(rows: Sequence[Asked]) -> Problem:
    """What is told where one refused row stops all: the reasons, at the rows."""
    errors: dict[str, list[str]] = {}
    refused = [row for row in rows if row.problem]
    for row in refused[:50]:
        assert row.problem is not None
        at = f"rows.{row.place}"
        found = row.problem.errors or {}
        errors |= {f"{at}.values.{field}": messages for field, messages in found.items()} or {at: [row.problem.detail]}
    words = {"refused": len(refused), "all": len(rows)}
    problem = of_fields(errors)
    problem.detail = _("Nothing was done, because %(refused)d of %(all)d rows cannot be.") % words
    return problem


# -- reading the rows -------------------------------------------------------------------------------------------------


def read_rows(body: Mapping[str, Any]) -> list[Asked]:
    """The rows of a body; one that cannot be read is refused for itself.

    Raises:
        Problem: 422 if the body is no such list.
    """
    if unknown := [member for member in body if member not in MEMBERS]:
        raise of_fields({unknown[0][:60]: [unknown_name(unknown[0], dict.fromkeys(MEMBERS))]})
    rows = body.get("rows")
    if not isinstance(rows, list) or not rows:
        example = '[{"do": "create", "values": {…}}]'
        got = _("an empty list") if rows == [] else json_type(rows)
        raise of_fields(
            {"rows": [_("Expected a list such as %(example)s, got %(got)s.") % {"example": example, "got": got}]}
        )
    if len(rows) > MOST:
        raise of_fields(
            {"rows": [_("%(count)d rows are too many; %(most)d fit into a call.") % {"count": len(rows), "most": MOST}]}
        )
    if not isinstance(body.get("together", False), bool):
        raise of_fields({"together": [_("Expected yes/no.")]})
    return [_row(place, row) for place, row in enumerate(rows)]


def _row(place: int, row: Any) -> Asked:
    asked = Asked(place, "", None, {})
    try:
        asked.do, asked.id, asked.values, asked.if_match = _members(row)
    except ValidationError as error:
        asked.refuse(error)
    return asked


def _members(row: Any) -> tuple[str, UUID | None, Mapping[str, Any], str]:
    if not isinstance(row, dict):
        raise ValidationError(_("Expected an object, got %(got)s.") % {"got": json_type(row)})
    do = row.get("do")
    if not isinstance(do, str) or do not in DONE:
        raise ValidationError({"do": [_("Expected one of: %(names)s.") % {"names": ", ".join(DONE)}]})
    if unknown := [member for member in row if member not in TAKES[do]]:
        raise ValidationError({unknown[0][:60]: [unknown_name(unknown[0], dict.fromkeys(TAKES[do]))]})
    values = row.get("values", {})
    if not isinstance(values, dict):
        raise ValidationError({"values": [_("Expected an object, got %(got)s.") % {"got": json_type(values)}]})
    if_match = row.get("if_match", "")
    if not isinstance(if_match, str):
        raise ValidationError({"if_match": [_("Expected a text, got %(got)s.") % {"got": json_type(if_match)}]})
    if do == "create":
        return do, None, values, ""
    try:
        return do, UUID(row["id"]), values, if_match
    except (KeyError, ValueError, TypeError, AttributeError):
        raise ValidationError({"id": [_("Give the id of the record.")]}) from None


# -- doing them -------------------------------------------------------------------------------------------------------


class Doing:
    """Does the rows of one kind of object in their order, those of one kind together."""

    def __init__(self, description: Description, user: User, *, is_bulk: bool = False) -> None:
        """With `is_bulk` only records are changed and deleted that the user reaches in bulk, too."""
        self.description = description
        self.user = user
        self.is_bulk = is_bulk
        self.plan = ItemPlan(description, user)

    def begin(self, rows: Sequence[Asked]) -> UUID | None:
        """Lock all records that rows are about, and answer for whom a deputy does this: the first person through whom
        one of the rows may be done, as one change set has one."""
        # In one order for all: two calls with the same records would wait for each other otherwise.
        ids = [row.id for row in rows if row.id is not None]
        seen = self.description.visible_to(self.user).filter(pk__among=ids)
        list(seen.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        if not self.user.access.absent:
            return None
        records = self.description.everything().in_bulk(ids)
        doable = [row for row in rows if row.problem is None and (row.id is None or row.id in records)]
        away = (on_behalf_of(self.description, self.user, RIGHTS[row.do], records.get(row.id)) for row in doable)
        return next(filter(None, away), None)

    def do_all(self, rows: Sequence[Asked]) -> None:
        for portion in portions([row for row in rows if row.problem is None]):
            work: Callable[[Sequence[Asked]], None] = getattr(self, f"_{portion[0].do}")
            work(portion)

    def _create(self, rows: Sequence[Asked]) -> None:
        for row in rows:
            self._parse(row)
        self._together([row for row in rows if row.problem is None], self._created)

    def _created(self, rows: Sequence[Asked]) -> None:
        if len(rows) == 1:
            made: Sequence[Any] = [create_record(self.description, rows[0].parsed or {}, by=self.user, via=Via.API)]
        else:
            values = [row.parsed or {} for row in rows]
            made = create_records(self.description, values, by=self.user, via=Via.API)
        for row, result in zip(rows, made, strict=True):
            if isinstance(result, ValidationError):
                row.refuse(result)
            else:
                row.id, row.outcome = result.pk, DONE[row.do]

    def _change(self, rows: Sequence[Asked]) -> None:
        found = self._found(rows, Action.CHANGE)
        for row in rows:
            if row.problem is None:
                self._parse(row, at=found[row.id])  # type: ignore[index]
        self._together([row for row in rows if row.problem is None], self._changed)

    def _changed(self, rows: Sequence[Asked]) -> None:
        pairs = [(record, row.parsed or {}) for row, record in zip(rows, self._records(rows), strict=True)]
        if len(rows) == 1 or self.description.parent:
            # A part may go to another record, and is judged by where it came from and where it goes.
            for row, (record, values) in zip(rows, pairs, strict=True):
                if values:
                    change_record(self.description, record, values, by=self.user, via=Via.API)
                row.outcome = DONE[row.do] if values else "unchanged"
            return
        fates = {fate.record_id: fate.outcome for fate in write(self.description, pairs, by=self.user, via=Via.API)}
        for row in rows:
            row.outcome = DONE[row.do] if fates[row.id] == Outcome.CHANGED else "unchanged"  # type: ignore[index]
        self._announce(rows)

    def _delete(self, rows: Sequence[Asked]) -> None:
        self._found(rows, Action.DELETE)
        self._together([row for row in rows if row.problem is None], self._deleted)

    def _deleted(self, rows: Sequence[Asked]) -> None:
        records = self._records(rows)
        if len(rows) == 1:
            delete_record(self.description, records[0], by=self.user, via=Via.API)
        else:
            Delete(self.description, self.user, via=Via.API).run(records, {}, by=self.user)
        for row in rows:
            row.outcome = DONE[row.do]
        if len(rows) > 1:
            self._announce(rows)

    def _announce(self, rows: Sequence[Asked]) -> None:
        done = [row.id for row in rows if row.outcome in ("changed", "deleted")]
        if done:
            announce(self.description, done, by=self.user, via=Via.API)

    def _records(self, rows: Sequence[Asked]) -> list[models.Model]:
        """The records of these rows, read anew: an attempt that failed has left its values in them."""
        found = self.description.everything().in_bulk([row.id for row in rows])
        return [found[row.id] for row in rows]

    def _found(self, rows: Sequence[Asked], action: Action) -> dict[UUID, Row]:
        """Locks the records of these rows and answers their values; a row whose record may not be had is refused."""
        ids = [row.id for row in rows]
        allowed = self.description.visible_to(self.user, action).filter(pk__among=ids)
        if self.is_bulk:
            many = self.description.visible_to(self.user, Action.BULK).filter(pk__among=ids)
            allowed = allowed.filter(pk__in=many.values("pk"))
        locked = list(allowed.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        seen = set(self.description.visible_to(self.user).filter(pk__among=ids).values_list("pk", flat=True))
        read: dict[UUID, Row] = {row[0]: row for row in self.plan.rows.in_order(self.description, locked)}
        for row in rows:
            if row.id not in seen:
                row.refuse(Problem(404, str(NOT_THERE)))
            elif row.id not in read:
                row.refuse(Problem(403, _("You may look at this, but not do this with it.")))
            elif row.if_match:
                try:
                    require_match(row.if_match, self.plan.item(read[row.id]))
                except Problem as problem:
                    row.refuse(problem)
        return read

    def _parse(self, row: Asked, *, at: Row | None = None) -> None:
        item = as_told(self.plan.item(at)) if at is not None else None
        columns = self.plan.rows.as_dict(at) if at is not None else None
        try:
            row.parsed = values_in(row.values, self.description, self.user, item=item, row=columns)
        except Problem as problem:
            row.refuse(problem)

    def _together(self, rows: Sequence[Asked], work: Callable[[Sequence[Asked]], None]) -> None:
        """Do rows in few statements. Where they cannot be done together halves are tried, down to the one that is
        meant."""
        if not rows:
            return
        try:
            with transaction.atomic():
                work(rows)
        except REFUSALS as error:
            if len(rows) == 1:
                rows[0].refuse(error)
                return
            half = len(rows) // 2
            self._together(rows[:half], work)
            self._together(rows[half:], work)


def portions(rows: Sequence[Asked]) -> Iterator[list[Asked]]:
    """Rows that follow one another and do the same, each to another record."""
    portion: list[Asked] = []
    ids: set[UUID | None] = set()
    for row in rows:
        if portion and (row.do != portion[0].do or (row.id is not None and row.id in ids)):
            yield portion
            portion, ids = [], set()
        portion.append(row)
        ids.add(row.id)
    if portion:
        yield portion
