"""Likely duplicates: parties that share a mail address or a phone number, or have a similar name at the same place.

A form asks for one party, the preview of an import for hundreds, with the same four statements. Each is answered by an
index that holds just what is looked for, however many have a common name or live in one town: contact points by their
normalised value, equal names by their sort key within one town or without any, similar names among all of one postal
code or, where no postal code is known, among those of one town with the same first letters.
The names are compared here: rapidfuzz needs a hundredth of what PostgreSQL's `similarity` does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.enums import ContactKind, PartyKind
from kundig.parties.models import ContactPoint, Party
from kundig.parties.queries.relations import visible_parties
from kundig.parties.rules.companies import without_legal_form
from kundig.parties.rules.contacts import comparable
from kundig.platform.sorting import sort_key
from kundig.records import registry

FEWEST_LETTERS = 3
"""Of a name or a contact point; shorter ones are like too many."""
FIRST_LETTERS = 5
MOST_EACH = 5000
"""Parties of one place that are looked at; more stand at one postal code only by mistake."""
MOST_NAMESAKES = 100
LIKE_ENOUGH = 84.0
"""Of 100: "meier anna" and "meyer anna" have 90, "muller anna" and "muller eva" 76."""
SHARED_BY_MANY = 25
"""So many parties with one number are a switchboard, not duplicates; more are not looked at."""


@dataclass(frozen=True)
class Similar:
    """A party that may be the one somebody is about to enter; `reason` says why, in words. `score` is 0 to 1."""

    id: UUID
    object: str
    title: str
    subtitle: str
    url: str
    reason: str
    score: float


@dataclass(frozen=True)
class Features:
    """What a party is recognised by: the sort keys of name and place, the normalised contact points."""

    kind: str
    name: str = ""
    postal_code: str = ""
    city: str = ""
    contacts: tuple[str, ...] = ()


@dataclass
class _Match:
    found: dict[str, tuple[float, tuple[str, ...]]] = field(default_factory=dict)
    """Reason → score, and the fields of which whoever is told must be able to read one."""

    def add(self, score: float, reason: str, *, told_by: tuple[str, ...] = ()) -> None:
        so_far = self.found.get(reason, (0.0, told_by))[0]
        self.found[reason] = (max(so_far, score), told_by)

    def told(self, known: Mapping[str, Any]) -> tuple[float, list[str]]:
        """Score and reasons for somebody who reads the known fields; 0 if they may know none of the reasons."""
        reasons = {
            reason: score
            for reason, (score, told_by) in self.found.items()
            if not told_by or any(name in known for name in told_by)
        }
        return max(reasons.values(), default=0.0), list(reasons)


Matches = dict[UUID, _Match]
_Group = tuple[str, str, str]
"""Parties that are compared with each other: kind, postal code and ""; or kind, town and first letters."""


def similar_parties(
    values: Mapping[str, Any], *, user: User, kind: str = "", exclude: UUID | None = None, limit: int = 5
) -> list[Similar]:
    """Parties `user` may see that could be the one with these values (column → parsed value, `address` may stand for
    its parts), the likeliest first."""
    (matches,) = _matches([features_of(values, kind=kind)])
    matches = {key: match for key, match in matches.items() if key != exclude}
    return _shown(matches, parties=_parties(matches, user=user), user=user)[:limit]


def similar_in_bulk(rows: Sequence[Mapping[str, Any]], *, user: User, kind: str = "") -> list[list[Similar]]:
    """For each row of a file (column → parsed value) the parties that could be the same."""
    each = _matches([features_of(row, kind=kind) for row in rows])
    parties = _parties({key for matches in each for key in matches}, user=user)
    return [_shown(matches, parties=parties, user=user) for matches in each]


def features_of(values: Mapping[str, Any], *, kind: str = "") -> Features:
    """What identifies the party that these values would make."""
    flat = {**values, **(values.get("address") or {})}

    def text(name: str) -> str:
        return str(flat.get(name) or "")

    person = f"{text('family_name')} {text('first_name')}".strip()
    kind = kind or (PartyKind.PERSON if person else PartyKind.ORGANISATION)
    name = sort_key(person if kind == PartyKind.PERSON and person else text("name"))
    country = text("country") or company().country
    contacts = [comparable(ContactKind.MAIL, text("mail"), country="")]
    contacts += [comparable(ContactKind.PHONE, text(column), country=country) for column in ("phone", "mobile")]
    return Features(
        kind=kind,
        name=name if len(name) >= FEWEST_LETTERS else "",
        postal_code=sort_key(text("postal_code")),
        city=sort_key(text("city")),
        contacts=tuple(dict.fromkeys(contact for contact in contacts if len(contact) >= FEWEST_LETTERS)),
    )


# -- inside ----------------------------------------------------------------------------------------------------------

_PARTIES, _POINTS = Party._meta.db_table, ContactPoint._meta.db_table
_BY_CONTACT = f"""
SELECT wanted.place, wanted.value, point.party_id
FROM unnest(%s::int[], %s::text[]) AS wanted (place, value)
CROSS JOIN LATERAL (
    SELECT party_id FROM {_POINTS} WHERE normalised = wanted.value AND normalised <> '' LIMIT {SHARED_BY_MANY}
) AS point
"""  # noqa: S608 - names of our own tables
# A legal form is divided from the name by a blank or a comma, which sort before the hyphen: what goes on otherwise is
# not looked at. The last letter of Unicode ends the range of what begins with some letters.
_CALLED_SO = f"""
    SELECT id, name_key, postal_code_key, city_key FROM {_PARTIES} WHERE kind = wanted.kind
        AND name_key >= wanted.bare COLLATE "C" AND name_key < wanted.beyond COLLATE "C" AND {{place}}
    LIMIT {MOST_NAMESAKES}
"""  # noqa: S608 - the name of our own table
_BY_NAME = f"""
SELECT wanted.place, found.id, found.name_key, found.postal_code_key, found.city_key
FROM unnest(%(place)s::int[], %(kind)s::text[], %(bare)s::text[], %(beyond)s::text[], %(city)s::text[],
    %(is_anywhere)s::boolean[]) AS wanted (place, kind, bare, beyond, city, is_anywhere)
CROSS JOIN LATERAL (
    ({_CALLED_SO.format(place="city_key = wanted.city")})
    UNION ALL ({_CALLED_SO.format(place="city_key IS NULL AND postal_code_key IS NULL AND NOT wanted.is_anywhere")})
    UNION ALL ({_CALLED_SO.format(place="wanted.is_anywhere")})
) AS found
"""  # noqa: S608
# Thousands of rows, of which few are like the wanted one: ids come as text, which costs Python a third.
_BY_POSTAL_CODE = f"""
SELECT wanted.place, found.id::text, found.name_key
FROM unnest(%s::int[], %s::text[], %s::text[]) AS wanted (place, kind, postal_code) CROSS JOIN LATERAL (
    SELECT id, name_key FROM {_PARTIES} WHERE kind = wanted.kind AND postal_code_key = wanted.postal_code
    LIMIT {MOST_EACH}
) AS found
"""  # noqa: S608
_BY_CITY = f"""
SELECT wanted.place, found.id::text, found.name_key
FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS wanted (place, kind, city, letters) CROSS JOIN LATERAL (
    SELECT id, name_key FROM {_PARTIES} WHERE kind = wanted.kind AND city_key = wanted.city
        AND name_key >= wanted.letters COLLATE "C" AND name_key < wanted.letters || U&'\\+10FFFF' COLLATE "C"
    LIMIT {MOST_EACH}
) AS found
"""  # noqa: S608


def _matches(wanted: Sequence[Features]) -> list[Matches]:
    """For each wanted party what is like it, whoever may see it."""
    found: list[Matches] = [{} for _features in wanted]
    _match_contacts(wanted, found)
    _match_names(wanted, found)
    return found


def _match_contacts(wanted: Sequence[Features], found: list[Matches]) -> None:
    pairs = [(place, contact) for place, features in enumerate(wanted) for contact in features.contacts]
    if not pairs:
        return
    asked = [[place for place, _value in pairs], [value for _place, value in pairs]]
    for place, value, party_id in _rows(_BY_CONTACT, asked):
        is_mail = "@" in value
        reason = _("Same mail address") if is_mail else _("Same phone number")
        found[place].setdefault(party_id, _Match()).add(
            0.95 if is_mail else 0.9, reason, told_by=("mail",) if is_mail else ("phone", "mobile")
        )


def _match_names(wanted: Sequence[Features], found: list[Matches]) -> None:
    named = [(place, features) for place, features in enumerate(wanted) if features.name]
    if named:
        _match_namesakes(named, found)
        _match_neighbours(named, found)


def _match_namesakes(named: Sequence[tuple[int, Features]], found: list[Matches]) -> None:
    """Parties of the same name, legal forms aside, where nothing speaks for another place."""
    asked = {place: (features, _bare(features.kind, features.name)) for place, features in named}
    each = asked.values()
    parameters: dict[str, Any] = {
        "place": list(asked),
        "kind": [features.kind for features, _name in each],
        "bare": [name for _features, name in each],
        "beyond": [f"{name}-" if f.kind == PartyKind.ORGANISATION else f"{name}\x01" for f, name in each],
        "city": [features.city for features, _name in each],
        "is_anywhere": [not features.city and not features.postal_code for features, _name in each],
    }
    for place, key, name, postal_code, city in _rows(_BY_NAME, parameters):
        features, wanted = asked[place]
        if _bare(features.kind, name) != wanted:
            continue
        is_near = (postal_code or " ") == features.postal_code or (city or " ") == features.city
        if is_near:
            _add_namesake(found[place], key)
        else:
            found[place].setdefault(key, _Match()).add(0.5, _("Same name, place unknown"))


def _add_namesake(matches: Matches, key: UUID) -> None:
    matches.setdefault(key, _Match()).add(0.85, _("Same name at the same place"), told_by=("address",))


def _match_neighbours(named: Sequence[tuple[int, Features]], found: list[Matches]) -> None:
    """Parties of a similar name at the same postal code, or in the same town."""
    groups: dict[_Group, list[tuple[int, Features]]] = defaultdict(list)
    for place, features in named:
        if features.postal_code:
            groups[features.kind, features.postal_code, ""].append((place, features))
        elif features.city:
            groups[features.kind, features.city, features.name[:FIRST_LETTERS]].append((place, features))
    neighbours = _neighbours(list(groups))
    for group, asking in groups.items():
        names = neighbours.get(group, {})
        for place, features in asking:
            _compare(_bare(features.kind, features.name), names, found[place])


def _neighbours(groups: Sequence[_Group]) -> dict[_Group, dict[str, str]]:
    """Ids and compared names of the parties of each group."""
    by_code = [(place, *group[:2]) for place, group in enumerate(groups) if not group[2]]
    by_city = [(place, *group) for place, group in enumerate(groups) if group[2]]
    rows = _rows(_BY_POSTAL_CODE, _columns(by_code)) if by_code else []
    rows += _rows(_BY_CITY, _columns(by_city)) if by_city else []
    found: dict[_Group, dict[str, str]] = defaultdict(dict)
    for place, key, name in rows:
        if name:
            group = groups[place]
            found[group][key] = _bare(group[0], name)
    return found


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _compare(name: str, names: Mapping[str, str], matches: Matches) -> None:
    """Add those of `names` that are like `name`, or the same."""
    for other, score, key in process.extract(
        name, names, scorer=fuzz.token_sort_ratio, score_cutoff=LIKE_ENOUGH, limit=MOST_NAMESAKES
    ):
        if other == name:
            _add_namesake(matches, UUID(key))
        else:
            matches.setdefault(UUID(key), _Match()).add(
                0.4 + score / 250, _("Similar name at the same place"), told_by=("address",)
            )


def _rows(sql: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _bare(kind: str, name: str) -> str:
    """The sort key by which names are compared."""
    return without_legal_form(name) if kind == PartyKind.ORGANISATION else name


def _parties(ids: Iterable[UUID], *, user: User) -> dict[UUID, tuple[str, str, str]]:
    """Kind, name and town of those of the parties that the user may see."""
    # Names made from numbers are like each other only by that.
    named = visible_parties(user).filter(pk__in=list(ids), is_anonymous=False)
    rows = named.values_list("pk", "kind", "name", "city")
    return {key: (kind, name, city) for key, kind, name, city in rows}


def _shown(matches: Matches, *, parties: Mapping[UUID, tuple[str, str, str]], user: User) -> list[Similar]:
    described = {
        description.where.get("kind"): (description, description.fields_for(user))
        for description in registry.covering(Party)
    }
    similar = []
    for key, match in matches.items():
        if key not in parties:
            continue
        kind, name, city = parties[key]
        description, known = described[kind]
        score, reasons = match.told(known)
        if reasons:
            town = city if "city" in known else ""
            url = description.url(key)
            similar.append(Similar(key, description.name, name, town, url, "; ".join(reasons), score))
    return sorted(similar, key=lambda each: (-each.score, each.title, each.id))
