"""Who may do what with which rows: scopes of the user's grants, compiled into the querysets everything starts from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import models
from django.db.models import Q

from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.queries import NO_ACCESS, Access, access_of, turn
from kundig.records import purposes, registry

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.conditions import Condition
    from kundig.records.description import Description

NOTHING = Q(pk__in=())
T = TypeVar("T")


def scoped(description: Description, rows: models.QuerySet, user: User, action: Action) -> models.QuerySet:
    """`rows` reduced to those on which the user may do `action`."""
    condition = condition_of(description, user, action)
    if condition is NOTHING:
        return rows.none()
    return rows.filter(condition) if condition else rows


def reads_all(description: Description, user: User) -> bool:
    """Whether every record there is may be read."""
    condition = condition_of(description, user, Action.READ)
    return condition is not NOTHING and not condition


def condition_of(description: Description, user: User, action: Action, *, prefix: str = "") -> Q:
    """The user's scope as a condition; an empty Q means all rows, `NOTHING` none. `prefix` leads to the record.

    For a deputy the scopes of those they stand in for are added, each with that person's records and teams.
    """
    if description.common:
        return Q() if _may_common(description, user, action) else NOTHING
    if description.parent:
        return _condition_of_parent(description, user, action, prefix=prefix)
    access = access_of(user)
    if access.scope(description.name, action) == Scope.ALL:
        return Q()
    parts = [part for holder in access.holders for part in _parts(description, user, holder, action, prefix=prefix)]
    return reduce(or_, parts) if parts else NOTHING


def condition_of_any(descriptions: Sequence[Description], user: User, action: Action, *, prefix: str = "") -> Q:
    """The same for the rows of a table that several descriptions share, each row by the one that it belongs to."""
    if len(descriptions) == 1:
        return condition_of(descriptions[0], user, action, prefix=prefix)
    each = [(description, condition_of(description, user, action, prefix=prefix)) for description in descriptions]
    if not any(scope for _description, scope in each):
        return Q()
    parts = [
        Q(**{f"{prefix}{name}": value for name, value in description.where.items()}) & scope
        for description, scope in each
        if scope is not NOTHING
    ]
    return reduce(or_, parts) if parts else NOTHING


def _parts(description: Description, user: User, holder: Access, action: Action, *, prefix: str) -> Iterator[Q]:
    """What one person's roles reach: their own, their team's, what fulfils a condition."""
    scope = holder.own_scope(description.name, action)
    if scope in (Scope.OWN, Scope.TEAM) and description.owner:
        yield Q(**{f"{prefix}{description.owner}_id": holder.user_id})
    if scope == Scope.TEAM and description.team:
        yield Q(**{f"{prefix}{description.team}_id__in": holder.team_ids})
    if scope != Scope.NONE and action == Action.READ:
        along = description.read_along(holder.user_id, prefix=prefix)
        if along is not NOTHING:
            yield along
    for condition in conditions_for(description, holder, action):
        yield condition.q(asker=asker_for(user, holder), prefix=prefix)


def conditions_for(description: Description, holder: Access, action: Action) -> Iterator[Condition]:
    """The conditions under which one's own roles reach further; one that cannot be read any more grants nothing."""
    for text in holder.conditions(description.name, action):
        condition = condition_in(text, description)
        if condition is not None:
            yield condition


def condition_in(text: str, description: Description) -> Condition | None:
    """The condition of a grant, asked by the house: it says what the administrator meant, whatever else its user may
    see, and so can never lead round in a circle. None if it does not fit the description (any more)."""
    from kundig.records import conditions  # which asks descriptions, which ask here

    key = (text, tuple(description.fields))
    kept = _read.setdefault(description, {})
    if key not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        try:
            kept[key] = conditions.read(text, description, None)
        except conditions.ConditionError:
            kept[key] = None
    return kept[key]


MOST_KEPT = 500
_read: WeakKeyDictionary[Description, dict[Any, Condition | None]] = WeakKeyDictionary()


def asker_for(user: User, holder: Access) -> User:
    """Who is meant by "me": the user, or the person whom they stand in for."""
    if holder.user_id == user.pk:
        return user
    asker = type(user)(pk=holder.user_id, name=holder.name)
    asker.access = holder
    return asker


def _condition_of_parent(description: Description, user: User, action: Action, *, prefix: str) -> Q:
    """A part (an address, a role) is read by whoever may read its record, and changed by whoever may change it."""
    parent_model = description.model._meta.get_field(description.parent).related_model
    parent_action = (
        Action.READ if action == Action.READ else Action.EXPORT if action == Action.EXPORT else Action.CHANGE
    )
    allowed, covers_all = Q(), True
    path = f"{prefix}{description.parent}__"
    for parent in registry.covering(parent_model):  # type: ignore[arg-type]
        scope = condition_of(parent, user, parent_action, prefix=path)
        told = description.told_by(parent, user, parent_action, prefix=prefix)
        if scope is NOTHING or told is NOTHING:
            covers_all = False
            continue
        covers_all = covers_all and not scope and not told
        allowed |= Q(**{f"{path}{name}": value for name, value in parent.where.items()}) & scope & told
    if covers_all:
        return Q()
    return allowed or NOTHING


def worked_out(user: User | None, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answers: something that follows from descriptions, purposes and the rights of `user` alone, and so is
    made once for all requests. Nobody changes it."""
    access = NO_ACCESS if user is None else access_of(user)
    if access is NO_ACCESS:  # which is never forgotten
        return make()
    key = (key, purposes.active(), turn())
    if key not in access.worked_out:
        access.worked_out[key] = make()
    found: T = access.worked_out[key]
    return found


def field_right(description: Description, user: User | None, name: str) -> FieldRight:
    """What the user may do with a field; one of a related record ("owner.name") is as open as the way to it."""
    first, dot, rest = name.partition(".")
    kept_back = fields_kept_back(description, user)
    right = kept_back.get(first, FieldRight.WRITE)
    if dot and right != FieldRight.HIDDEN:
        related = registry.for_model(description.model._meta.get_field(first).related_model)  # type: ignore[arg-type]
        return min(right, field_right(related, user, rest)) if related else right
    return right


def fields_kept_back(description: Description, user: User | None) -> Mapping[str, FieldRight]:
    """The fields that the user may not read, or not write, with everything that is made of them; none for the house.

    What reads a column is no more open than the column; an address and its parts go together. The title stays to be
    read: a record nobody can name is of no use, and its name stands wherever it is referred to.
    """
    access = NO_ACCESS if user is None else access_of(user)
    named = access.fields_kept_back(description.name)
    if not named and (user is None or not _follows_from_others(description)):
        return named
    key = (description, "fields")
    if key not in access.worked_out:
        kept_back = _with_all_that_reads_them(description, named)
        hidden = _calculated(description, user, kept_back) if user is not None else {}
        access.worked_out[key] = {**kept_back, **hidden}
    found: Mapping[str, FieldRight] = access.worked_out[key]
    return found


def conceal(description: Description | None, record: models.Model, user: User) -> None:
    """Empty the columns of a loaded record that the user may not read, for whoever shows it without a table or page."""
    if description is None:
        return
    for name, right in fields_kept_back(description, user).items():
        column = description.fields[name].model_field
        if right == FieldRight.HIDDEN and column is not None:
            setattr(record, column.attname, None if column.null else column.get_default())


def _with_all_that_reads_them(description: Description, named: Mapping[str, FieldRight]) -> Mapping[str, FieldRight]:
    kept_back = {name: right for name, right in named.items() if name in description.fields}
    for name in description.composed.keys() & kept_back.keys():
        for part in description.fields[name].sources:
            kept_back[part] = min(kept_back[name], kept_back.get(part, FieldRight.WRITE))
    columns = {description.fields[name].path: right for name, right in kept_back.items()}
    for name, field in description.fields.items():
        read = [columns[source] for source in field.sources if source in columns]
        right = min(read, default=FieldRight.WRITE)
        if right < kept_back.get(name, FieldRight.WRITE):
            kept_back[name] = right
    for name in ("id", *description.title.split()):
        if name in kept_back:
            kept_back[name] = max(kept_back[name], FieldRight.READ)
    return kept_back


def _follows_from_others(description: Description) -> bool:
    from kundig.records.calculated.formulas import formulas_of  # which asks descriptions, which ask here

    return bool(formulas_of(description))


def _calculated(description: Description, user: User, kept_back: Mapping[str, FieldRight]) -> dict[str, FieldRight]:
    """The calculated fields that the user may not read: those made of something that they may not read.

    What stands in records of which they do not see all is kept from them, too, unless who made the field says that it
    is for everybody who reads the record.
    """
    from kundig.records.calculated.formulas import first_inputs, formulas_of

    hidden: dict[str, FieldRight] = {}
    for formula in formulas_of(description):
        for read in first_inputs(formula.reads):
            if read.description is None:
                continue
            if read.is_elsewhere:
                is_open = _is_open(
                    read.description, user, read.name, also_partly=bool(formula.row.options.get("for_all"))
                )
            else:
                is_open = kept_back.get(read.name, FieldRight.WRITE) != FieldRight.HIDDEN
            if not is_open:
                hidden[formula.name] = FieldRight.HIDDEN
    return hidden


def _is_open(description: Description, user: User, name: str, *, also_partly: bool) -> bool:
    """Whether the user reads a field of other records: of all of them, or `also_partly` of some."""
    access = access_of(user)
    named = access.fields_kept_back(description.name)
    if named and _with_all_that_reads_them(description, named).get(name) == FieldRight.HIDDEN:
        return False
    scope = condition_of(description, user, Action.READ)
    return scope is not NOTHING and (also_partly or not scope)


def may(description: Description, user: User, action: Action, record: models.Model | None) -> bool:
    """Whether the user may do `action` with `record`, as it was read, or with any record at all when none is given."""
    if description.common:
        return _may_common(description, user, action)
    if description.parent:
        return _may_by_parent(description, user, action, record)
    access = access_of(user)
    scope = access.scope(description.name, action)
    if record is None or record._state.adding or scope == Scope.ALL:
        return scope != Scope.NONE or any(holder.conditions(description.name, action) for holder in access.holders)
    return any(_reaches(description, user, holder, action, record) for holder in access.holders)


def is_conditional(description: Description, user: User, action: Action) -> bool:
    """Whether what the user may do with a record is only known from the record itself."""
    access = access_of(user)
    return (
        not description.common
        and access.scope(description.name, action) != Scope.ALL
        and any(holder.conditions(description.name, action) for holder in access.holders)
    )


def _may_common(description: Description, user: User, action: Action) -> bool:
    return access_of(user).may_common(description.name, action, is_shared=description.shared)


def on_behalf_of(
    description: Description, user: User, action: Action, record: models.Model | None = None
) -> UUID | None:
    """For whom a deputy does this: the person through whom they may, None where they may by themselves."""
    access = access_of(user)
    if not access.absent or description.parent or description.common:
        return None
    able = (holder for holder in access.holders if _is_able(description, user, holder, action, record))
    holder = next(able, access)
    return None if holder is access else holder.user_id


def _is_able(description: Description, user: User, holder: Access, action: Action, record: models.Model | None) -> bool:
    if record is not None:
        return _reaches(description, user, holder, action, record)
    return bool(holder.own_scope(description.name, action) or holder.conditions(description.name, action))


def _reaches(description: Description, user: User, holder: Access, action: Action, record: models.Model) -> bool:
    scope = holder.own_scope(description.name, action)
    if scope == Scope.ALL:
        return True
    if scope != Scope.NONE and description.owner and getattr(record, f"{description.owner}_id") == holder.user_id:
        return True
    if scope == Scope.TEAM and description.team and getattr(record, f"{description.team}_id") in holder.team_ids:
        return True
    if scope != Scope.NONE and action == Action.READ and _reads_along(description, holder, record):
        return True
    asker = asker_for(user, holder)
    return any(condition.holds(record, asker=asker) for condition in conditions_for(description, holder, action))


def _reads_along(description: Description, holder: Access, record: models.Model) -> bool:
    along = description.read_along(holder.user_id)
    return along is not NOTHING and description.everything().filter(along, pk=record.pk).exists()


def _may_by_parent(description: Description, user: User, action: Action, record: models.Model | None) -> bool:
    if record is not None and not record._state.adding:
        return description.visible_to(user, action).filter(pk=record.pk).exists()
    parent_model = description.model._meta.get_field(description.parent).related_model
    parent_action = action if action == Action.READ else Action.CHANGE
    return any(may(parent, user, parent_action, None) for parent in registry.covering(parent_model))  # type: ignore[arg-type]
