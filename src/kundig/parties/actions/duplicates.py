"""The search for duplicates over the whole base, and what people decide about the pairs it finds.

What is compared goes as two plain files to a program of its own (`rules.matching.program`), whose answer comes back as
a file: the libraries that learn and compare are heavy, and their memory ends with that program.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties import queries
from kundig.parties.enums import PartyKind
from kundig.parties.models import Address, ContactPoint, Decision, DuplicatePair, Party
from kundig.parties.rules.addresses import street_key
from kundig.parties.rules.companies import without_legal_form
from kundig.platform.folding import fold
from kundig.platform.ids import uuid7
from kundig.platform.sorting import sort_key
from kundig.records import merging

MEMORY = 3_500_000_000
"""Bytes the program may use; what does not fit goes to the disk."""
SECONDS = 3600
PORTION = 2000
_SOURCE = Path(__file__).resolve().parents[3]
_COLUMNS = (
    "id", "kind", "name", "first_name", "family_name", "street", "postal_code", "city", "region", "country", "birthday",
    "salutation", "vat_id",
)  # fmt: skip
Watch = Callable[[int, int], None]


def find_duplicates(*, watch: Watch | None = None, folder: Path | None = None) -> dict[str, Any]:
    """Look for duplicates among all parties and write down the likely ones; what was decided stays decided.

    Answers what the program tells: by kind how many were looked at and found, the processor time, the peak of memory.

    Raises:
        RuntimeError: if the program failed; its last words are the reason.
    """
    tell: Watch = watch or (lambda done, total: None)
    with tempfile.TemporaryDirectory(dir=folder, prefix="duplicates-") as place:
        room = Path(place)
        with transaction.atomic():
            _write_parties(room / "parties.tsv")
            _write_points(room / "points.tsv")
        tell(1, 3)
        answer = _run(room)
        tell(2, 3)
        answer["kept"] = _keep(room / "pairs.tsv")
        tell(3, 3)
    return answer


def decide(pair: DuplicatePair, decision: Decision, *, by: User) -> DuplicatePair:
    """Remember what somebody says about a pair: two different ones never come again, "later" comes last.

    Raises:
        PermissionDenied: if `by` may not change both.
    """
    if not queries.pairs_for(by).filter(pk=pair.pk).exists():
        raise PermissionDenied(_("You may decide only about customers that you may change."))
    pair.decision, pair.decided_by, pair.decided_at = decision, by, timezone.now()
    if decision == Decision.OPEN:
        pair.decided_by = pair.decided_at = None
    pair.save(update_fields=("decision", "decided_by", "decided_at"))
    return pair


def pair_of(one: Party, other: Party) -> DuplicatePair:
    """The pair of two parties, made where the search has not found it: somebody looks at the two side by side."""
    first, second = sorted((one.pk, other.pk), key=str)
    found, _made = DuplicatePair.objects.get_or_create(
        first_id=first, second_id=second, defaults={"kind": one.kind, "probability": 0.0}
    )
    return found


# -- inside ----------------------------------------------------------------------------------------------------------


def _write_parties(target: Path) -> None:
    """One line for each party that has a name of its own, folded as search folds."""
    extras = Address.objects.filter(is_main=True).exclude(extra="").values_list("party_id", "extra")
    extra_of = dict(extras.iterator(PORTION))
    parties = Party.objects.filter(is_anonymous=False).order_by().values_list(*_COLUMNS)
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for row in parties.iterator(PORTION):
            file.write("\t".join(_line(row, extra_of.get(row[0], ""))))
            file.write("\n")


def _line(row: tuple[Any, ...], extra: str) -> tuple[str, ...]:
    (
        key, kind, name, first, family, street, postal_code, city, region, country, birthday, salutation, vat_id
    ) = row  # fmt: skip
    if kind == PartyKind.PERSON:
        first, family = _folded(first), _folded(family)
        name = f"{first} {family}".strip() or _folded(name)
    else:
        first, family, name = "", "", _company(name)
    road, number = _street(street)
    return (
        str(key), kind, name, first, family, road, number, _folded(extra), _folded(postal_code).replace(" ", ""),
        _folded(city), _folded(region), country, birthday.strftime("%Y%m%d") if birthday else "\\N", salutation,
        _folded(vat_id).replace(" ", ""),
    )  # fmt: skip


def _folded(text: str) -> str:
    return fold(text) if text else ""


def _company(name: str) -> str:
    bare = fold(without_legal_form(sort_key(name)))
    return " ".join(word for word in bare.split() if word != "und") or fold(name)


def _street(street: str) -> tuple[str, str]:
    """The street without its number, and the number's digits."""
    words = street_key(street).split()
    numbers = [word for word in words if word[0].isdigit()]
    number = "".join(sign for sign in numbers[0] if sign.isdigit()) if numbers else ""
    return " ".join(word for word in words if not word[0].isdigit()), number


def _write_points(target: Path) -> None:
    points = ContactPoint.objects.exclude(normalised="").order_by().values_list("party_id", "kind", "normalised")
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for party, kind, value in points.iterator(PORTION):
            file.write(f"{party}\t{kind}\t{' '.join(value.split())}\n")


def _run(room: Path) -> dict[str, Any]:
    program = [sys.executable, "-m", "kundig.parties.rules.matching.program", str(room), str(MEMORY)]
    done = subprocess.run(program, capture_output=True, timeout=SECONDS, check=False, cwd=_SOURCE, text=True)
    if done.returncode:
        raise RuntimeError(f"the search for duplicates ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _keep(found: Path) -> int:
    """Write the pairs down; open ones that are none any more go."""
    different, since = _known_to_differ(), timezone.now()
    with transaction.atomic():
        kept = 0
        with found.open(encoding="utf-8") as file:
            lines = (line.rstrip("\n").split("\t") for line in file)
            for portion in _portions(lines):
                pairs = [_pair(line, since) for line in portion]
                wanted = [pair for pair in pairs if (pair.first_id, pair.second_id) not in different]
                DuplicatePair.objects.bulk_create(
                    wanted, update_conflicts=True, unique_fields=("first_id", "second_id"),
                    update_fields=("kind", "probability", "reasons", "found_at"),
                )  # fmt: skip
                kept += len(wanted)
        DuplicatePair.objects.filter(decision=Decision.OPEN, found_at__lt=since).delete()
        _forget_lost()
    return kept


def _pair(line: list[str], since: Any) -> DuplicatePair:
    kind, first, second, probability, reasons = line
    return DuplicatePair(
        id=uuid7(), kind=kind, first_id=UUID(first), second_id=UUID(second), probability=float(probability),
        reasons=reasons.split(), found_at=since,
    )  # fmt: skip


def _known_to_differ() -> set[tuple[UUID, UUID]]:
    """The pairs of which somebody has said that they are two, also where one of them has become another since."""
    pairs = list(DuplicatePair.objects.filter(decision=Decision.DIFFERENT).values_list("kind", "first_id", "second_id"))
    names = {description.where["kind"]: description.name for description in queries.descriptions()}
    now: dict[UUID, UUID] = {}
    for kind, name in names.items():
        ids = {key for of_kind, *both in pairs if of_kind == kind for key in both}
        now |= merging.survivors_of(name, ids)
    found = set()
    for _kind, one, other in pairs:
        first, second = sorted((now.get(one, one), now.get(other, other)), key=str)
        found.add((first, second))
    return found


def _forget_lost() -> None:
    """Pairs of parties that are gone and have become no other: nobody can decide about them any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {DuplicatePair._meta.db_table} AS pair WHERE EXISTS (SELECT FROM unnest(ARRAY[first_id,"  # noqa: S608
            f" second_id]) AS each (id) WHERE NOT EXISTS (SELECT FROM {Party._meta.db_table} AS party"
            f" WHERE party.id = each.id) AND NOT EXISTS (SELECT FROM {merging.Merged._meta.db_table} AS merged"
            " WHERE merged.record_id = each.id AND merged.undone_at IS NULL))"
        )


def _portions(lines: Iterable[list[str]]) -> Iterator[list[list[str]]]:
    each = iter(lines)
    while portion := list(islice(each, PORTION)):
        yield portion


def may_search(user: User) -> bool:
    """Whether `user` may start the search: it costs the house, and nobody else waits for it."""
    return any(description.may(user, Action.BULK) for description in queries.descriptions())
