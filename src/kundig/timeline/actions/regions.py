"""Setting where the house and its people work."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.timeline.models import HolidayRegion
from kundig.timeline.rules.holidays import is_region


def set_region(region: str, *, user: User | None, by: User) -> None:
    """Say whose public holidays count for `user`, or for the house where that is None; "" leaves it to the house, or
    to the country.

    Raises:
        ValidationError: with a dict of fields, for a region that there is not.
        PermissionDenied: if `by` sets it for somebody else, or for the house without administering it.
    """
    if user is None and not by.is_administrator:
        raise PermissionDenied(_("Only administrators set this for the house."))
    if user is not None and user.pk != by.pk:
        raise PermissionDenied(_("Everybody sets this for themselves."))
    if region and not is_region(region):
        raise ValidationError({"region": _("There is no state or canton “%(region)s”.") % {"region": region[:20]}})
    if not region:
        HolidayRegion.objects.filter(user=user).delete()
        return
    HolidayRegion.objects.update_or_create(user=user, defaults={"region": region})
