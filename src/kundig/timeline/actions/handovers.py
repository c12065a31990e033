"""Customers who pass from one colleague to another: begun by a change of the person in charge or by an absence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import Deputyship, User
from kundig.notices.actions import tell
from kundig.parties.models import Party
from kundig.platform import live, outbox
from kundig.timeline.enums import HandoverReason
from kundig.timeline.events import HandoverReceived
from kundig.timeline.models import Handover

LONGEST_SENTENCE = 500
GIVEN, RECEIVED, ABSENCE = "handover_given", "handover_received", "handover_absence"


def hand_over(givers: Mapping[UUID, UUID], *, batch: UUID, by: UUID | None, on: dt.date | None = None) -> int:
    """Begin handovers for customers who have got another person in charge; answers how many.

    `givers` are the customers, each with who was in charge before. Who is in charge now takes them. Doing it twice is
    the same. A giver who did not do it themselves is told once for all of a batch.
    """
    day = on or timezone.localdate()
    takers = Party.objects.filter(pk__in=list(givers), owner__is_active=True).values_list("pk", "owner_id")
    rows = [
        Handover(party_id=party, giver_id=givers[party], taker_id=taker, reason=HandoverReason.OWNER, batch=batch,
                 begins_on=day)
        for party, taker in takers.order_by("pk") if givers[party] != taker
    ]  # fmt: skip
    there = set(Handover.objects.filter(batch=batch).values_list("party_id", flat=True))
    new = [row for row in rows if row.party_id not in there]
    with transaction.atomic():
        Handover.objects.bulk_create(new, ignore_conflicts=True)
        _tell_givers(new, batch=batch, by=by)
        _tell_lists(new)
    return len(new)


def end_superseded(party_ids: Collection[UUID]) -> int:
    """End the handovers of these customers whose taker is not in charge any more, because the change was taken back or
    somebody else has got them meanwhile. Answers how many."""
    over = Handover.objects.filter(party__in=list(party_ids), reason=HandoverReason.OWNER, ended_at=None)
    is_taker = Party.objects.filter(pk=OuterRef("party"), owner=OuterRef("taker"))
    ended = list(over.filter(~Exists(is_taker)))
    Handover.objects.filter(pk__in=[each.pk for each in ended]).update(ended_at=timezone.now())
    _tell_lists(ended)
    return len(ended)


_OF_ABSENCE = f"""
INSERT INTO {Handover._meta.db_table}
    (id, party_id, giver_id, taker_id, reason, batch, begins_on, ends_on, sentence)
SELECT gen_random_uuid(), party.id, %(giver)s, %(taker)s, %(reason)s, %(batch)s, %(begins)s, %(ends)s, ''
FROM {Party._meta.db_table} AS party WHERE party.owner_id = %(giver)s
ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of our own tables


def hand_over_for_absence(deputyship: Deputyship) -> int:
    """Begin handovers for the customers of somebody who will be away; answers how many.

    They are there from the day on which the deputy is named, so that the giver can write what matters; the deputy
    learns of them when the absence begins (`tell_of_absences`).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _OF_ABSENCE,
            {
                "giver": deputyship.user_id, "taker": deputyship.deputy_id, "reason": HandoverReason.ABSENCE,
                "batch": deputyship.pk, "begins": deputyship.starts_on, "ends": deputyship.ends_on,
            },
        )  # fmt: skip
        count = int(cursor.rowcount)
    if count:
        live.announce(f"handovers:{deputyship.user_id}", f"handovers:{deputyship.deputy_id}")
    return count


def end_absence(batch: UUID) -> int:
    """The deputyship was taken back, or is over: so are its handovers. Answers how many."""
    return Handover.objects.filter(batch=batch, reason=HandoverReason.ABSENCE, ended_at=None).update(
        ended_at=timezone.now()
    )


def tell_of_absences(*, on: dt.date) -> int:
    """Tell deputies of absences that have begun, once each; end the handovers of those that are over."""
    running = Handover.objects.filter(reason=HandoverReason.ABSENCE, ended_at=None)
    running.filter(ends_on__lt=on).update(ended_at=timezone.now())
    begun = running.filter(begins_on__lte=on, ends_on__gte=on)
    told = 0
    for batch, giver, taker in begun.order_by("batch").values_list("batch", "giver_id", "taker_id").distinct():
        reader = User.objects.active().filter(pk=taker).first()
        if reader is not None:
            count = begun.filter(batch=batch).count()
            told += tell(
                reader, kind=ABSENCE, matter=f"handover:{batch}", by=giver, key=str(batch),
                data={"batch": str(batch), "customers": count}, url=f"/handovers/{batch}/",
            )  # fmt: skip
    return told


def write_sentence(handovers: Iterable[Handover], sentence: str, *, by: User) -> None:
    """Say in a sentence what the successor should know, of one customer or of many.

    Raises:
        ValidationError: if it is too long.
        PermissionDenied: if somebody else hands them over.
    """
    text = " ".join(sentence.replace("\x00", "").split())
    if len(text) > LONGEST_SENTENCE:
        raise ValidationError(
            {"sentence": _("A sentence has at most %(most)d characters here, these are %(count)d.")
             % {"most": LONGEST_SENTENCE, "count": len(text)}}
        )  # fmt: skip
    chosen = list(handovers)
    if any(each.giver_id != by.pk for each in chosen) and not by.is_administrator:
        raise PermissionDenied(_("Only who hands a customer over writes what the successor should know."))
    Handover.objects.filter(pk__in=[each.pk for each in chosen]).update(sentence=text)
    for each in chosen:
        each.sentence = text
    _tell_lists(chosen)


def confirm_receipt(handovers: Iterable[Handover], *, by: User) -> int:
    """Note that the successor has taken customers up; answers how many were not confirmed before. The givers are told
    once for all of a batch.

    Raises:
        PermissionDenied: if they were handed to somebody else.
    """
    chosen = list(handovers)
    if any(each.taker_id != by.pk for each in chosen):
        raise PermissionDenied(_("Only the successor can confirm that they have taken a customer over."))
    with transaction.atomic():
        waiting = Handover.objects.select_for_update().filter(
            pk__in=[each.pk for each in chosen], received_at=None, ended_at=None
        )
        new = list(waiting)
        Handover.objects.filter(pk__in=[each.pk for each in new]).update(received_at=timezone.now(), received_by=by)
        for (giver, batch), received in _by(new).items():
            reader = User.objects.active().filter(pk=giver).first()
            if reader is not None:
                tell(
                    reader, kind=RECEIVED, matter=f"handover:{batch}", by=by.pk,
                    data={"batch": str(batch), "customers": len(received)}, url=f"/handovers/{batch}/",
                )  # fmt: skip
        outbox.publish(*(HandoverReceived(each.pk, each.party_id, by.pk) for each in new))
        _tell_lists(new)
    return len(new)


def take_receipt_back(handovers: Iterable[Handover], *, by: User) -> None:
    """It was confirmed by mistake. Raises PermissionDenied if somebody else confirmed it."""
    chosen = list(handovers)
    if any(each.received_by_id not in (None, by.pk) for each in chosen):
        raise PermissionDenied(_("Only the successor can confirm that they have taken a customer over."))
    Handover.objects.filter(pk__in=[each.pk for each in chosen]).update(received_at=None, received_by=None)
    _tell_lists(chosen)


def _tell_givers(new: list[Handover], *, batch: UUID, by: UUID | None) -> None:
    """Who did not give them away themselves learns of it: they know what the successor must know."""
    for (giver, _batch), given in _by(new).items():
        reader = User.objects.active().filter(pk=giver).first()
        if reader is None or giver == by:
            continue
        tell(
            reader, kind=GIVEN, matter=f"handover:{batch}", by=by, key=str(batch),
            data={"batch": str(batch), "customers": len(given)}, url=f"/handovers/{batch}/",
        )  # fmt: skip


def _by(handovers: Iterable[Handover]) -> dict[tuple[UUID, UUID], list[Handover]]:
    found: dict[tuple[UUID, UUID], list[Handover]] = defaultdict(list)
    for each in handovers:
        found[each.giver_id, each.batch].append(each)
    return found


def _tell_lists(handovers: Iterable[Handover]) -> None:
    people = {key for each in handovers for key in (each.giver_id, each.taker_id)}
    parties = {each.party_id for each in handovers}
    live.announce(*(f"handovers:{key}" for key in [*people, *parties]))
