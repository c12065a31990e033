"""The whole day of one person: whom to contact in which order, and what stands beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from kundig.accounts.models import User
from kundig.accounts.queries import access_of
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.records import registry
from kundig.timeline.models import Appointment, Postponement, Rest, Task
from kundig.timeline.protocol import DayItem, day_sources
from kundig.timeline.queries.day.sources import customers_of, kinds_telling
from kundig.timeline.queries.planned import appointments_between, open_tasks
from kundig.timeline.rules.day import weight

SHOWN = 12
BESIDE = 5
"""Lines of a section beside the list."""
LOOKED_AHEAD = dt.timedelta(days=60)
_PARTY = ("pk", "kind", "name", "customer_class", "organisation_id", "function", "phone", "mobile", "mail", "city")
_HIDEABLE = ("customer_class", "function", "phone", "mobile", "mail", "city")


@dataclass(frozen=True)
class Someone:
    """A party as a line of the day shows it, without what the reader may not see."""

    id: UUID
    kind: str
    name: str
    url: str
    customer_class: str = ""
    function: str = ""
    phone: str = ""
    mail: str = ""
    city: str = ""


@dataclass(frozen=True)
class Contact:
    """A customer to turn to, with whom there, and the reasons, the most urgent first."""

    party: Someone
    person: Someone | None
    items: Sequence[DayItem]

    @property
    def first(self) -> DayItem:
        return self.items[0]

    @property
    def worth(self) -> Decimal | None:
        return max((item.worth for item in self.items if item.worth is not None), default=None)

    @property
    def worth_note(self) -> str:
        return next((item.worth_note for item in self.items if item.worth == self.worth), "")

    @property
    def channel(self) -> str:
        return next((item.channel for item in self.items if item.channel), "")

    @property
    def phone(self) -> str:
        return (self.person.phone if self.person else "") or self.party.phone

    @property
    def mail(self) -> str:
        return (self.person.mail if self.person else "") or self.party.mail

    @property
    def done(self) -> str:
        """Where one says that it is done; "" where a contact is to be noted."""
        return self.first.done


@dataclass(frozen=True)
class Resting:
    party: Someone
    rest: Rest


@dataclass(frozen=True)
class Day:
    """Of one person. `due` counts everybody there is reason to contact, of whom `contacts` are the first."""

    on: dt.date
    contacts: Sequence[Contact]
    due: int
    answers: Sequence[Contact] = ()
    forgotten: Sequence[Contact] = ()
    resting: Sequence[Resting] = ()
    resting_count: int = 0
    has_customers: bool = False
    tasks: Sequence[Task] = ()
    """Due ones that concern no customer; the others are reasons to contact theirs."""
    appointments: Sequence[Appointment] = ()
    put_off: int = 0
    """How many are left out until later."""
    owners: Sequence[UUID] = field(default=())


def day_of(user: User, *, on: dt.date | None = None) -> Day:
    """What there is to do for `user` on a day (today), for their own customers and those of colleagues whom they stand
    in for."""
    day = on or timezone.localdate()
    owners = [holder.user_id for holder in access_of(user).holders if holder.user_id is not None]
    later = set(Postponement.objects.filter(user=user, until__gt=timezone.now()).values_list("party_id", flat=True))
    found = {name: _found(name, user, day, owners) for name in ("contacts", "answers")}
    # Asked before anything is counted: who may not be seen takes no place from others, and is told by no number.
    classes = _classes(user, {item.party for items in found.values() for item in items})
    found = {name: [item for item in items if item.party in classes] for name, items in found.items()}
    rests = _resting(user, day, owners)
    resting = list(rests[:BESIDE])
    left_alone = later | set(rests.filter(party__id__among=list(classes)).values_list("party_id", flat=True))
    reasons = _by_party(found["contacts"], without=left_alone)
    order = _ranked(reasons, classes)
    shown = order[:SHOWN]
    # Who stands in the list needs no second line beside it; who is further down in it does not disappear.
    quiet = [item for item in found["contacts"] if item.share is not None]
    beside = {
        "answers": _beside(found["answers"], without=left_alone | set(shown)),
        "forgotten": _beside(quiet, without=left_alone | set(shown)),
    }
    parties = [*shown, *(key for each in beside.values() for key in each), *(rest.party_id for rest in resting)]
    people = shown_people(user, parties, [item.person for key in shown for item in reasons[key] if item.person])
    return Day(
        on=day,
        contacts=_contacts(people, {key: reasons[key] for key in shown}),
        due=len(order),
        answers=_contacts(people, beside["answers"]),
        forgotten=_contacts(people, beside["forgotten"]),
        resting=[Resting(people[rest.party_id], rest) for rest in resting if rest.party_id in people],
        resting_count=rests.count(),
        tasks=list(open_tasks(user, until=day).filter(party=None)[:BESIDE]),
        appointments=list(appointments_between(user, day, day)[:BESIDE]),
        has_customers=bool(order) or customers_of(owners, user).exists(),
        put_off=len(later),
        owners=owners,
    )


def _found(section: str, user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    return [item for source in day_sources(section) for item in source.find(user, on, owners)]


def _by_party(items: Iterable[DayItem], *, without: set[UUID]) -> dict[UUID, list[DayItem]]:
    of: dict[UUID, list[DayItem]] = {}
    for item in items:
        if item.party not in without:
            of.setdefault(item.party, []).append(item)
    return {key: sorted(each, key=lambda item: -item.urgency) for key, each in of.items()}


def _ranked(reasons: Mapping[UUID, Sequence[DayItem]], classes: Mapping[UUID, str]) -> list[UUID]:
    """First the one to begin with."""

    def place(key: UUID) -> tuple[float, UUID]:
        items = reasons[key]
        worths = [item.worth for item in items if item.worth is not None]
        return -round(weight([item.urgency for item in items], worths, classes[key]), 6), key

    return sorted(reasons, key=place)


def _beside(items: Sequence[DayItem], *, without: set[UUID]) -> dict[UUID, list[DayItem]]:
    of = _by_party(items, without=without)
    return {key: of[key] for key in sorted(of, key=lambda key: (-of[key][0].urgency, key))[:BESIDE]}


def _classes(user: User, keys: Iterable[UUID]) -> dict[UUID, str]:
    """Of those of them whom `user` may see; "" where they may not see the class, which the order would tell."""
    shown = kinds_telling(user, "customer_class")
    rows = visible_parties(user).filter(pk__among=list(keys)).values_list("pk", "kind", "customer_class")
    return {key: letter if kind in shown else "" for key, kind, letter in rows}


def shown_people(user: User, parties: Iterable[UUID], persons: Iterable[UUID] = ()) -> dict[UUID, Someone]:
    """Those of them whom `user` may see, without the fields that they may not."""
    wanted = list(dict.fromkeys([*parties, *persons]))
    described = {description.where["kind"]: description for description in registry.covering(Party)}
    known = {kind: description.fields_for(user) for kind, description in described.items()}
    found = {}
    for row in visible_parties(user).filter(pk__among=wanted).values(*_PARTY):
        kind = row["kind"]
        shown: dict[str, Any] = {name: row[name] if name in known[kind] else "" for name in _HIDEABLE}
        found[row["pk"]] = Someone(
            row["pk"], "person" if kind == PartyKind.PERSON else "org", row["name"], described[kind].url(row["pk"]),
            customer_class=shown["customer_class"], function=shown["function"],
            phone=shown["phone"] or shown["mobile"], mail=shown["mail"], city=shown["city"],
        )  # fmt: skip
    return found


def _contacts(people: Mapping[UUID, Someone], reasons: Mapping[UUID, Sequence[DayItem]]) -> list[Contact]:
    contacts = []
    for key, items in reasons.items():
        if key in people:
            person = next((people[item.person] for item in items if item.person in people), None)  # type: ignore[index]
            contacts.append(Contact(people[key], person, items))
    return contacts


def _resting(user: User, on: dt.date, owners: Sequence[UUID]) -> QuerySet[Rest]:
    """The rests of these people's customers, those that end first first; those without end are no news of any day."""
    rows = Rest.objects.holding(on=on).filter(party__in=customers_of(owners, user), until__lte=on + LOOKED_AHEAD)
    return rows.order_by("until", "pk")
