"""What comes in on whatever way becomes a lead: of a party that is known already, or of a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party, Person
from kundig.parties.queries import similar_parties, visible_parties
from kundig.platform.sorting import sort_key
from kundig.records.actions import announce, change_record, create_record
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.leads import change_lead
from kundig.sales.models.leads import Lead
from kundig.sales.queries.leads import described_leads, description_of, open_lead_of
from kundig.timeline.actions import record_touchpoint

PLACE = ("street", "postal_code", "city", "country")
SURE = 0.85
"""From here on two are taken for one: the same mail address or number, or the same name at the same place."""


@dataclass(frozen=True)
class Inquiry:
    """Somebody who may buy, as they came in. Values are by column, read and checked by the kinds of their fields."""

    person: Mapping[str, Any] = field(default_factory=dict)
    organisation: Mapping[str, Any] = field(default_factory=dict)
    lead: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the lead: interest, source, campaign, owner …"""
    message: str = ""
    title: str = ""
    """What the history says of it in one line."""
    kind: str = "note"
    """Kind of touchpoint; "" files none."""
    direction: str = ""
    at: dt.datetime | None = None
    key: str = ""
    """Made by the channel: what came twice is one."""


@dataclass(frozen=True)
class TakenIn:
    """What became of an inquiry."""

    lead: Lead
    is_new: bool
    """Whether it made a lead, or joined one that was open already."""
    known: tuple[str, ...] = ()
    """Those who were known already, each with the reason; of those only whom `by` may see."""
    seen: frozenset[UUID] = frozenset()
    """The parties of the lead that `by` may see."""
    is_shown: bool = True
    """Whether `by` may know that it joined this lead: otherwise not even that there was one is told, which would tell
    that somebody hidden is known."""


def take_in(inquiry: Inquiry, *, by: User, via: Via = Via.HAND) -> TakenIn:
    """Find or make the parties of an inquiry and make a lead of them, or join the one that is open.

    Who is known is not changed by what a stranger typed: it stands in the history, where somebody can take it over.
    `by` needs the right to make parties and leads; `house()` takes in what strangers send.

    Raises:
        ValidationError: with a dict of columns, if neither a name nor a way to answer is among the values.
        PermissionDenied: if `by` may not.
    """
    if not _is_somebody(inquiry):
        raise ValidationError(_("Give at least a name, a company or a mail address."))
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        known: dict[UUID, str] = {}
        firm = _firm(inquiry, by=by, via=via, known=known)
        person = _person(inquiry, firm, by=by, via=via, known=known)
        if firm is None and person is not None and isinstance(person, Person) and person.organisation_id:
            firm = Party.objects.get(pk=person.organisation_id)
            known.setdefault(firm.pk, "")
        party = firm or person
        assert party is not None, "somebody is there"
        parties = [each for each in (firm, person) if each is not None]
        # Matching goes beyond what `by` may see, so that nobody is kept twice; telling does not, and it is asked before
        # the lead makes anybody the owner of anything.
        seen = frozenset(visible_parties(by).filter(pk__in=[each.pk for each in parties]).values_list("pk", flat=True))
        seen |= {each.pk for each in parties if each.pk not in known}
        told = [words for key, words in known.items() if words and key in seen]
        lead, is_new = _lead(inquiry, party, person if firm is not None else None, by=by, via=via)
        _look_after(lead, [each for each in parties if each.pk not in known or _may_give(each, lead, by=by)])
        _file(inquiry, lead, party, person, told, is_known=bool(known), via=via)
        is_shown = is_new or _may_know(lead, by=by)
    return TakenIn(lead, is_new, tuple(told), seen, is_shown)


# -- inside ----------------------------------------------------------------------------------------------------------


def _is_somebody(inquiry: Inquiry) -> bool:
    named = ("first_name", "family_name", "mail", "phone", "mobile")
    return any(inquiry.person.get(name) for name in named) or bool(inquiry.organisation.get("name"))


def _firm(inquiry: Inquiry, *, by: User, via: Via, known: dict[UUID, str]) -> Party | None:
    """The company that was named: one we have, or a new one. Its place is where the person wrote from."""
    name = inquiry.organisation.get("name")
    if not name:
        return None
    place = {part: inquiry.person[part] for part in PLACE if part in inquiry.person}
    values = {**place, **inquiry.organisation}
    found = _likely(values, kind=PartyKind.ORGANISATION, known=known)
    if found is None:
        found = _same_house(inquiry, str(name), known=known)
    if found is not None:
        return found
    return _made("organisations", values, inquiry, by=by, via=via)


def _person(inquiry: Inquiry, firm: Party | None, *, by: User, via: Via, known: dict[UUID, str]) -> Party | None:
    named = [name for name in ("first_name", "family_name") if inquiry.person.get(name)]
    found = _likely(inquiry.person, kind=PartyKind.PERSON, known=known) if inquiry.person else None
    if found is not None:
        return Person.objects.get(pk=found.pk)
    if not named:
        if firm is not None:
            return None
        mail = str(inquiry.person.get("mail") or inquiry.person.get("phone") or inquiry.person.get("mobile"))
        values = {**inquiry.person, "family_name": mail.partition("@")[0][:100]}
    else:
        values = dict(inquiry.person)
    if firm is not None:
        values["organisation"] = firm.pk
        for part in PLACE:
            values.pop(part, None)  # that is where the company is
    else:
        values.pop("function", None)
    return _made("persons", values, inquiry, by=by, via=via)


def _likely(values: Mapping[str, Any], *, kind: str, known: dict[UUID, str]) -> Party | None:
    """The party that these values mean beyond doubt, whoever may see it: nobody is kept twice because of a right."""
    found = [each for each in similar_parties(values, user=house(), kind=kind) if each.score >= SURE]
    of_kind = Party.objects.filter(pk__in=[each.id for each in found], kind=kind).in_bulk()
    for each in found:
        if each.id in of_kind:
            known[each.id] = f"{each.title}: {each.reason}"
            return of_kind[each.id]
    return None


def _same_house(inquiry: Inquiry, name: str, *, known: dict[UUID, str]) -> Party | None:
    """The company of this very name at which somebody with the same mail domain is known."""
    domain = str(inquiry.person.get("mail") or "").rpartition("@")[2].lower()
    if not domain:
        return None
    namesakes = Party.objects.filter(kind=PartyKind.ORGANISATION, name_key=sort_key(name))[:20]
    for firm in namesakes:
        people = Person.objects.filter(organisation=firm.pk, mail__iendswith=f"@{domain}")
        if firm.mail.lower().endswith(f"@{domain}") or people.exists():
            known[firm.pk] = f"{firm.name}: {_('Same name and mail domain')}"
            return firm
    return None


def _made(name: str, values: Mapping[str, Any], inquiry: Inquiry, *, by: User, via: Via) -> Party:
    """A new party; who looks after it follows from its lead."""
    source = inquiry.lead.get("source", "")
    given = {**values, "lifecycle": "contact", "source": source, "owner": None, "team": None}
    record = create_record(description_of(name), given, by=house() if not by.pk else by, via=via)
    assert isinstance(record, Party)
    return record


def _lead(inquiry: Inquiry, party: Party, person: Party | None, *, by: User, via: Via) -> tuple[Lead, bool]:
    description = described_leads()
    for each in (party, person):
        found = open_lead_of(each) if each is not None else None
        if found is not None:
            missing = {
                name: value for name, value in inquiry.lead.items()
                if value and name in ("interest", "campaign") and not getattr(found, name)
            }  # fmt: skip
            if missing:
                change_lead(found, missing, by=by, via=via)
                announce(description, [found.pk], by=by, via=via)
            return found, False
    values = {"party": party.pk, "received_at": inquiry.at or timezone.now(), **inquiry.lead}
    if person is not None:
        values["person"] = person.pk
    lead = create_record(description, values, by=by, via=via)
    assert isinstance(lead, Lead)
    return lead, True


def _may_know(lead: Lead, *, by: User) -> bool:
    """Whether `by` may see a lead, and those whom it is about."""
    parties = {key for key in (lead.party_id, lead.person_id) if key is not None}
    is_visible = described_leads().visible_to(by).filter(pk=lead.pk).exists()
    return is_visible and visible_parties(by).filter(pk__in=parties).count() == len(parties)


def _may_give(party: Party, lead: Lead, *, by: User) -> bool:
    """Whether who has the lead may come to look after a party that was there: as far as `by` could say so themselves,
    or where rules gave it. Noting a lead of somebody hidden is no way to their data."""
    is_given = lead.owner_id is not None and (lead.owner_id != by.pk or lead.is_by_rule)
    return is_given or visible_parties(by, Action.CHANGE).filter(pk=party.pk).exists()


def _look_after(lead: Lead, parties: list[Party]) -> None:
    """Who got the lead looks after those of its parties whom nobody looks after yet."""
    if lead.owner_id is None:
        return
    for party in parties:
        name = {PartyKind.PERSON: "persons", PartyKind.ORGANISATION: "organisations"}.get(PartyKind(party.kind))
        if party.owner_id is None and name:
            record = description_of(name).everything().get(pk=party.pk)
            values = {"owner": lead.owner_id, "team": lead.team_id}
            change_record(description_of(name), record, values, by=house(), via=Via.RULE)


def _file(
    inquiry: Inquiry, lead: Lead, party: Party, person: Party | None, told: list[str], *, is_known: bool, via: Via
) -> None:
    """What was said stands in the history, with what a known party has typed of itself."""
    if not inquiry.kind:
        return
    lines = [inquiry.message.strip()] if inquiry.message.strip() else []
    if is_known:
        given = [*inquiry.organisation.items(), *inquiry.person.items()]
        stated = [f"{_label(name)}: {value}" for name, value in given if value not in (None, "")]
        if told:
            lines.append(_("Known already: %(who)s") % {"who": "; ".join(told)})
        lines.append(_("Stated: %(what)s") % {"what": ", ".join(stated)})
    people: list[UUID] = [person.pk] if person is not None and person.pk != party.pk else []
    record_touchpoint(
        kind=inquiry.kind, party=Party.objects.get(pk=party.pk), by=None, at=inquiry.at, direction=inquiry.direction,
        people=people, summary=inquiry.title[:200], body="\n\n".join(lines), source="leads", source_id=lead.pk,
        key=f"lead:{inquiry.key}" if inquiry.key else None, via=via,
    )  # fmt: skip


def _label(name: str) -> str:
    for object_name in ("persons", "organisations"):
        field = description_of(object_name).fields.get(name)
        if field is not None:
            words = str(field.label)
            return words[:1].upper() + words[1:]
    return name
