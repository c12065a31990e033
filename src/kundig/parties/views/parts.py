"""Adding, changing and removing the parts of a party in the panels of its page.

Every answer is the whole panel, with the form still open in it (and 422) where something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties import actions, queries
from kundig.parties.enums import PartyKind
from kundig.parties.forms import PartForm
from kundig.parties.models import Party
from kundig.parties.objects import forms
from kundig.parties.panels import panel_of
from kundig.platform.formats import current_formats
from kundig.platform.htmx import changed, with_toast
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.description import Description
from kundig.records.ledger import change_set
from kundig.records.rows import RowPlan


@dataclass(frozen=True)
class Part:
    """One kind of part: its panel on the page, and the form in which it is edited."""

    panel: str
    editing: type[Description]
    title: Any


PARTS: Mapping[str, Part] = {
    "contact-points": Part("contact-points", forms.ContactPointForm, gettext_lazy("Contact point")),
    "addresses": Part("addresses", forms.AddressForm, gettext_lazy("Address")),
    "roles": Part("people", forms.RoleForm, gettext_lazy("Role")),
    "persons": Part("people", forms.ContactPersonForm, gettext_lazy("New person")),
}
CHANGES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "confirm": lambda: {"confirmed_on": timezone.localdate()},
    "main": lambda: {"is_main": True},
    "avoid": lambda: {"do_not_use": True, "is_main": False},
    "use": lambda: {"do_not_use": False},
}
"""Deeds that set fields of a contact point or an address."""


class PartyView(LoginRequiredMixin, View):
    """What all views begin with: the party, if the user may change it, and its description."""

    party: Any
    of: Description
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        found = queries.visible_parties(self.user).filter(pk=kwargs.pop("party_id")).first()
        if found is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        self.of = next(d for d in registry.covering(Party) if d.where.get("kind") == found.kind)
        self.party = self.of.model._default_manager.get(pk=found.pk)
        if not self.of.may(self.user, Action.CHANGE, self.party):
            raise PermissionDenied(_("You may look at this customer, but not change it."))
        return super().dispatch(request, *args, **kwargs)

    def panel_html(self, key: str, **options: Any) -> str:
        render: Any = panel_of(key).render
        return render(self.request, self.of, self.party, **options)


class ConfirmView(PartyView):
    """POST notes that somebody went through all values with the customer today."""

    def post(self, request: HttpRequest) -> HttpResponse:
        actions.confirm_party(self.party, by=self.user)
        panel = "quality" if request.GET.get("panel") == "quality" else "origins"
        return with_toast(HttpResponse(self.panel_html(panel)), _("Saved."))


class PartView(PartyView):
    """What the views of parts begin with: the kind of part in question."""

    part: Part

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.slug = kwargs.pop("part")
        if self.slug not in PARTS:
            raise Http404(_("There is no page at this address."))
        self.part = PARTS[self.slug]
        return super().dispatch(request, *args, **kwargs)

    @property
    def panel(self) -> str:
        return "places" if self.slug == "roles" and self.party.kind == PartyKind.PERSON else self.part.panel

    def answer(self, *, form: str = "", toast: str = "", undo: str = "", status: int = 200) -> HttpResponse:
        """The panel as it is now; with a message and word to the rest of the page if something has happened."""
        response = HttpResponse(self.panel_html(self.panel, editor=form), status=status)
        if toast:
            changed(response, f"{self.of.name}:{self.party.pk}")
            with_toast(response, toast, undo=undo)
        return response

    def form_html(self, form: PartForm, *, action: str, title: str) -> str:
        context = {
            "form": form,
            "action": action,
            "title": title,
            "key": self.panel,
            "panel": f"{self.of.url(self.party.pk)}panels/{self.panel}/",
            "similar": self.slug == "persons",
        }
        return render_to_string("parties/_part_form.html", context, request=self.request)

    def form(self, description: Description, row: dict[str, Any]) -> PartForm:
        data = self.request.POST if self.request.method == "POST" else None
        return PartForm(description, self.user, current_formats(), row, data, prefix=f"p-{self.panel}")

    def existing(self, description: Description, part_id: UUID) -> Any:
        """The part, if it belongs to this party."""
        owner = "person" if self.panel == "places" else "party"
        found = description.visible_to(self.user).filter(**{"pk": part_id, owner: self.party.pk}).first()
        if found is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        return found


class AddPartView(PartView):
    def get(self, request: HttpRequest) -> HttpResponse:
        description = self.adding()
        return self.answer(form=self.shown(self.form(description, self.beginning(description))))

    def post(self, request: HttpRequest) -> HttpResponse:
        description = self.adding()
        form = self.form(description, self.beginning(description))
        values = form.read()
        if not form.errors:
            try:
                with transaction.atomic():
                    self.add(description, values)
                return self.answer(toast=_("Added."))
            except ValidationError as error:
                form.refuse(error)
        return self.answer(form=self.shown(form), status=422)

    def shown(self, form: PartForm) -> str:
        return self.form_html(form, action=self.request.path, title=str(self.title()))

    def title(self) -> Any:
        return _("Somebody we know") if self.slug == "roles" and self.panel == "people" else self.part.title

    def adding(self) -> Description:
        if self.slug == "roles":
            return forms.RoleSomewhere() if self.panel == "places" else forms.RoleOfSomebody()
        if self.slug == "persons" and self.party.kind == PartyKind.HOUSEHOLD:
            return forms.MemberForm()
        return self.part.editing()

    def beginning(self, description: Description) -> dict[str, Any]:
        blank = description.model(**description.where)
        return {
            source: getattr(blank, source, None)
            for field in description.form_fields(self.user)
            for source in field.sources
        }

    def add(self, description: Description, values: dict[str, Any]) -> None:
        key = self.party.pk
        if self.slug != "persons":
            create_record(description, {**values, "person" if self.panel == "places" else "party": key}, by=self.user)
        elif self.party.kind == PartyKind.ORGANISATION:
            create_record(description, {**values, "organisation": key}, by=self.user)
        else:
            person = create_record(description, values, by=self.user)
            create_record(forms.RoleForm(), {"person": person.pk, "party": key}, by=self.user)


class EditPartView(PartView):
    def get(self, request: HttpRequest, part_id: UUID) -> HttpResponse:
        description = self.part.editing()
        part = self.existing(description, part_id)
        return self.answer(form=self.shown(self.form(description, self.row(description, part.pk))))

    def post(self, request: HttpRequest, part_id: UUID) -> HttpResponse:
        description = self.part.editing()
        part = self.existing(description, part_id)
        form = self.form(description, self.row(description, part.pk))
        values = form.read()
        if not form.errors:
            try:
                change_record(description, part, values, by=self.user)
                return self.answer(toast=_("Saved."))
            except ValidationError as error:
                form.refuse(error)
        return self.answer(form=self.shown(form), status=422)

    def shown(self, form: PartForm) -> str:
        return self.form_html(form, action=self.request.path, title=_("Edit"))

    def row(self, description: Description, part_id: UUID) -> dict[str, Any]:
        plan = RowPlan(description.form_fields(self.user), self.user)
        row = plan.one(description.visible_to(self.user), part_id)
        assert row is not None, "the part was found a moment ago"
        return plan.as_dict(row)


class DeedView(PartView):
    """POST does one thing with a part: confirms, prefers, avoids, ends or deletes it."""

    def post(self, request: HttpRequest, part_id: UUID, deed: str) -> HttpResponse:
        description = self.part.editing()
        part = self.existing(description, part_id)
        try:
            return (
                self.answer(toast=_("Saved."))
                if self.done(description, part, deed)
                else self.deleted(description, part)
            )
        except ValidationError as error:
            return self.answer(toast=" ".join(error.messages))

    def done(self, description: Description, part: Any, deed: str) -> bool:
        """Do it; False if the part is to be deleted."""
        if deed == "delete":
            return False
        if deed == "end" and self.slug == "roles":
            actions.end_role(part, on=timezone.localdate() - timedelta(days=1), by=self.user)
        elif deed in CHANGES:
            values = {name: value for name, value in CHANGES[deed]().items() if name in description.fields}
            change_record(description, part, values, by=self.user)
        else:
            raise Http404(_("There is no page at this address."))
        return True

    def deleted(self, description: Description, part: Any) -> HttpResponse:
        with transaction.atomic(), change_set(by=self.user) as changes:
            delete_record(description, part, by=self.user)
        return self.answer(toast=_("Deleted."), undo=f"/undo/{changes.id}/")
