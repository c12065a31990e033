"""The lines of the panels, written without templates: a page has a few dozen of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kundig.parties.enums import ContactKind
from kundig.parties.models import Address, ContactPoint, Party
from kundig.platform import ui
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.kinds import contacts

_ICONS = {
    ContactKind.PHONE: "phone", ContactKind.MOBILE: "phone", ContactKind.MAIL: "mail", ContactKind.FAX: "print",
    ContactKind.WEB: "globe", ContactKind.MESSENGER: "sms",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of a panel: `shown` is finished HTML, `notes` say what one should know about it, `deeds` are what can
    be done with it (name and label)."""

    part_id: UUID
    name: str
    shown: str
    notes: list[str]
    deeds: list[tuple[str, str]]
    icon: str = ""
    leads_to: UUID | None = None
    phone: str = ""
    kind: str = ""
    """Of the part, where some kinds may be changed and others not."""


def line_html(line: Line, *, base: str, panel: str, kind: str, may_change: bool) -> str:
    """The line as a finished `<li>`; `base` is the address of its part without the id, `kind` that of its avatar."""
    face = ui.avatar(line.name, line.leads_to or line.part_id, kind=kind) if kind else ui.icon(line.icon)
    call = menu = ""
    if line.phone:
        label = escape(_("Call %(name)s") % {"name": line.name})
        number = escape(line.phone.partition(" ")[0])
        call = f'<a class="btn btn--ghost btn--icon" href="tel:{number}" aria-label="{label}">{ui.icon("phone")}</a>'
    if may_change:
        menu = _menu(
            line, address=f"{base}/{line.part_id}", panel=panel, label=_("More about %(name)s") % {"name": line.name}
        )
    notes = escape(" · ".join(line.notes))
    return (
        f"<li>{face}<div><strong>{line.shown}</strong><span>{notes}</span></div>"
        f'<div class="btn-group">{call}{menu}</div></li>'
    )


def pairs_html(pairs: Iterable[tuple[Any, str]]) -> SafeString:
    """Labels and what stands behind them."""
    each = [f"<div><dt>{escape(capfirst(label))}</dt><dd>{escape(text)}</dd></div>" for label, text in pairs]
    return mark_safe("".join(each))  # noqa: S308 - escaped here


def _menu(line: Line, *, address: str, panel: str, label: str) -> str:
    asked = [("get", f"{address}/edit/", _("Edit"))]
    asked += [("post", f"{address}/{deed}/", text) for deed, text in line.deeds]
    items = "".join(
        f'<li><button class="menu-item" type="button" hx-{method}="{url}" hx-target="#panel-{panel}" '
        f'hx-swap="innerHTML">{escape(text)}</button></li>'
        for method, url, text in asked
    )
    return (
        f'<button class="btn btn--ghost btn--icon" type="button" popovertarget="m-{line.part_id}" '
        f'aria-haspopup="menu" aria-label="{escape(label)}">{ui.icon("dots")}</button>'
        f'<menu class="menu" popover id="m-{line.part_id}" data-side="end" data-controller="menu">{items}</menu>'
    )


def role_line(role: Any, other: Party) -> Line:
    """A role with the person who has it, or with the organisation at which it is held."""
    notes = [role.function or str(role.get_kind_display()), role.department]
    if role.is_main:
        notes.append(_("main contact"))
    notes += _period(role, current_formats(), since=_("since %(day)s"), until=_("until %(day)s"))
    described = described_party(other)
    name = escape(other.name)
    shown = f'<a href="{described.url(other.pk)}">{name}</a>' if described else name
    deeds = [] if role.is_over else [("end", _("Has ended"))]
    if not role.is_main and not role.is_over:
        deeds.insert(0, ("main", _("Make main contact")))
    deeds.append(("delete", _("Delete")))
    return Line(role.pk, other.name, shown, _said(notes), deeds, leads_to=other.pk, phone=other.phone)


def point_line(point: ContactPoint, formats: Formats) -> Line:
    described = registry.for_model(ContactPoint)
    assert described is not None, "contact points are described"
    shown = described.fields["value"].cell(formats, point.value, point.normalised, point.kind, point.do_not_use)
    notes = [str(point.get_kind_display()), str(point.get_usage_display()) if point.usage else "", point.label]
    return _part_line(point, point.value, shown, notes, formats, icon=_ICONS[ContactKind(point.kind)], kind=point.kind)


def address_line(address: Address, formats: Formats) -> Line:
    parts = (address.street, address.postal_code, address.city, address.region, address.country)
    lines = contacts.Address().lines(formats, *parts)
    text = escape(", ".join(_said([*lines[:1], address.extra, *lines[1:]])))
    shown = f"<s>{text}</s>" if address.do_not_use else text
    notes = [str(address.get_kind_display())]
    return _part_line(address, address.city or address.street, shown, notes, formats, icon="pin", kind=address.kind)


def _part_line(part: Any, name: str, shown: str, notes: list[str], formats: Formats, *, icon: str, kind: str) -> Line:
    if part.do_not_use:
        notes.append(_("do not use"))
    if part.is_main:
        notes.append(_("preferred"))
    notes += _period(part, formats, since=_("valid from %(day)s"), until=_("valid until %(day)s"))
    if part.source:
        notes.append(_("from %(source)s") % {"source": part.source})
    if part.confirmed_on:
        notes.append(_("confirmed %(day)s") % {"day": formats.date(part.confirmed_on)})
    deeds = [("confirm", _("Confirmed today"))]
    if not part.is_main and not part.do_not_use:
        deeds.append(("main", _("Prefer")))
    deeds.append(("use", _("May be used again")) if part.do_not_use else ("avoid", _("Do not use")))
    deeds.append(("delete", _("Delete")))
    return Line(part.pk, name, shown, _said(notes), deeds, icon=icon, kind=kind)


def _period(part: Any, formats: Formats, *, since: str, until: str) -> list[str]:
    notes = []
    if part.valid_from:
        notes.append(since % {"day": formats.date(part.valid_from)})
    if part.valid_to:
        notes.append(until % {"day": formats.date(part.valid_to)})
    return notes


def _said(notes: list[str]) -> list[str]:
    return [note for note in notes if note]


def described_party(party: Party) -> Description | None:
    return next((d for d in registry.covering(Party) if d.where.get("kind") == party.kind), None)
