"""A portion of the sample as lines for COPY, table by table; every text here is our own and needs no escaping."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np

from kundig.accounts.models import User
from kundig.parties.enums import ContactKind, Lifecycle, PartyKind, RoleKind, Salutation
from kundig.parties.models import Address, ContactPoint, Party, Role
from kundig.platform.copying import NULL, constants, copy_lines
from kundig.web.sample import added, words
from kundig.web.sample.people import NUMBERS_FROM, Portion, company_names, domain, ids, mailbox, pick

PARTY = (
    "id kind number name lifecycle customer_class source owner_id team_id tags language salutation academic_title "
    "first_name family_name organisation_id function legal_form industry employees revenue revenue_currency street "
    "postal_code city region country latitude longitude phone mobile mail website origins custom created_at changed_at"
).split()
ADDRESS = ["id", "party_id", "kind", "street", "postal_code", "city", "region", "country", "is_main", "created_at"]
POINT = ["id", "party_id", "kind", "value", "normalised", "usage", "is_main", "created_at"]
ROLE = ["id", "person_id", "party_id", "kind", "function", "is_main", "valid_from", "created_at"]
EMPTY = {name: NULL if Party._meta.get_field(name.removesuffix("_id")).null else "" for name in PARTY}
EMPTY |= {"tags": "{}", "custom": "{}"}
_CLASSES = ((0.08, "A"), (0.3, "B"), (0.85, "C"))
ORIGIN = '{"*": {"via": "sample", "at": "%s"}}'

SHARE, OWN = 3, 40
"""Every third organisation, forty at most, is for whoever looks at the sample."""


@dataclass(frozen=True)
class Staff:
    """Who looks after the sample's customers: ids of users, and each one's team."""

    owners: list[UUID]
    teams: list[UUID]


@dataclass
class Lines:
    """What is to be copied, and the ids of each kind for the search index."""

    parties: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def copy(self) -> None:
        for model, columns, lines in (
            (Party, PARTY, self.parties),
            (Address, ADDRESS, self.addresses),
            (ContactPoint, POINT, self.points),
            (Role, ROLE, self.roles),
        ):
            names, tail = constants(model, columns)
            copy_lines(
                model,
                [*columns, *names],
                [f"{line}\t{tail}\n" for line in lines] if names else [f"{x}\n" for x in lines],
            )


class Writer:
    """Turns one portion into lines."""

    def __init__(self, portion: Portion, staff: Staff, added: Sequence[str] = (), *, guest: User | None = None) -> None:
        """`added` are names of the added fields, or none where organisations have none. Some organisations are looked
        after by the `guest`, who looks at the sample."""
        self.portion, self.rng, self.staff, self.added = portion, portion.rng, staff, list(added)
        self.lines = Lines()
        team = guest.teams.first() if guest else None
        self.own = {"owner_id": str(guest.pk), "team_id": str(team.pk) if team else NULL} if guest else {}
        all_ids = ids(portion)
        first, second = len(portion.organisations), len(portion.organisations) + len(portion.persons)
        self.organisations, self.persons, self.households = all_ids[:first], all_ids[first:second], all_ids[second:]
        self.lines.ids = {
            "organisations": self.organisations, "persons": self.persons, "households": self.households,
        }  # fmt: skip
        self.at = [_moment(record_id) for record_id in all_ids]
        self.number = NUMBERS_FROM + portion.start
        self.parts = 0

    def write(self) -> Lines:
        self._write_organisations()
        self._write_persons()
        self._write_households()
        return self.lines

    # -- organisations ----------------------------------------------------------------------------------------------

    def _write_organisations(self) -> None:
        count, rng = len(self.organisations), self.rng
        self.towns = pick(rng, words.TOWNS, count, skewed=True)
        trades = pick(rng, words.TRADES, count, skewed=True)
        self.names = company_names(rng, [town[0] for town in self.towns], trades)
        many = self.portion.is_of_many
        forms = [next((form for form in words.FORMS if name.endswith(form)), "") for name in self.names]
        self.domains = [
            domain(name, form, self.number + i if many else None)
            for i, (name, form) in enumerate(zip(self.names, forms, strict=True))
        ]
        self.owners = self._owners(count)
        streets = self._streets(count)
        codes = self._postal_codes(self.towns)
        lines = rng.integers(10_000, 99_999, count).tolist() if many else rng.integers(100, 999, count).tolist()
        self.phones = [_phone(town, line) for town, line in zip(self.towns, lines, strict=True)]
        states = self._states(count)
        employees = rng.lognormal(3.4, 1.2, count).astype(int) + 1
        revenue = (employees * rng.lognormal(11.6, 0.5, count)).round(-3).tolist()
        sources, tags = pick(rng, words.SOURCES, count), self._tags(count)
        custom, classes, positions = self._custom(count), self._classes(states), self._positions(self.towns)
        for i, record_id in enumerate(self.organisations):
            town, mail, site = self.towns[i], f"info@{self.domains[i]}", f"https://www.{self.domains[i]}"
            self._party(
                record_id, PartyKind.ORGANISATION, self.at[i], self.owners[i],
                number=str(self.number + i), name=self.names[i], lifecycle=states[i], customer_class=classes[i],
                source=sources[i], tags=tags[i], legal_form=forms[i], industry=trades[i][1],
                employees=str(employees[i]), revenue=f"{revenue[i]:.2f}", revenue_currency="EUR",
                phone=self.phones[i], mail=mail, website=site, custom=custom[i], **_place(streets[i], codes[i], town),
                **positions[i], **(self.own if i % SHARE == 0 and i < SHARE * OWN else {}),
            )  # fmt: skip
            self._address(record_id, streets[i], codes[i], town, "visit", self.at[i])
            self._point(record_id, ContactKind.PHONE, self.phones[i], "switchboard", self.at[i])
            self._point(record_id, ContactKind.MAIL, mail, "work", self.at[i])
            self._point(record_id, ContactKind.WEB, site, "", self.at[i])

    # -- persons ----------------------------------------------------------------------------------------------------

    def _write_persons(self) -> None:
        count, rng, offset = len(self.persons), self.rng, len(self.organisations)
        is_woman = rng.random(count) < 0.5
        women, men = pick(rng, words.WOMEN, count), pick(rng, words.MEN, count)
        first = [w if flag else m for flag, w, m in zip(is_woman.tolist(), women, men, strict=True)]
        family = pick(rng, words.FAMILIES, count, skewed=True)
        for person, home in enumerate(self.portion.home.tolist()):
            if home >= 0:  # who lives together bears one name here
                family[person] = family[int((self.portion.home == home).argmax())]
        titles = pick(rng, words.TITLES, count)
        titled = (rng.random(count) < 0.06).tolist()
        functions = pick(rng, words.FUNCTIONS, count)
        towns, owners = pick(rng, words.TOWNS, count, skewed=True), self._owners(count)
        streets, codes = self._streets(count), self._postal_codes(towns)
        extension, mobiles = rng.integers(11, 99, count).tolist(), rng.integers(1_000_000, 9_999_999, count).tolist()
        mobile_known = (rng.random(count) < 0.4).tolist()
        states, sources, tags = self._states(count), pick(rng, words.SOURCES, count), self._tags(count)
        self.person_towns, self.person_families = towns, family
        for i, record_id in enumerate(self.persons):
            employer, at = int(self.portion.employer[i]), self.at[offset + i]
            title = titles[i] if titled[i] else ""
            town = towns[i] if employer < 0 else self.towns[employer]
            mobile = _mobile(town, mobiles[i]) if mobile_known[i] or employer < 0 else ""
            where: dict[str, str] = {}
            if employer < 0:
                owner, usage = owners[i], "private"
                mail = f"{mailbox(first[i], family[i])}{self.number + offset + i}@post.example"
                where = _place(streets[i], codes[i], town)
                self._address(record_id, streets[i], codes[i], town, "private", at)
            else:
                owner, usage = self.owners[employer], "work"
                mail = f"{mailbox(first[i], family[i])}@{self.domains[employer]}"
                phone = f"{self.phones[employer]}{extension[i]}"
                company = self.organisations[employer]
                where = {"organisation_id": str(company), "function": functions[i], "phone": phone}
                self._point(record_id, ContactKind.PHONE, phone, "work", at)
                self._role(record_id, company, RoleKind.CONTACT, functions[i], at)
            if mobile:
                self._point(record_id, ContactKind.MOBILE, mobile, "", at)
            self._point(record_id, ContactKind.MAIL, mail, usage, at)
            self._party(
                record_id, PartyKind.PERSON, at, owner,
                number=str(self.number + offset + i), lifecycle=states[i], source=sources[i], tags=tags[i],
                name=" ".join(part for part in (title, first[i], family[i]) if part),
                salutation=str(Salutation.MS if is_woman[i] else Salutation.MR),
                academic_title=title, first_name=first[i], family_name=family[i], mobile=mobile, mail=mail, **where,
            )  # fmt: skip

    # -- households -------------------------------------------------------------------------------------------------

    def _write_households(self) -> None:
        offset = len(self.organisations) + len(self.persons)
        owners, streets = self._owners(len(self.households)), self._streets(len(self.households))
        members: dict[int, list[int]] = {}
        for person, home in enumerate(self.portion.home.tolist()):
            if home >= 0:
                members.setdefault(home, []).append(person)
        for i, record_id in enumerate(self.households):
            people, at = members.get(i, []), self.at[offset + i]
            town = self.person_towns[people[0]] if people else words.TOWNS[0]
            family = self.person_families[people[0]] if people else words.FAMILIES[0]
            code = self._postal_codes([town])[0]
            self._party(
                record_id, PartyKind.HOUSEHOLD, at, owners[i],
                number=str(self.number + offset + i), name=f"Familie {family}", lifecycle=str(Lifecycle.CUSTOMER),
                **_place(streets[i], code, town),
            )  # fmt: skip
            self._address(record_id, streets[i], code, town, "private", at)
            for person in people:
                self._role(self.persons[person], record_id, RoleKind.MEMBER, "", at)

    # -- values -----------------------------------------------------------------------------------------------------

    def _owners(self, count: int) -> list[int]:
        """Positions in the staff; -1 for one in ten that nobody looks after yet."""
        chosen = self.rng.integers(0, len(self.staff.owners), count)
        chosen[self.rng.random(count) < 0.1] = -1
        return chosen.tolist()

    def _states(self, count: int) -> list[str]:
        weighted = ["customer"] * 6 + ["lead"] * 2 + ["contact"] * 2 + ["former"]
        return pick(self.rng, weighted, count)

    def _custom(self, count: int) -> list[str]:
        """Drawn from numbers of their own, so that the rest of a seed is the same with added fields and without."""
        if not self.added:
            return ["{}"] * count
        return added.values(self.added, count, np.random.default_rng([self.portion.start, count]))

    def _classes(self, states: Sequence[str]) -> list[str]:
        """Few customers are worth a call each month; whoever is no customer has no class."""
        # Numbers of their own, so that everything else of a sample stays what it was.
        drawn = np.random.default_rng([self.portion.start, len(states), 3]).random(len(states)).tolist()
        letters = [next((letter for most, letter in _CLASSES if one < most), "") for one in drawn]
        return [letter if state == Lifecycle.CUSTOMER else "" for letter, state in zip(letters, states, strict=True)]

    def _positions(self, towns: list) -> list[dict[str, str]]:
        """Somewhere in the town; from numbers of their own, as the added fields."""
        steps = np.random.default_rng([self.portion.start, len(towns), 1]).normal(0, 0.03, (len(towns), 2))
        centres = np.array([words.POSITIONS[town[0]] for town in towns]).reshape(-1, 2)
        return [{"latitude": f"{north:.5f}", "longitude": f"{east:.5f}"} for north, east in centres + steps]

    def _tags(self, count: int) -> list[str]:
        first, second = pick(self.rng, words.TAGS, count), pick(self.rng, words.TAGS, count)
        how_many = self.rng.integers(0, 5, count).tolist()
        return [
            "{}" if n < 3 or a == b else f'{{"{a}"}}' if n == 3 else f'{{"{a}","{b}"}}'
            for n, a, b in zip(how_many, first, second, strict=True)
        ]

    def _streets(self, count: int) -> list[str]:
        names, numbers = pick(self.rng, words.STREETS, count), self.rng.integers(1, 180, count).tolist()
        return [f"{name} {number}" for name, number in zip(names, numbers, strict=True)]

    def _postal_codes(self, towns: list) -> list[str]:
        steps = self.rng.integers(0, 90, len(towns)).tolist()
        return [
            f"{town[1] + step:05}" if town[5] == "DE" else str(town[1] + step % 9)
            for town, step in zip(towns, steps, strict=True)
        ]

    # -- lines ------------------------------------------------------------------------------------------------------

    def _party(self, record_id: UUID, kind: str, at: str, owner: int, **values: str) -> None:
        """A party's line; `owner` is a position in the staff or -1, columns not named are empty."""
        values |= {"id": str(record_id), "kind": kind, "language": "de", "created_at": at, "changed_at": at}
        values["origins"] = ORIGIN % at[:10]
        if owner >= 0:
            theirs = {"owner_id": str(self.staff.owners[owner]), "team_id": str(self.staff.teams[owner])}
            values = theirs | values
        self.lines.parties.append("\t".join([values.get(name, empty) for name, empty in EMPTY.items()]))

    def _part(self, record_id: UUID) -> str:
        """An id for what belongs to a record, made from the record's own so that a seed makes the same again."""
        self.parts += 1
        return str(UUID(int=record_id.int ^ self.parts))

    def _address(self, party_id: UUID, street: str, code: str, town: tuple, kind: str, at: str) -> None:
        values = (self._part(party_id), str(party_id), kind, street, code, town[0], town[4], town[5], "t", at)
        self.lines.addresses.append("\t".join(values))

    def _point(self, party_id: UUID, kind: str, value: str, usage: str, at: str) -> None:
        self.lines.points.append("\t".join((self._part(party_id), str(party_id), kind, value, value, usage, "t", at)))

    def _role(self, person_id: UUID, party_id: UUID, kind: str, function: str, at: str) -> None:
        self.lines.roles.append(
            "\t".join((self._part(person_id), str(person_id), str(party_id), kind, function, "t", at[:10], at))
        )


def _moment(record_id: UUID) -> str:
    return dt.datetime.fromtimestamp((record_id.int >> 80) / 1000, tz=dt.UTC).isoformat()


def _phone(town: tuple, line: int) -> str:
    return f"{words.PREFIX[town[5]]}{town[2]}{town[3]}{line}"


def _mobile(town: tuple, line: int) -> str:
    return f"{words.PREFIX[town[5]]}{words.MOBILE[town[5]]}{line}"


def _place(street: str, code: str, town: tuple) -> dict[str, str]:
    return {"street": street, "postal_code": code, "city": town[0], "region": town[4], "country": town[5]}
