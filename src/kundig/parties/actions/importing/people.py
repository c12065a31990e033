"""Who works here, found by whatever a file calls them: for the columns "looked after by" and "team"."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.accounts.models import Team, User
from kundig.platform.folding import fold


class Staff:
    """The active users and the teams, read once; they are few."""

    def __init__(self) -> None:
        self._owners: dict[str, set[UUID]] = defaultdict(set)
        self.names: dict[UUID, str] = {}
        for key, name, mail in User.objects.active().values_list("pk", "name", "email"):
            self.names[key] = name
            words = fold(name).split()
            calls = {mail.lower(), mail.partition("@")[0].lower(), fold(name), " ".join(reversed(words))}
            if words:
                calls |= {words[-1], f"{words[0][:1]} {words[-1]}"}
            for call in calls:
                self._owners[call].add(key)
        self._teams = {fold(name): key for key, name in Team.objects.values_list("pk", "name")}

    def owner(self, text: str) -> UUID:
        """Raises ValidationError if nobody, or more than one, is called so."""
        bare = text.strip()
        found = self._owners.get(bare.lower()) or self._owners.get(fold(bare)) or set()
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise ValidationError(
                _("Several people are called “%(name)s”. Write the mail address.") % {"name": bare[:60]}
            )
        raise ValidationError(_("Nobody here is called “%(name)s”.") % {"name": bare[:60]})

    def team(self, text: str) -> UUID:
        """Raises ValidationError if there is no such team."""
        try:
            return self._teams[fold(text)]
        except KeyError as error:
            raise ValidationError(_("There is no team “%(name)s”.") % {"name": text.strip()[:60]}) from error
