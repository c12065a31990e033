"""Whom to contact today, as far as rhythms, silence, new leads and unanswered messages say. Later domains add more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import User
from kundig.parties.enums import Lifecycle
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.platform.ids import uuid7_at
from kundig.platform.lookups import array_of_ids
from kundig.records import registry
from kundig.timeline.models import Touchpoint
from kundig.timeline.protocol import DayItem, DaySource, kinds
from kundig.timeline.queries.rhythm_words import ago, rhythm_in_words, silence_in_words
from kundig.timeline.rules.day import overdue
from kundig.timeline.rules.rhythm import Rhythm
from kundig.timeline.rules.silence import SinceWhen

MOST = 60
"""Of one source: nobody speaks with more customers in a day, and the list shows the first."""
LOOKED_AT = 400
"""Customers of whom something came lately, among whom unanswered messages are looked for."""
NEW = dt.timedelta(days=14)
ANSWERED_WITHIN = dt.timedelta(days=30)
_BY_CLASS = Case(*(When(customer_class=letter, then=Value(place)) for place, letter in enumerate("ABCDE")), default=3)
# The last word was theirs, and it was a message: of a call the answer was in the call.
_UNANSWERED = f"""
SELECT last.party_id, last.at, last.summary, last.kind FROM unnest(%(ids)s::uuid[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT party_id, at, summary, kind, direction FROM {Touchpoint._meta.db_table}
    WHERE party_id = asked.id AND at > %(since)s AND direction <> '' ORDER BY at DESC, id DESC LIMIT 1
) AS last
WHERE last.direction = 'in' AND last.kind = ANY(%(kinds)s) ORDER BY last.at LIMIT 50
"""  # noqa: S608 - the name of our own table


def customers_of(owners: Sequence[UUID], user: User) -> QuerySet[Party]:
    """The customers of these people, as far as `user` may see them."""
    return visible_parties(user).filter(owner__in=owners)


def kinds_telling(user: User, *names: str) -> list[str]:
    """The kinds of parties of which `user` may see all of these fields: a sentence tells them as well as a table."""
    return [
        description.where["kind"]
        for description in registry.covering(Party)
        if set(names) <= description.fields_for(user).keys()
    ]


def due_by_rhythm(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Those whose next contact is due."""
    told, told_last = kinds_telling(user, "next_contact_on"), kinds_telling(user, "last_contact_on")
    rows: Any = (
        customers_of(owners, user).filter(next_contact_on__lte=on, kind__in=told)
        .order_by(_BY_CLASS, "next_contact_on")
        .values_list("pk", "kind", "next_contact_on", "next_contact_why", "last_contact_on")[:MOST]
    )  # fmt: skip
    items = []
    for key, kind, due, why, last in rows:
        rhythm = Rhythm.of_code(why)
        turn = (rhythm.after(on) - on).days if rhythm else 30
        items.append(
            DayItem(
                key, _due_in_words(due, last, rhythm, on=on, tells_last=kind in told_last),
                urgency=overdue((on - due).days, turn) if last or kind not in told_last else 1.0,
                channel=rhythm.kind if rhythm else "",
            )
        )  # fmt: skip
    return items


def unusually_quiet(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Those who are quiet for longer than is usual for them. How long that is tells the last contact, too."""
    told = kinds_telling(user, "silent_from", "last_contact_on")
    rows: Any = (
        customers_of(owners, user).filter(silent_from__lte=on, kind__in=told).order_by(_BY_CLASS, "silent_from")
        .values_list("pk", "silent_from", "silent_why")[:MOST]
    )  # fmt: skip
    items = []
    for key, silent_from, code in rows:
        habit = SinceWhen.of_code(code)
        if habit is None:
            continue
        days, late = (on - habit.last_on).days, (on - silent_from).days
        # Who has been gone for a year is no matter of today any more; who has just begun to be quiet can be won back.
        urgency = 1.5 if late <= 2 * habit.usual else 3 * habit.usual / late
        items.append(
            DayItem(
                key, silence_in_words(habit, on=on), urgency=urgency, since=habit.last_on,
                share=min(habit.usual / max(days, 1), 1.0),
            )
        )  # fmt: skip
    return items


def newcomers(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Leads of the last days with whom nobody has spoken yet, whom no rhythm names."""
    since = timezone.now() - NEW
    told, told_source = kinds_telling(user, "lifecycle", "last_contact_on"), kinds_telling(user, "source")
    rows: Any = (
        customers_of(owners, user).filter(
            pk__gte=uuid7_at(since), lifecycle=Lifecycle.LEAD, last_contact_on=None, next_contact_on=None, kind__in=told
        ).order_by("-pk").values_list("pk", "kind", "created_at", "source")[:20]
    )  # fmt: skip
    items = []
    for key, kind, created_at, source in rows:
        days = (on - timezone.localdate(created_at)).days
        text = _("New since today, nobody has been in touch yet.")
        if days > 0:
            text = ngettext(
                "New since yesterday, nobody has been in touch yet.",
                "New for %(days)d days, nobody has been in touch yet.", days,
            ) % {"days": days}  # fmt: skip
        if source and kind in told_source:
            text = _("%(text)s Came by: %(source)s.") % {"text": text, "source": source}
        items.append(DayItem(key, text, urgency=1.5))
    return items


def unanswered(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Messages of customers and their people after which nobody has written, called or met them."""
    since = timezone.now() - ANSWERED_WITHIN
    ids = customers_of(owners, user).filter(last_contact_on__gte=timezone.localdate(since)).order_by("-last_contact_on")
    params: dict[str, Any] = {
        "ids": array_of_ids(ids.values_list("pk", flat=True)[:LOOKED_AT]), "since": since,
        "kinds": [kind.name for kind in kinds() if kind.is_message or kind.name == "chat"],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_UNANSWERED, params)
        return [
            DayItem(key, summary, urgency=1.0, channel=kind, since=timezone.localdate(at))
            for key, at, summary, kind in cursor.fetchall()
        ]


def _due_in_words(due: dt.date, last: dt.date | None, rhythm: Rhythm | None, *, on: dt.date, tells_last: bool) -> str:
    """ "Anruf seit 12 Tagen fällig, zuletzt vor 42 Tagen. A-Kunden alle 30 Tage." """
    late = (on - due).days
    words = rhythm_in_words(rhythm) if rhythm else _("Contact")
    if last is None and tells_last:
        return _("%(rhythm)s: nobody has spoken with them yet.") % {"rhythm": words}
    when = (
        _("due today") if late <= 0 else ngettext("due since yesterday", "due for %(days)s days", late) % {"days": late}
    )
    if rhythm and late > (rhythm.after(on) - on).days:
        when = _("long due")
    if last is None or not tells_last:
        return _("%(rhythm)s: %(when)s.") % {"rhythm": words, "when": when}
    told = {"rhythm": words, "when": when, "ago": ago((on - last).days)}
    return _("%(rhythm)s: %(when)s, last contact %(ago)s.") % told


SOURCES = (
    DaySource("rhythm", due_by_rhythm),
    DaySource("silence", unusually_quiet),
    DaySource("newcomers", newcomers),
    DaySource("unanswered", unanswered, section="answers"),
)
