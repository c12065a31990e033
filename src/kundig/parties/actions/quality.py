"""What counts for how well we know our customers, and doubts about single values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.events import ValueDoubted
from kundig.parties.models import Party, QualityRule
from kundig.parties.rules.quality import EVERYTHING, LONGEST, countable
from kundig.platform import outbox

PORTION = 5000
# Writing the same makes the database reckon anew; the ledger sees no change, and `changed_at` stays.
_RECKON = """
WITH portion_ AS (SELECT id FROM parties_party WHERE id > %s ORDER BY id LIMIT %s),
done_ AS (UPDATE parties_party p_ SET origins = p_.origins FROM portion_ WHERE p_.id = portion_.id RETURNING p_.id)
SELECT count(*), max(id::text) FROM done_
"""


def set_quality_rule(kind: str, fields: Sequence[str], months: Mapping[str, int], *, by: User) -> QualityRule:
    """Decide what counts for parties of a kind, the most wanted first, and for how many months each holds.

    Raises:
        PermissionDenied: if `by` does not administer.
        ValidationError: if something cannot count, or no such time is possible.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators decide what counts."))
    known = {each.value for each in countable(kind)}
    if unknown := [name for name in fields if name not in known]:
        raise ValidationError({"fields": _("“%(field)s” cannot count here.") % {"field": unknown[0][:40]}})
    if any(not 1 <= months[name] <= LONGEST for name in fields):
        raise ValidationError({"months": _("Give a number of months from 1 to %(most)d.") % {"most": LONGEST}})
    wanted = list(dict.fromkeys(fields))
    values = {"fields": wanted, "months": [months[name] for name in wanted]}
    rule, _is_new = QualityRule.objects.update_or_create(kind=kind, defaults=values)
    return rule


def reckon_quality(*, watch: Callable[[int, int | None], None] | None = None) -> int:
    """Reckon for all parties anew, after what counts has become something else; answers how many there are."""
    done, last = 0, UUID(int=0)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_RECKON, [last, PORTION])
            count, key = cursor.fetchone()
        if not count:
            return done
        done, last = done + count, UUID(key)
        if watch:
            watch(done, None)


def doubt_value(party_id: UUID, field: str, *, why: str) -> None:
    """Something speaks against a value (a mail came back, a signature says otherwise): it counts as old from today.

    Whoever confirms or changes the value has settled it. Of a party that is gone, nothing happens.
    """
    with transaction.atomic():
        party: Any = Party.objects.select_for_update().filter(pk=party_id).first()
        if party is None:
            return
        entry = party.origins.get(field) or party.origins.get(EVERYTHING) or {}
        doubt = {"doubted_on": timezone.localdate().isoformat(), "doubted_by": why[:80]}
        party.origins = {**party.origins, field: {**entry, **doubt}}
        party.save(update_fields=("origins",))


def tell_doubt(party_id: UUID, field: str, *, why: str) -> None:
    """For those who hear of it: note that something speaks against a value."""
    outbox.publish(ValueDoubted(party_id=party_id, field=field, why=why))
