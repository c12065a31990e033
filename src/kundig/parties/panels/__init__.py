"""What the page of a party shows beside its fields: people, contact points, addresses, its group, origins of values.

`editor` is the form that stands open in a panel, as HTML.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.parties.enums import ContactKind, PartyKind
from kundig.parties.models import Address, ContactPoint, ExternalKey, Party, Person
from kundig.parties.panels.lines import (
    Line,
    address_line,
    described_party,
    line_html,
    pairs_html,
    point_line,
    role_line,
)
from kundig.parties.panels.quality import quality
from kundig.parties.queries import PEOPLE_ON_PAGE, group_of, members_of, roles_of
from kundig.platform.composed import composed_once
from kundig.platform.formats import Formats, current_formats
from kundig.platform.shown import filled
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.panels import Panel
from kundig.records.rights import conceal
from kundig.records.traces import Trace, may_have

MOST_PEOPLE = PEOPLE_ON_PAGE - 1
MOST_PARTS = 50
DEEPEST = 4
"""Levels of a group that are indented."""
_VIA = {
    "hand": gettext_lazy("entered by hand"),
    "import": gettext_lazy("imported"),
    "api": gettext_lazy("from another program"),
    "assistant": gettext_lazy("proposed by an assistant"),
    "bulk": gettext_lazy("changed with many others"),
    "merge": gettext_lazy("taken over in a merge"),
    "rule": gettext_lazy("set by a rule"),
    "undo": gettext_lazy("taken back"),
    "sample": gettext_lazy("made up for the sample company"),
}


def people(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """Contact persons of an organisation, members of a household."""
    roles = members_of(record, user=request.user, most=PEOPLE_ON_PAGE)  # type: ignore[arg-type]
    persons = registry.for_model(Person)
    lines = [_role_line(role, role.person, user=request.user) for role in roles[:MOST_PEOPLE]]
    flags = {
        "has_more": len(roles) > MOST_PEOPLE,
        "is_household": record.kind == PartyKind.HOUSEHOLD,
        "may_create_persons": persons is not None and persons.may(request.user, Action.CREATE),  # type: ignore[arg-type]
    }
    return _list(request, description, record, "people", lines, editor, **flags)


def places(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    """Organisations and households of a person."""
    lines = [
        _role_line(role, role.party, user=request.user)
        for role in roles_of(record, user=request.user, most=MOST_PARTS)  # type: ignore[arg-type]
    ]
    return _list(request, description, record, "places", lines, editor)


def contact_points(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    order_by = ("do_not_use", "-is_main", "created_at", "id")
    points = _parts_of(record, ContactPoint, _told(ContactPoint, request, description), order_by)
    formats, order = current_formats(), list(ContactKind.values)
    shown = sorted(points, key=lambda point: (point.do_not_use, order.index(point.kind)))
    lines = [point_line(_concealed(point, request.user), formats) for point in shown]
    return _list(request, description, record, "contact-points", lines, editor)


def addresses(request: HttpRequest, description: Description, record: Any, *, editor: str = "") -> str:
    order_by = ("do_not_use", "-is_main", "kind", "created_at")
    each = _parts_of(record, Address, _told(Address, request, description), order_by)
    formats = current_formats()
    lines = [address_line(_concealed(address, request.user), formats) for address in each]
    return _list(request, description, record, "addresses", lines, editor)


def _parts_of(record: Any, model: type[Model], told: Q, order_by: tuple[str, ...]) -> list[Any]:
    return _parts(model, told, order_by, party=record.pk) if may_have(record, Trace(model, "party")) else []


@composed_once
def _parts(model: type[Model], told: Q, order_by: tuple[str, ...], *, party: UUID) -> QuerySet[Any]:
    return model._default_manager.filter(told, party=party).order_by(*order_by)[:MOST_PARTS]


def _told(model: type[Model], request: HttpRequest, description: Description) -> Q:
    """Which parts of a party may be read: the page has asked for its own right already."""
    described = registry.for_model(model)
    assert described is not None, "parts are described"
    return described.told_by(description, request.user, Action.READ, prefix="")  # type: ignore[arg-type]


def _concealed(part: Any, user: Any) -> Any:
    conceal(registry.for_model(type(part)), part, user)
    return part


def _role_line(role: Any, other: Party, *, user: Any) -> Line:
    """The line without what the role of `user` hides, of the role and of the party at its other end."""
    conceal(described_party(other), other, user)
    return role_line(_concealed(role, user), other)


def group(request: HttpRequest, description: Description, record: Any) -> str:
    """The companies of the group, or nothing where there is none."""
    members = group_of(record, user=request.user)  # type: ignore[arg-type]
    if not description.may_read(request.user, description.fields["address"]):  # type: ignore[arg-type]
        members = [replace(company, city="") for company in members]
    companies = [(company, min(company.level, DEEPEST), company.id == record.pk) for company in members]
    return render_to_string("parties/_group.html", {"companies": companies}) if companies else ""


def origins(request: HttpRequest, description: Description, record: Any) -> str:
    """Which source the values came from, when they were last confirmed, and what other systems call the party."""
    formats = current_formats()
    known = description.fields_for(request.user)  # type: ignore[arg-type]
    lines = [
        (_("All others") if name == "*" else known[name].label, _origin(entry, formats))
        for name, entry in sorted(record.origins.items(), key=lambda item: (item[0] == "*", item[0]))
        if name == "*" or name in known
    ]
    if len(lines) == 1 and "*" in record.origins:
        lines = [(_("All values"), lines[0][1])]
    keys = _keys(party=record.pk) if may_have(record, Trace(ExternalKey, "party")) else []
    lines += [(_("Number in %(system)s") % {"system": system}, key) for system, key in keys]
    values = {"may_change": _may_change(request, description, record)}
    return filled("parties/_origins.html", values, {"base": f"/parties/{record.pk}", "pairs": pairs_html(lines)})


@composed_once
def _keys(*, party: UUID) -> QuerySet[Any, Any]:
    return ExternalKey.objects.filter(party=party).values_list("system", "key")[:MOST_PARTS]


def _origin(entry: dict[str, str], formats: Formats) -> str:
    """ "imported from kunden.csv on 03.04.2026, confirmed 07.05.2026"."""
    text = str(_VIA.get(entry.get("via", ""), entry.get("via", "")))
    if entry.get("note"):
        text = _("%(how)s from %(source)s") % {"how": text, "source": entry["note"]}
    day, confirmed = parse_date(entry.get("at", "")), parse_date(entry.get("confirmed_on", ""))
    if day:
        text = _("%(how)s on %(day)s") % {"how": text, "day": formats.date(day)}
    if confirmed:
        text = _("%(how)s, confirmed %(day)s") % {"how": text, "day": formats.date(confirmed)}
    return text


def _list(
    request: HttpRequest, description: Description, record: Any, key: str, lines: list[Line], editor: str, **flags: bool
) -> str:
    """A panel of lines; `flags` are those that its template asks for besides."""
    base, may_change = f"/parties/{record.pk}", _may_change(request, description, record)
    fixed = _fixed_kinds(request, description, key) if may_change else set()
    may_change = may_change and None not in fixed
    part, kind = _LISTS[key]
    shown = "".join(
        line_html(line, base=f"{base}/{part}", panel=key, kind=kind, may_change=may_change and line.kind not in fixed)
        for line in lines
    )
    values = {"may_change": may_change, "has_lines": bool(lines), "is_open": bool(editor), **flags}
    places = {"base": base, "record.pk": record.pk, "editor": editor}
    places["lines"] = mark_safe(shown)  # noqa: S308 - lines are escaped where they are made
    return filled(f"parties/_{key.replace('-', '_')}.html", values, places)


def _fixed_kinds(request: HttpRequest, description: Description, key: str) -> set[str | None]:
    """The kinds of parts in this panel that the user may read, but not change; None among them stands for all."""
    model = {"contact-points": ContactPoint, "addresses": Address}.get(key)
    described: Any = registry.for_model(model) if model else None
    return described.withheld(description, request.user, Action.CHANGE) if described else set()


def _may_change(request: HttpRequest, description: Description, record: Any) -> bool:
    """Asked once for all panels of a page."""
    if "may_change" not in record.__dict__:
        record.may_change = description.may(request.user, Action.CHANGE, record)  # type: ignore[arg-type]
    return record.may_change


def _kinds(*kinds: PartyKind) -> Callable[[Description], bool]:
    return lambda description: description.where.get("kind") in kinds


def panel_of(key: str) -> Panel:
    return next(panel for panel in PANELS if panel.key == key)


_LISTS = {
    "people": ("roles", "person"),
    "places": ("roles", "org"),
    "contact-points": ("contact-points", ""),
    "addresses": ("addresses", ""),
}
"""Panel → the part its lines show, and the kind of avatar before each."""
_ORGANISATION, _PERSON, _HOUSEHOLD = PartyKind.ORGANISATION, PartyKind.PERSON, PartyKind.HOUSEHOLD
PANELS = (
    Panel(
        "people", gettext_lazy("Contact persons"), Party, people, order=10, applies=_kinds(_ORGANISATION, _HOUSEHOLD),
        is_shared=True,
    ),
    Panel(
        "places", gettext_lazy("At organisations"), Party, places, order=10, applies=_kinds(_PERSON), is_shared=True
    ),
    Panel("contact-points", gettext_lazy("Contact points"), Party, contact_points, order=20, is_shared=True),
    Panel("addresses", gettext_lazy("Addresses"), Party, addresses, order=30, is_shared=True),
    Panel(
        "group", gettext_lazy("Group of companies"), Party, group, side="business", order=10,
        applies=_kinds(_ORGANISATION), is_shared=True,
    ),
    Panel("quality", gettext_lazy("Data quality"), Party, quality, side="business", order=80, is_shared=True),
    Panel("origins", gettext_lazy("Origin"), Party, origins, side="business", order=90, is_shared=True),
)  # fmt: skip
