"""Which columns of a file somebody may fill, and why not the others."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.contacts import Address
from kundig.records.kinds.places import Position
from kundig.records.kinds.references import File


def why_kept(description: Description, field: Field, user: User) -> str:
    """Why `user` cannot change this field in a file; empty if they can."""
    if "." in field.name:
        return _("“%(field)s” belongs to another record. Change it there.") % {"field": field.label}
    if not field.editable or isinstance(field.kind, File | Address | Position):
        return _("“%(field)s” cannot be changed by hand.") % {"field": field.label}
    if not description.may_write(user, field):
        return _("Your role lets you read “%(field)s”, but not change it.") % {"field": field.label}
    return ""
