"""What still needs a record that is to go, in words."""

from __future__ import annotations

from collections import Counter

from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.description import Description


def still_needed(error: ProtectedError, *, by: User) -> str:
    """Why a record cannot be deleted: how many of which kinds need it. Kinds that `by` may not read are not named."""
    counts: Counter[Description | None] = Counter()
    for each in error.protected_objects:
        description = registry.for_model(type(each))
        counts[description if description is not None and description.may(by, Action.READ) else None] += 1
    named = [
        f"{count} {described.label if count == 1 else described.label_plural}"
        for described, count in counts.items()
        if described is not None
    ]
    if others := counts[None]:
        named.append(ngettext("%(count)d other", "%(count)d others", others) % {"count": others})
    return _("This cannot be deleted as long as something needs it: %(what)s.") % {"what": ", ".join(named)}
