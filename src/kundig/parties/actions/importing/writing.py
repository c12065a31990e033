"""Writing drafts: new parties and their parts by COPY, changes of known ones in one statement for each table."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from kundig.parties.actions.contacts import CONTACT_COLUMNS, NewParty, contacts_of_new
from kundig.parties.actions.derive import anonymous_name
from kundig.parties.actions.importing.drafts import PARTS, Draft, Place, Point
from kundig.parties.actions.importing.employers import Employer
from kundig.parties.actions.numbers import reserve_numbers
from kundig.parties.actions.origins import EVERYTHING, origin, with_origin
from kundig.parties.actions.summaries import refresh_summaries
from kundig.parties.enums import AddressKind, ContactKind, PartyKind, RoleKind
from kundig.parties.models import Address, ContactPoint, ExternalKey, Party, Role
from kundig.parties.rules.companies import legal_form_of
from kundig.parties.rules.names import person_name
from kundig.platform.copying import copy_rows, update_rows
from kundig.platform.ids import many_ids
from kundig.records import registry
from kundig.records.custom.storage import PREFIX, as_json
from kundig.records.custom.values import keep_many, with_defaults
from kundig.records.events import Via

LONGEST_NAME = Party._meta.get_field("name").max_length or 200
LONGEST_SOURCE = 120
_SUMMARY_OF_PLACE = ("street", "postal_code", "city", "region", "country")
_SUMMARY_OF_POINTS = {
    ContactKind.PHONE.value: "phone", ContactKind.MOBILE.value: "mobile", ContactKind.MAIL.value: "mail",
    ContactKind.WEB.value: "website",
}  # fmt: skip
_LIFECYCLE = Party._meta.get_field("lifecycle").get_default()
_FROM_PARTS = (*_SUMMARY_OF_PLACE, *_SUMMARY_OF_POINTS.values(), "organisation_id", "function")
_PLACE = ("id", "party_id", "kind", *PARTS, "is_main", "source")
_POINT = ("id", "party_id", "kind", "value", "normalised", "usage", "label", "is_main", "source")
_ROLE = ("id", "person_id", "party_id", "kind", "function", "department", "is_main")


class Writer:
    """Writes the drafts of one import; `source` says where the values come from, usually the name of the file."""

    def __init__(self, *, source: str) -> None:
        self._source = source
        self._short_source = source[:LONGEST_SOURCE]
        self._origins = json.dumps({EVERYTHING: origin(via=Via.IMPORT, note=source)})
        self._anonymous = anonymous_name("\x00")
        self._ids = many_ids()
        self._described = {description.where["kind"]: description for description in registry.covering(Party)}

    def write(
        self, drafts: Collection[Draft], employers: Mapping[UUID, Employer], *, named: Collection[str] = ()
    ) -> None:
        """Write what is new or changed, inside the caller's transaction; `employers` are the organisations of
        new roles that were there before. `named` are customer numbers of rows to come: nobody else gets them."""
        self._ids = many_ids()
        new = [draft for draft in drafts if draft.is_new]
        touched = [draft for draft in drafts if not draft.is_new and draft.is_touched]
        self._give_numbers(new, named)
        for draft in (*new, *(draft for draft in touched if draft.changed)):
            self._derive(draft)
        self._insert_parties(new)
        self._update_parties([draft for draft in touched if draft.changed])
        self._write_places([*new, *touched])
        self._write_points([*new, *touched])
        self._write_posts([*new, *touched], {key for key, each in employers.items() if each.has_people})
        copy_rows(
            ExternalKey, ("id", "party_id", "system", "key"),
            ((next(self._ids), draft.id, *key) for draft in drafts for key in sorted(draft.new_keys)),
        )  # fmt: skip
        refresh_summaries(draft.id for draft in touched if draft.parts_changed or draft.post)

    # -- what follows from other values --------------------------------------------------------------------------------

    def _give_numbers(self, drafts: Sequence[Draft], named: Collection[str]) -> None:
        without = [draft for draft in drafts if not draft.values.get("number")]
        taken = {draft.values.get("number", "") for draft in drafts}.union(named)
        for draft, number in zip(without, reserve_numbers(len(without), but=taken), strict=True):
            draft.values["number"] = number

    def _derive(self, draft: Draft) -> None:
        """Name, legal form and whether the party is anonymous, as `parties.actions.derive` has it for one party."""
        values = draft.values
        before = values.get("name")
        if draft.kind == PartyKind.PERSON and (values.get("first_name") or values.get("family_name")):
            values["name"] = person_name(
                academic_title=values.get("academic_title") or "",
                first_name=values.get("first_name") or "",
                family_name=values.get("family_name") or "",
                name_suffix=values.get("name_suffix") or "",
            )[:LONGEST_NAME]
        is_named = bool(values.get("name"))
        if not is_named:
            values["name"] = self._anonymous.replace("\x00", values["number"])
        elif values["name"] != before:
            draft.changed.add("name")
        if draft.kind == PartyKind.ORGANISATION and draft.is_new and is_named and not values.get("legal_form"):
            values["legal_form"] = legal_form_of(values["name"])
        if values.get("is_anonymous", False) is is_named:
            draft.changed.add("is_anonymous")
        values["is_anonymous"] = not is_named

    # -- tables -------------------------------------------------------------------------------------------------------

    def _insert_parties(self, drafts: Sequence[Draft]) -> None:
        if not drafts:
            return
        for draft in drafts:
            draft.values.update(_summary(draft))
        names = sorted({name for draft in drafts for name in draft.values if not name.startswith(PREFIX)})
        blank = {name: blank_of(name) for name in names}
        contacts = contacts_of_new([_new_party(draft) for draft in drafts])
        copy_rows(
            Party, ("id", "kind", "origins", "custom", *CONTACT_COLUMNS, *names),
            ((draft.id, draft.kind, self._origins, self._added(draft), *contacts[draft.id],
              *[draft.values.get(name, blank[name]) for name in names])
             for draft in drafts),
        )  # fmt: skip

    def _added(self, draft: Draft) -> dict[str, Any]:
        """The values of fields that an administrator added, as they are kept."""
        given = _of_added(draft.values)
        values = with_defaults(self._described[draft.kind], given)
        if not values:
            return {}
        return {name: value for name, value in as_json(values).items() if value is not None}

    def _update_parties(self, drafts: Sequence[Draft]) -> None:
        keep_many(
            Party,
            {draft.id: {name: draft.values[name] for name in draft.changed if name.startswith(PREFIX)}
             for draft in drafts},
        )  # fmt: skip
        changed = {name for draft in drafts for name in draft.changed if not name.startswith(PREFIX)}
        names = sorted(changed - set(_FROM_PARTS))
        rows = []
        for draft in drafts:
            origins = with_origin(draft.origins, sorted(draft.changed), via=Via.IMPORT, note=self._source)
            rows.append({"id": draft.id, "origins": origins, **{name: draft.values.get(name) for name in names}})
        update_rows(Party, ("origins", *names), rows)

    def _write_places(self, drafts: Sequence[Draft]) -> None:
        new = [(draft, place) for draft in drafts for place in draft.places if place.id is None]
        copy_rows(Address, _PLACE, (self._place_row(draft, place) for draft, place in new))
        changed = [place for draft in drafts for place in draft.places if place.id is not None and place.is_changed]
        update_rows(
            Address, (*PARTS, "confirmed_on"),
            [{"id": place.id, **{part: place.parts.get(part, "") for part in PARTS}, "confirmed_on": None}
             for place in changed],
        )  # fmt: skip

    def _place_row(self, draft: Draft, place: Place) -> tuple[Any, ...]:
        parts = [place.parts.get(part, "") for part in PARTS]
        kind = AddressKind.PRIVATE.value if draft.kind == PartyKind.HOUSEHOLD and place.is_main else place.kind
        return (next(self._ids), draft.id, kind, *parts, place.is_main, self._short_source)

    def _write_points(self, drafts: Sequence[Draft]) -> None:
        new = [(draft, point) for draft in drafts for point in draft.points if point.id is None]
        copy_rows(ContactPoint, _POINT, (self._point_row(draft, point) for draft, point in new))
        changed = [point for draft in drafts for point in draft.points if point.is_changed]
        update_rows(
            ContactPoint, ("value", "normalised", "confirmed_on"),
            [{"id": point.id, "value": point.value, "normalised": point.normalised, "confirmed_on": None}
             for point in changed],
        )  # fmt: skip

    def _point_row(self, draft: Draft, point: Point) -> tuple[Any, ...]:
        shown = (point.kind, point.value, point.normalised, point.usage, point.label, point.is_main)
        return (next(self._ids), draft.id, *shown, self._short_source)

    def _write_posts(self, drafts: Sequence[Draft], have_people: set[UUID]) -> None:
        """New roles; the first person at an organisation is its main contact."""
        new = [(draft, draft.post) for draft in drafts if draft.post and draft.post.id is None]
        rows = []
        for draft, post in new:
            is_main = post.organisation not in have_people
            have_people.add(post.organisation)
            kind = RoleKind.CONTACT.value
            rows.append((next(self._ids), draft.id, post.organisation, kind, post.function, post.department, is_main))
        copy_rows(Role, _ROLE, rows)
        changed = [draft.post for draft in drafts if draft.post and draft.post.id is not None and draft.post.is_changed]
        update_rows(
            Role, ("function", "department"),
            [{"id": post.id, "function": post.function, "department": post.department} for post in changed],
        )  # fmt: skip


def _of_added(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name.startswith(PREFIX)}


def _summary(draft: Draft) -> dict[str, Any]:
    """The columns of a new party that show its main address, contact points and role."""
    summary: dict[str, Any] = {}
    place = draft.main_place
    if place is not None:
        summary.update((part, place.parts.get(part, "")) for part in _SUMMARY_OF_PLACE)
    for point in draft.points:
        column = _SUMMARY_OF_POINTS.get(point.kind)
        if column and (point.is_main or column not in summary):
            is_spoken = column in ("phone", "mobile") and point.normalised
            summary[column] = point.normalised if is_spoken else point.value
    if draft.post is not None:
        summary["organisation_id"] = draft.post.organisation
        summary["function"] = draft.post.function
    return summary


def _new_party(draft: Draft) -> NewParty:
    given = draft.values.get
    lifecycle = given("lifecycle") or _LIFECYCLE
    return NewParty(
        draft.id, draft.kind, given("customer_class") or "", lifecycle, given("organisation_id"),
        given("country") or "", given("owner_id"),
    )  # fmt: skip


def blank_of(name: str) -> Any:
    """What a new party has in a column that nothing was said about."""
    column = next(c for c in Party._meta.concrete_fields if name in (c.name, c.attname))
    return column.get_default() if column.has_default() else None if column.null else ""
