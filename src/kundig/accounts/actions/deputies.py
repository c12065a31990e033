"""Standing in for somebody, and roles for a time: both begin and end by themselves, by the day."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import keeping_an_administrator, require_administrator
from kundig.accounts.actions.roles import find_role
from kundig.accounts.events import DeputyNamed, DeputyshipEnded, RoleChanged
from kundig.accounts.models import Deputyship, RoleHolding, User
from kundig.platform import outbox

LONGEST_DAYS = 366


@transaction.atomic
def name_deputy(
    user: User, *, deputy: User | None, starts_on: dt.date | None, ends_on: dt.date | None, by: User | None
) -> Deputyship:
    """Let `deputy` do what `user` may from one day to another; `by` is the person away, or an administrator.

    Raises:
        ValidationError: by field, for days in the wrong order or passed, too long a time, or a deputy who is none.
    """
    _require_own(user, by)
    problems: dict[str, str] = {}
    if deputy is None or not deputy.is_active:
        problems["deputy"] = _("Please choose somebody who works here.")
    elif deputy.pk == user.pk:
        problems["deputy"] = _("Nobody stands in for themselves.")
    problems |= _check_days(starts_on, ends_on)
    if problems:
        raise ValidationError({name: [text] for name, text in problems.items()})
    assert deputy is not None and starts_on is not None and ends_on is not None
    same = user.deputyships.filter(deputy=deputy, starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if same is not None:
        raise ValidationError({"deputy": [_("%(name)s stands in on some of these days already.") % {"name": deputy}]})
    made = Deputyship.objects.create(user=user, deputy=deputy, starts_on=starts_on, ends_on=ends_on, named_by=by)
    outbox.publish(DeputyNamed(str(made.pk), str(user.pk), str(deputy.pk), _id(by)))
    return made


@transaction.atomic
def end_deputyship(found: Deputyship, *, by: User | None) -> None:
    """From now on the deputy has their own rights only."""
    _require_own(found.user, by)
    outbox.publish(DeputyshipEnded(str(found.pk), str(found.user_id), str(found.deputy_id), _id(by)))
    found.delete()


def give_role(
    user: User, *, role: str, valid_from: dt.date | None, valid_until: dt.date | None, by: User | None
) -> RoleHolding:
    """Give a further role (by key) for a time; one that they have for a time already gets the new days.

    Raises:
        ValidationError: by field, for days in the wrong order or passed, or a role that they have for good.
    """
    require_administrator(by)
    with keeping_an_administrator():
        found = find_role(role)
        problems = _check_days(valid_from or timezone.localdate(), valid_until)
        if RoleHolding.objects.filter(user=user, role=found, valid_from=None, valid_until=None).exists():
            problems["role"] = _("%(name)s has this role for good.") % {"name": user}
        if problems:
            raise ValidationError({name: [text] for name, text in problems.items()})
        holding, _created = RoleHolding.objects.update_or_create(
            user=user, role=found, defaults={"valid_from": valid_from, "valid_until": valid_until}
        )
        outbox.publish(RoleChanged(str(found.pk), str(user.pk), _id(by)))
    return holding


def take_role(holding: RoleHolding, *, by: User | None) -> None:
    """Take a role for a time back before its last day."""
    require_administrator(by)
    with keeping_an_administrator():
        outbox.publish(RoleChanged(str(holding.role_id), str(holding.user_id), _id(by)))
        holding.delete()


def _require_own(user: User, by: User | None) -> None:
    if by is not None and by.pk != user.pk and not by.access.is_administrator:
        raise PermissionDenied(_("Only they themselves and administrators may settle who stands in for somebody."))


def _check_days(starts_on: dt.date | None, ends_on: dt.date | None) -> dict[str, str]:
    if starts_on is None:
        return {"starts_on": _("Please enter the first day.")}
    if ends_on is None:
        return {"ends_on": _("Please enter the last day.")}
    if ends_on < starts_on:
        return {"ends_on": _("The last day is before the first.")}
    if ends_on < timezone.localdate():
        return {"ends_on": _("This day has passed.")}
    if (ends_on - starts_on).days > LONGEST_DAYS:
        return {"ends_on": _("At most one year; name them again then.")}
    return {}


def _id(by: User | None) -> str:
    return str(by.pk) if by is not None and by.pk else ""
