"""Who else is meant: further customers of a task or an appointment, and colleagues who come along."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import visible_parties
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.actions.writing import tell
from kundig.timeline.models import Appointment, AppointmentParty, Attendee, Task, TaskParty

MOST = 50


def set_parties(what: Task | Appointment, parties: Iterable[Party | UUID], *, by: User, via: Via = Via.HAND) -> bool:
    """Make just these the further customers beside the main one; False if they are already.

    Raises:
        ValidationError: if there are too many, or one that `by` may not see.
    """
    wanted = {each.pk if isinstance(each, Party) else each for each in parties} - {what.party_id}
    rows = what.parties.all()
    there = set(rows.values_list("party_id", flat=True))
    new = wanted - there
    if len(wanted) > MOST:
        raise ValidationError({"parties": _("At most %(most)d can take part.") % {"most": MOST}})
    allowed = Party.objects.all() if by.pk is None else visible_parties(by)
    if new and allowed.filter(pk__in=new).count() < len(new):
        raise ValidationError({"parties": _("One of these customers is not there, or not visible to you.")})
    if wanted == there:
        return False
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        rows.filter(party_id__in=there - wanted).delete()
        if isinstance(what, Task):
            TaskParty.objects.bulk_create(TaskParty(task=what, party_id=key) for key in sorted(new))
        else:
            AppointmentParty.objects.bulk_create(
                AppointmentParty(appointment=what, party_id=key) for key in sorted(new)
            )
        tell(what, by=by, via=via)
    return True


def set_attendees(what: Appointment, users: Iterable[User | UUID], *, by: User, via: Via = Via.HAND) -> bool:
    """Make just these colleagues come along, beside whose appointment it is; False if they do already.

    Raises:
        ValidationError: if there are too many, or one who does not work here.
    """
    wanted = {each.pk if isinstance(each, User) else each for each in users} - {what.owner_id}
    rows = what.attendees.all()
    there = set(rows.values_list("user_id", flat=True))
    new = wanted - there
    if len(wanted) > MOST:
        raise ValidationError({"attendees": _("At most %(most)d can take part.") % {"most": MOST}})
    if new and User.objects.active().filter(pk__in=new).count() < len(new):
        raise ValidationError({"attendees": _("One of these colleagues does not work here any more.")})
    if wanted == there:
        return False
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        rows.filter(user_id__in=there - wanted).delete()
        Attendee.objects.bulk_create(Attendee(appointment=what, user_id=key) for key in sorted(new))
        tell(what, by=by, via=via)
    return True
