"""What columns of a customer list can become."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.actions.importing import words
from kundig.parties.enums import AddressKind, ContactKind
from kundig.records import registry
from kundig.records.custom.fields import words_for
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.imports.targets import Target, why_kept_back

KEY, NUMBER, MAIL, NAME = "key", "number", "mail", "name"
"""Targets by which rows are matched."""
CONTACT = "contact"
"""Prefix of what belongs to the contact person in the row of an organisation."""
PLACES = {"": AddressKind.VISIT, "invoice": AddressKind.INVOICE, "delivery": AddressKind.DELIVERY}
"""Prefix of an address's targets → its kind."""
POINTS = {
    "phone": ContactKind.PHONE, "mobile": ContactKind.MOBILE, "fax": ContactKind.FAX, "mail": ContactKind.MAIL,
    "website": ContactKind.WEB,
}  # fmt: skip
_OWN_TARGETS = frozenset(
    "name street postal_code city region country phone mobile mail website address position organisation parent "
    "function picture".split()
)
_SHAPES = {
    "street": "street", "postal_code": "postal_code", "town": "town", "country": "country",
    "phone": "phone", "mobile": "phone", "fax": "phone", "mail": "mail", "website": "website",
    "revenue": "amount", "employees": "whole", "vat_id": "vat", "salutation": "salutation",
    "academic_title": "academic_title", "first_name": "word", "family_name": "word", "birthday": "date",
}  # fmt: skip
_LABELS = {
    "street": _("street"), "house_number": _("House number"), "extra": _("addition"), "postal_code": _("postal code"),
    "city": _("city"), "town": _("Country, code, city"), "region": _("region"), "country": _("country"),
    "phone": _("phone"), "mobile": _("mobile"), "fax": ContactKind.FAX.label, "mail": _("mail"),
    "website": _("website"), "department": _("department"),
}  # fmt: skip
_WHOLE_NAME = _("Whole name")


def organisation_targets(description: Description, *, by: User) -> list[Target]:
    """What columns can become when organisations are imported, with the contact person of each."""
    group = description.label
    parent = description.fields["parent"].label
    targets = [
        _key(group),
        Target(NAME, _("Name"), group, words.ORGANISATION_NAME, "company", key_label=_("Name and town")),
        *_places(group),
        *_points(group),
        *_of_fields(description, group, by=by),
        Target("parent", parent, group, words.PARENT, "company", is_secondary=True),
    ]
    return [*_without_kept_back(targets, description, by=by), *_contact_targets(by=by)]


def person_targets(description: Description, *, by: User) -> list[Target]:
    """What columns can become when persons are imported, with the company they are at."""
    group = description.label
    fields = description.fields_for(by)
    targets = [
        _key(group),
        Target(NAME, _WHOLE_NAME, group, words.PERSON_NAME, "person", divides=True, key_label=_("Name and town")),
        *_places(group),
        *_points(group),
        *_of_fields(description, group, by=by),
    ]
    targets = _without_kept_back(targets, description, by=by)
    if "organisation" in fields and description.may_write(by, fields["organisation"]):
        at = _("Role at an organisation")
        targets += [
            Target("organisation", _("Name or number of the organisation"), at, words.COMPANY, "company"),
            Target("function", fields["function"].label, at, words.FIELDS["function"]),
            Target("department", _LABELS["department"], at, words.FIELDS["department"]),
        ]
    return targets


def withheld_targets(description: Description, *, by: User) -> list[Target]:
    """Fields whose purpose is not active, or that `by` may not write."""
    kept_back = _kept_back(description, by=by)
    called = {**words.POINTS, **words.PLACE, **words.FIELDS}
    withheld = []
    for field in description.fields.values():
        if field.name in called and (field.name in kept_back or not description.is_on(field)):
            reason = why_kept_back(field.label) if field.name in kept_back else ""
            shape = _SHAPES.get(field.name, "")
            withheld.append(Target(f"withheld.{field.name}", field.label, "", called[field.name], shape, reason=reason))
    return withheld


def _kept_back(description: Description, *, by: User) -> set[str]:
    """The fields that are on and that `by` may not write, though somebody may."""
    return {
        name
        for name, field in description.fields.items()
        if field.editable and description.is_on(field) and not description.may_write(by, field)
    }


def _without_kept_back(targets: list[Target], description: Description, *, by: User) -> list[Target]:
    """The targets that fill nothing which `by` may not write; parts of an address go with the address."""
    kept_back = _kept_back(description, by=by)
    if "address" in kept_back:
        kept_back |= {"town", "house_number", "extra"}
    return [target for target in targets if target.name.rpartition(".")[2] not in kept_back]


def _contact_targets(*, by: User) -> list[Target]:
    """What belongs to the contact person in an organisation's row; nothing where `by` may not create persons."""
    persons = registry.get("persons")
    if (
        persons is None
        or not persons.may(by, Action.CREATE)
        or not (persons.may_write(by, persons.fields["organisation"]))
    ):
        return []
    group, fields = _("Contact person"), persons.fields_for(by)
    targets = [Target(f"{CONTACT}.name", _WHOLE_NAME, group, words.FULL_NAME, "person", divides=True)]
    for part in ("salutation", "academic_title", "first_name", "family_name", "function", "department"):
        label = _LABELS["department"] if part == "department" else fields[part].label
        called = words.of_contact(words.FIELDS[part])
        targets.append(Target(f"{CONTACT}.{part}", label, group, called, _SHAPES.get(part, "")))
    for point in ("mail", "phone", "mobile"):
        called = words.of_contact(words.POINTS[point], only=True)
        name = f"{CONTACT}.{point}"
        targets.append(Target(name, _LABELS[point], group, called, _SHAPES[point], repeats=True, is_secondary=True))
    return _without_kept_back(targets, persons, by=by)


def _key(group: Any) -> Target:
    label = _("Number in the old system")
    return Target(KEY, label, group, words.KEY, "code", key_label=label)


def _places(group: Any) -> list[Target]:
    """The parts of each kind of address."""
    targets = []
    for prefix, kind in PLACES.items():
        for part, called in words.PLACE.items():
            before = words.BEFORE_PLACE[prefix]
            targets.append(
                Target(
                    f"{prefix}.{part}" if prefix else part,
                    _LABELS[part],
                    kind.label if prefix else group,
                    words.combined(before, called) if before else called,
                    _SHAPES.get(part, ""),
                    divides=part == "town",
                    is_secondary=bool(prefix),
                )
            )
    return targets


def _points(group: Any) -> list[Target]:
    key_labels = {"mail": _("Mail address")}
    return [
        Target(
            name, _LABELS[name], group, called, _SHAPES[name], repeats=True, key_label=key_labels.get(name, ""),
        )
        for name, called in words.POINTS.items()
    ]  # fmt: skip


def _of_fields(description: Description, group: Any, *, by: User) -> list[Target]:
    """The other editable fields of the description that are on."""
    key_labels = {NUMBER: _("Customer number")}
    return [
        Target(
            field.name, field.label, group, words.FIELDS.get(field.name) or words_for(field),
            _SHAPES.get(field.name, ""), repeats=field.name in ("tags", "notes"),
            key_label=key_labels.get(field.name, ""),
        )
        for field in description.fields_for(by).values()
        if _is_plain(field) and description.may_write(by, field)
    ]  # fmt: skip


def _is_plain(field: Field) -> bool:
    return field.editable and field.model_field is not None and field.name not in _OWN_TARGETS
