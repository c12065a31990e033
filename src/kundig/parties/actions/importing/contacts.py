"""The contact person in the row of an organisation, and the role in that of a person."""

from __future__ import annotations

from uuid import UUID

from kundig.parties.actions.importing.drafts import Draft, Folded, Point, Post, fold, new_draft
from kundig.parties.actions.importing.incoming import Entry, Incoming
from kundig.parties.enums import ContactKind, PartyKind
from kundig.platform.sorting import sort_key


def fold_contact(house: Draft, entry: Entry, points: list[Point], folded: Folded, *, overwrite: bool) -> int:
    """Bring the contact person of a row into the draft of its organisation; answers how many persons that makes."""
    incoming = entry.contact
    if not _names(incoming.values):
        _fold_nameless(house, incoming, points, folded, overwrite=overwrite)
        return 0
    person = next((known for known in house.people if _is_same(known, incoming, points)), None)
    if person is None:
        house.people.append(_new(house, incoming, points))
        folded.filled += 1
        return 1
    if not person.may_change:
        folded.differing += 1
        return 0
    folded.add(fold(person, incoming, points, overwrite=overwrite))
    fold_role(person, incoming.role, folded, overwrite=overwrite)
    return 0


def fold_role(person: Draft, role: dict[str, str], folded: Folded, *, overwrite: bool) -> None:
    """Fill function and department of the person's role."""
    post = person.post
    for name, value in role.items():
        present = getattr(post, name)
        if present == value:
            continue
        if present and not overwrite:
            folded.differing += 1
            continue
        setattr(post, name, value)
        if post is not None:
            post.is_changed = post.id is not None
        folded.filled += 1


def fold_post(draft: Draft, entry: Entry, organisation: UUID | None, folded: Folded, *, overwrite: bool) -> None:
    """The role a person's row names: a new one where the person has none, or another company's with `overwrite`."""
    role, post = entry.party.role, draft.post
    if organisation is None and not role:
        return
    if organisation is not None and (post is None or (post.organisation != organisation and draft.is_fresh)):
        draft.post = Post(organisation, role.get("function", ""), role.get("department", ""))
        folded.filled += 1
        return
    if post is None or (organisation is not None and post.organisation != organisation):
        folded.differing += 1
        return
    fold_role(draft, role, folded, overwrite=overwrite)


def _new(house: Draft, incoming: Incoming, points: list[Point]) -> Draft:
    person = new_draft(PartyKind.PERSON)
    person.values.update({name: house.values[name] for name in ("owner_id", "team_id") if house.values.get(name)})
    fold(person, incoming, points, overwrite=False)
    person.post = Post(house.id, incoming.role.get("function", ""), incoming.role.get("department", ""))
    return person


def _fold_nameless(house: Draft, incoming: Incoming, points: list[Point], folded: Folded, *, overwrite: bool) -> None:
    """Somebody without a name: numbers and addresses are the organisation's, the rest is kept as a note."""
    words = [str(value) for value in (*incoming.values.values(), *incoming.role.values()) if value]
    note = [", ".join(words)] if words else []
    folded.add(fold(house, Incoming(), points, overwrite=overwrite, notes=note))


def _is_same(person: Draft, incoming: Incoming, points: list[Point]) -> bool:
    """Whether a person known at the organisation is the one of the row: by name, or by mail where a name is missing."""
    mine, theirs = _names(person.values), _names(incoming.values)
    if mine and theirs:
        return mine[0] == theirs[0] and (mine[1] == theirs[1] or not mine[1] or not theirs[1])
    mails = [point for point in points if point.kind == ContactKind.MAIL]
    return any(point.is_like(known) for point in mails for known in person.points)


def _names(values: dict[str, object]) -> tuple[str, str] | None:
    """Sort keys of family and first name; None if there is neither."""
    family, first = sort_key(str(values.get("family_name") or "")), sort_key(str(values.get("first_name") or ""))
    return (family, first) if family or first else None
