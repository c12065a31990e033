"""The summary columns of parties: what their main address, contact points and role say today.

The main one is, among those in use and valid today, the one marked as main, or else the oldest.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from kundig.parties.enums import ContactKind, PartyKind
from kundig.parties.models import Address, ContactPoint, Party, Role

PORTION = 10_000
_IN_USE = (
    "NOT do_not_use AND (valid_from IS NULL OR valid_from <= %(today)s) AND (valid_to IS NULL OR valid_to >= %(today)s)"
)
_NOW = "(valid_from IS NULL OR valid_from <= %(today)s) AND (valid_to IS NULL OR valid_to >= %(today)s)"
_SUMMARY = (
    "street", "postal_code", "city", "region", "country", "phone", "mobile", "mail", "website", "organisation_id",
    "function",
)  # fmt: skip

# One statement for any number of parties; each part is found by the index on its party.
_REFRESH = f"""
UPDATE {Party._meta.db_table} p SET ({", ".join(_SUMMARY)}) = ({", ".join(f"new.{name}" for name in _SUMMARY)}),
    changed_at = now()
FROM (
    SELECT wanted.id, coalesce(a.street, '') street, coalesce(a.postal_code, '') postal_code, coalesce(a.city, '') city,
        coalesce(a.region, '') region, coalesce(a.country, '') country, coalesce(c.phone, '') phone,
        coalesce(c.mobile, '') mobile, coalesce(c.mail, '') mail, coalesce(c.website, '') website,
        r.organisation_id, coalesce(r.function, '') function
    FROM unnest(%(ids)s::uuid[]) AS wanted (id)
    LEFT JOIN LATERAL (
        SELECT street, postal_code, city, region, country FROM {Address._meta.db_table}
        WHERE party_id = wanted.id AND {_IN_USE} ORDER BY is_main DESC, created_at, id LIMIT 1
    ) a ON true
    LEFT JOIN LATERAL (
        SELECT max(shown) FILTER (WHERE kind = %(phone)s) phone, max(shown) FILTER (WHERE kind = %(mobile)s) mobile,
            max(shown) FILTER (WHERE kind = %(mail)s) mail, max(shown) FILTER (WHERE kind = %(web)s) website
        FROM (
            SELECT DISTINCT ON (kind) kind,
                CASE WHEN kind IN (%(phone)s, %(mobile)s) AND normalised <> '' THEN normalised ELSE value END shown
            FROM {ContactPoint._meta.db_table}
            WHERE party_id = wanted.id AND {_IN_USE} ORDER BY kind, is_main DESC, created_at, id
        ) main
    ) c ON true
    LEFT JOIN LATERAL (
        SELECT role.party_id organisation_id, role.function FROM {Role._meta.db_table} role
        JOIN {Party._meta.db_table} house ON house.id = role.party_id AND house.kind = %(organisation)s
        WHERE role.person_id = wanted.id AND {_NOW} ORDER BY role.is_main DESC, role.created_at, role.id LIMIT 1
    ) r ON true
) new
WHERE p.id = new.id
    AND ({", ".join(f"p.{name}" for name in _SUMMARY)}) IS DISTINCT FROM ({", ".join(f"new.{n}" for n in _SUMMARY)})
"""  # noqa: S608 - names of our own tables and columns


def refresh_summaries(ids: Iterable[UUID], *, today: dt.date | None = None) -> int:
    """Bring the summaries of these parties in step with their parts; answers how many parties that changed.

    Set-based: an import calls it once for a whole portion.
    """
    wanted, changed = list(dict.fromkeys(ids)), 0
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), PORTION):
            cursor.execute(_REFRESH, _parameters(wanted[start : start + PORTION], today))
            changed += cursor.rowcount
    return changed


def _parameters(ids: Sequence[UUID], today: dt.date | None) -> dict[str, Any]:
    return {
        "ids": list(ids),
        "today": today or timezone.localdate(),
        "organisation": PartyKind.ORGANISATION.value,
        "phone": ContactKind.PHONE.value,
        "mobile": ContactKind.MOBILE.value,
        "mail": ContactKind.MAIL.value,
        "web": ContactKind.WEB.value,
    }
