"""What every view of described objects begins with: the description, the right, the formats of the reader."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import Formats, current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.rights import condition_of
from kundig.records.statements import locked, record_of


class ObjectView(LoginRequiredMixin, View):
    """A view of one kind of object, named in the address. Subclasses say which action they need."""

    action: Action = Action.READ
    description: Description
    formats: Formats
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        description = registry.get(kwargs.pop("name"))
        if description is None:
            raise Http404(_("There is no page at this address."))
        self.description, self.user, self.formats = description, request.user, current_formats()
        if not description.may(self.user, self.action):
            words = _("Your role does not let you see %(what)s. An administrator can change that.")
            if description.may(self.user, Action.READ):
                words = _("Your role lets you see %(what)s, but not do this. An administrator can change that.")
            raise PermissionDenied(words % {"what": description.label_plural})
        return super().dispatch(request, *args, **kwargs)

    def record(self, record_id: UUID, *, action: Action = Action.READ, lock: bool = False) -> models.Model:
        """The record, if the user may do `action` with it; with `lock` nobody else writes it in this transaction.

        Raises:
            Http404: also where the record exists but is not for this user, so that its existence stays unknown.
            PermissionDenied: if the user may see it, but not do this.
        """
        record = self._found(record_id, lock=lock)
        if record is None:
            raise Http404(self.missing())
        if action != Action.READ and not self.description.may(self.user, action, record):
            raise PermissionDenied(
                _("You may look at this, but not change it. The person responsible or an administrator can.")
            )
        return record

    def _found(self, record_id: UUID, *, lock: bool) -> models.Model | None:
        if not condition_of(self.description, self.user, Action.READ):
            return locked(self.description, record_id) if lock else record_of(self.description, record_id)
        rows = self.description.visible_to(self.user).filter(pk=record_id)
        return (rows.select_for_update(of=("self",)) if lock else rows).first()

    def missing(self) -> str:
        return _("There is no such record, or it is not visible to you.")
