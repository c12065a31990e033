"""What the pages of orders and invoices share: who asks, records they may see, refusals in words."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.models import User
from kundig.platform.htmx import with_toast
from kundig.records import registry

Kind = TypeVar("Kind", bound=models.Model)


class UserView(LoginRequiredMixin, View):
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        return super().dispatch(request, *args, **kwargs)

    def visible(self, model: type[Kind], record_id: UUID) -> Kind:
        """A record that the user may see.

        Raises:
            Http404: if there is none.
        """
        description: Any = registry.for_model(model)
        found = description.visible_to(self.user).filter(pk=record_id).first()
        if found is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        assert isinstance(found, model)
        return found

    def refused(self, error: ValidationError, *, back: str) -> HttpResponse:
        """Why something could not be done: as a toast over the page, or on the page that one came from."""
        words = " ".join(error.messages)
        if getattr(self.request, "htmx", None):
            return with_toast(HttpResponse(status=422), words)
        messages.error(self.request, words)
        return redirect(back)
