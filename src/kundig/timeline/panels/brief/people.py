"""Of the call brief: who they are, who is in the room, how they may be reached and what they like."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from kundig.parties.enums import ContactKind, Formality, PartyKind
from kundig.parties.models import ContactPoint, Party, Role
from kundig.parties.queries import described, members_of, roles_of
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.rights import conceal
from kundig.records.rows import RowPlan
from kundig.timeline.protocol.brief import BriefAsk, BriefLine

MOST_PEOPLE = 8
_OF_COMPANY = "industry employees revenue"
_OF_ANYBODY = "lifecycle city owner"
_LIKED = "language hobbies interests family education birthday notes"
_CHANNELS = (
    (ContactKind.PHONE, "phone"), (ContactKind.MOBILE, "sms"), (ContactKind.MAIL, "mail"),
    (ContactKind.MESSENGER, "whatsapp"),
)  # fmt: skip


def master_data(ask: BriefAsk) -> list[BriefLine]:
    """In two lines: what the customer is, and what we have to do with each other."""
    names = _OF_COMPANY if ask.party.kind == PartyKind.ORGANISATION else ""
    texts = _texts(ask, f"{names} {_OF_ANYBODY}")
    is_like = [text for name in ("industry", "city") if (text := texts.get(name))]
    if employees := texts.get("employees"):
        is_like.append(_("%(count)s employees") % {"count": employees})
    lines = [BriefLine(", ".join(is_like))] if is_like else []
    about = [texts[name] for name in ("lifecycle",) if name in texts]
    if owner := texts.get("owner"):
        about.append(_("looked after by %(name)s") % {"name": owner})
    if revenue := texts.get("revenue"):
        about.append(_("turns over %(amount)s a year") % {"amount": revenue})
    return [*lines, BriefLine(", ".join(about))] if about else lines


def people(ask: BriefAsk) -> list[BriefLine]:
    """Contact persons of an organisation with what they do there; where a person belongs."""
    is_person = ask.party.kind == PartyKind.PERSON
    read = roles_of if is_person else members_of
    lines = []
    for role in read(ask.party, user=ask.user, most=MOST_PEOPLE * 2):
        if role.is_over:
            continue
        other = role.party if is_person else role.person
        lines.append(_person_line(ask, role, other))
    return lines


def _person_line(ask: BriefAsk, role: Role, other: Party) -> BriefLine:
    description = described(other)
    conceal(registry.for_model(Role), role, ask.user)
    conceal(description, other, ask.user)
    what = ", ".join(filter(None, (role.function, role.department)))
    return BriefLine(other.name, note=what or str(role.get_kind_display()), href=description.url(other.pk))


def consents(ask: BriefAsk) -> list[BriefLine]:
    """By channel, whether it may be used: a number that must not be used counts for its channel."""
    described_points = registry.for_model(ContactPoint)
    assert described_points is not None, "contact points are described"
    points = described_points.visible_to(ask.user).filter(party=ask.party.pk).values("kind").order_by("kind")
    counted = {
        row["kind"]: (row["usable"], row["refused"])
        for row in points.annotate(
            usable=Count("pk", filter=Q(do_not_use=False)), refused=Count("pk", filter=Q(do_not_use=True))
        )
    }
    lines = []
    for kind, icon in _CHANNELS:
        usable, refused = counted.get(kind, (0, 0))
        if usable:
            lines.append(BriefLine(str(kind.label), note=_("yes"), tone="good", icon=icon))
        elif refused:
            lines.append(BriefLine(str(kind.label), note=_("no, must not be used"), tone="bad", icon=icon))
    if refused_too := [str(kind.label) for kind, _icon in _CHANNELS if all(counted.get(kind, (0, 0)))]:
        lines.append(
            BriefLine(_("Not every number or address: %(which)s") % {"which": ", ".join(refused_too)}, tone="warn")
        )
    return lines


def preferences(ask: BriefAsk) -> list[BriefLine]:
    """How they want to be addressed, and what is known of their likes as far as its purpose is stated."""
    texts = _texts(ask, _LIKED)
    lines = []
    if ask.party.kind == PartyKind.PERSON and ask.party.formality == Formality.INFORMAL:
        lines.append(BriefLine(_("You are on first-name terms.")))
    for name, text in texts.items():
        if name != "language" or text:
            lines.append(BriefLine(_first_line(text), note=str(ask.description.fields[name].label).capitalize()))
    return lines


def _texts(ask: BriefAsk, names: str) -> dict[str, str]:
    """Field → value in words, of those that are filled and for this reader."""
    known = ask.description.fields_for(ask.user)
    fields = [known[name] for name in names.split() if name in known]
    plan = RowPlan(fields, ask.user)
    row = plan.one(ask.description.everything(), ask.party.pk)  # the right was asked with the party
    if row is None:
        return {}
    formats = current_formats()
    found = {each.name: each.text(formats, *plan.values(row, each)) for each in fields}
    return {name: text for name, text in found.items() if text}


def _first_line(text: str, *, most: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"
