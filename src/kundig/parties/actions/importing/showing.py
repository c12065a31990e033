"""How a row arrives, and which existing parties it may mean: for the preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.actions.importing.drafts import Draft
from kundig.parties.actions.importing.incoming import Entry
from kundig.parties.enums import ContactKind, PartyKind
from kundig.parties.queries import Similar, similar_in_bulk
from kundig.parties.rules.names import person_name
from kundig.platform import countries, phones
from kundig.platform.formats import current_formats
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.imports.targets import Beside, Fate, Outcome, Shown, Twin

LIKELY = 0.6
_FIELD_OF = {ContactKind.WEB.value: "website"}
"""Field of a party whose right says who may know its contact points of a kind; the others are called like it."""


def twins(
    entries: Mapping[int, tuple[Entry, Draft]], fates: Sequence[Fate], *, description: Description, by: User,
    closely: int, load: Callable[[set[UUID]], Mapping[UUID, Draft]], names: Mapping[UUID, str],
) -> list[Twin]:  # fmt: skip
    """Existing parties that rows about to create one may mean, the likeliest for each row, and what is different.

    The first `closely` rows are compared by name and place, too; the others by mail address and number only, which
    costs a hundredth.
    """
    created = [fate for fate in fates if fate.outcome == Outcome.CREATED and fate.row.number in entries]
    wanted = [_features(entries[fate.row.number][1], closely=place < closely) for place, fate in enumerate(created)]
    found: list[tuple[int, str, Similar]] = []
    alike = similar_in_bulk(wanted, user=by, kind=description.where["kind"])
    for fate, values, similar in zip(created, wanted, alike, strict=True):
        best = next((each for each in similar if each.object == description.name and each.score >= LIKELY), None)
        if best is not None:
            found.append((fate.row.number, str(values["city"]), best))
    there = load({best.id for _row, _city, best in found})
    fields = description.fields_for(by)
    return [
        Twin(
            row, title_of(entries[row][1]), city, best.id, best.title, best.url, best.reason,
            beside(*entries[row], there[best.id], fields=fields, names=names) if best.id in there else (),
        )
        for row, city, best in found
    ]  # fmt: skip


def beside(
    entry: Entry, draft: Draft, there: Draft, *, fields: Mapping[str, Field], names: Mapping[UUID, str]
) -> tuple[Beside, ...]:
    """What a row says otherwise than the party that may be meant, and what it would add, among the fields that its
    reader may know: differences first."""
    formats = current_formats()
    found = []
    for name, given in entry.party.values.items():
        field, present = fields.get(name.removesuffix("_id")), there.values.get(name)
        if field is None or given == present or given in (None, "", []):
            continue
        if name.endswith("_id"):
            texts = [names.get(value, "") if value else "" for value in (given, present)]
        else:
            texts = [field.text(formats, value) for value in (given, present)]
        if texts[0]:
            found.append(Beside(capfirst(str(field.label)), *texts))
    if "address" in fields:
        found += _places_beside(draft, there, label=capfirst(str(fields["address"].label)))
    for point in draft.points:
        if _FIELD_OF.get(point.kind, point.kind) in fields and not any(point.is_like(known) for known in there.points):
            same = next((known for known in there.points if known.kind == point.kind), None)
            shown = ["" if each is None else phones.shown(each.normalised or each.value) for each in (point, same)]
            found.append(Beside(str(ContactKind(point.kind).label), *shown))
    return tuple(sorted(found, key=lambda each: not each.there))


def _places_beside(draft: Draft, there: Draft, *, label: str) -> list[Beside]:
    found = []
    for place in draft.places:
        known = next(
            (each for each in there.places if each.kind == place.kind or (place.is_main and each.is_main)), None
        )
        given, present = _line(place.parts), _line(known.parts) if known is not None else ""
        if any(value and (known is None or value != known.parts.get(name)) for name, value in place.parts.items()):
            found.append(Beside(label, given, present))
    return found


def _line(parts: Mapping[str, str]) -> str:
    town = f"{parts.get('postal_code', '')} {parts.get('city', '')}".strip()
    country = countries.name_of(parts["country"], current_formats().language) if parts.get("country") else ""
    return ", ".join(part for part in (parts.get("street", ""), town, country) if part)


def shown(entry: Entry, draft: Draft, *, names: Mapping[UUID, str]) -> list[Shown]:
    """The party of a row and the contact person that comes with it, in words."""
    is_person = draft.kind == PartyKind.PERSON
    tag = _("new person") if is_person else _("new organisation")
    first = Shown(
        title=title_of(draft) or draft.values.get("number") or entry.key,
        is_new=draft.is_new,
        kind="person" if is_person else "org",
        tag=tag if draft.is_new else _("is there already"),
        lines=_lines(draft, names),
    )
    people = [
        Shown(title_of(person), person.is_new, "person", _("new person") if person.is_new else _("is there already"),
              _lines(person, names))
        for person in draft.people if person.is_new or person.is_touched
    ]  # fmt: skip
    return [first, *people[:1]]


def title_of(draft: Draft) -> str:
    """What the party is called; "" if it is anonymous."""
    values = draft.values
    if draft.kind == PartyKind.PERSON and (values.get("first_name") or values.get("family_name")):
        parts = {name: values.get(name) or "" for name in ("academic_title", "first_name", "family_name")}
        return person_name(**parts, name_suffix=values.get("name_suffix") or "")
    return str(values.get("name") or "")


def _features(draft: Draft, *, closely: bool) -> dict[str, Any]:
    """What `similar_in_bulk` compares."""
    place = draft.places[0].parts if draft.places else {}
    values = {name: place.get(name, "") for name in ("postal_code", "city", "country")}
    if closely:
        values["name"] = title_of(draft)
        values.update({name: draft.values.get(name) or "" for name in ("first_name", "family_name")})
    for kind, name in ((ContactKind.MAIL, "mail"), (ContactKind.PHONE, "phone"), (ContactKind.MOBILE, "mobile")):
        values[name] = next((point.value for point in draft.points if point.kind == kind), "")
    return values


def _lines(draft: Draft, names: Mapping[UUID, str]) -> tuple[str, ...]:
    lines = []
    if draft.post is not None:
        lines += [draft.post.function, draft.post.department]
    lines += [_line(place.parts) for place in draft.places[:1]]
    lines += [phones.shown(point.normalised or point.value) for point in draft.points]
    owner = draft.values.get("owner_id")
    if owner is not None and owner in names:
        lines.append(names[owner])
    return tuple(line for line in lines if line)
