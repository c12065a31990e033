"""Quick to mend: customers in whom one value is all that is missing, with the place to type it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties import queries
from kundig.platform.formats import current_formats
from kundig.platform.htmx import part, with_toast
from kundig.records.actions import change_record
from kundig.records.description import Description
from kundig.records.editors import editor
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.records.ledger import change_set
from kundig.records.rows import Row, RowPlan

SHOWN = 25


@dataclass(frozen=True)
class Place:
    """One customer, what tells it apart, and the control in which the value is typed."""

    id: UUID
    title: str
    beside: str
    url: str
    control: str
    error: str


def may_mend(user: Any) -> bool:
    """Whether `user` may change any customers at all."""
    return any(description.may(user, Action.CHANGE) for description in queries.descriptions())


class MendView(LoginRequiredMixin, View):
    """The list of one value that is missing; the most wanted first."""

    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        if not may_mend(self.user):
            raise PermissionDenied(_("Your role does not let you change customers."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(request)

    def asked(self, request: HttpRequest) -> tuple[Description | None, Field | None]:
        """The kind and the value that the address names, if this user can fill it in."""
        named = (request.GET.get("kind", ""), request.GET.get("field", ""))
        for description, name in queries.mendable(self.user):
            if (description.name, name) == named:
                return description, description.fields[name]
        return None, None

    def shown(
        self, request: HttpRequest, *, error: tuple[UUID, str, Any] | None = None, focus: str = "", status: int = 200
    ) -> HttpResponse:
        gaps = queries.gaps(self.user)
        description, field = self.asked(request)
        if field is None and gaps:
            description, field = gaps[0].description, gaps[0].description.fields[gaps[0].field]
        places = self.places(description, field, error) if description is not None and field is not None else []
        formats = current_formats()
        context = {
            "gaps": [
                (gap, gap.description.fields[gap.field].label,
                 _("more than %(count)s") % {"count": formats.number(queries.MOST_COUNTED)}
                 if gap.has_more else formats.number(gap.count or 0))
                for gap in gaps
            ],
            "description": description,
            "field": field,
            "places": places,
            "query": f"kind={description.name}&field={field.name}" if description and field else "",
            "focus": focus or (str(error[0]) if error else ""),
        }  # fmt: skip
        template = "parties/_mend.html" if part(request) == "mend" else "parties/mend.html"
        return render(request, template, context, status=status)

    def places(
        self, description: Description, field: Field, error: tuple[UUID, str, Any] | None
    ) -> list[tuple[Place, str]]:
        """The first customers, each with the id of the next one."""
        formats = current_formats()
        ids = list(queries.to_mend(description, field.name, user=self.user).values_list("pk", flat=True)[:SHOWN])
        named = description.shown(f"{description.title} {description.subtitle}", self.user)
        plan = RowPlan([*named, field], self.user)
        places = []
        for row in plan.in_order(description, ids):
            wrong = error if error is not None and error[0] == row[0] else None
            title, *beside = [each.text(formats, *plan.values(row, each)) for each in named]
            places.append(
                Place(
                    row[0], title, ", ".join(filter(None, beside)), description.url(row[0]),
                    self.control(description, field, plan.values(row, field), row[0], wrong), wrong[1] if wrong else "",
                )
            )  # fmt: skip
        following = [str(place.id) for place in places[1:]] + [""]
        return list(zip(places, following, strict=True))

    def control(
        self, description: Description, field: Field, values: Row, key: UUID, wrong: tuple[UUID, str, Any] | None
    ) -> str:
        return editor(
            field, current_formats(), values=values, raw=wrong[2] if wrong else None, error=wrong[1] if wrong else "",
            control_id=f"mend-{key}-input", error_id=f"mend-{key}-error", description=description, user=self.user,
        )  # fmt: skip


class FillView(MendView):
    """POST fills the value in, and answers the list without this customer."""

    def get(self, request: HttpRequest, party_id: UUID) -> HttpResponse:  # type: ignore[override]
        return redirect("parties:mend")

    def post(self, request: HttpRequest, party_id: UUID) -> HttpResponse:
        description, field = self.asked(request)
        if description is None or field is None:
            raise Http404(_("There is no page at this address."))
        with transaction.atomic(), change_set(by=self.user) as changes:
            record = description.visible_to(self.user).select_for_update(of=("self",)).filter(pk=party_id).first()
            if record is None:
                raise Http404(_("There is no such record, or it is not visible to you."))
            try:
                change_record(description, record, {field.name: self.value(request, field, record)}, by=self.user)
            except ValidationError as error:
                transaction.set_rollback(True)
                refused = " ".join(error.messages)
            else:
                refused = ""
        if refused:
            raw = field.kind.posted(field, request.POST)
            return self.shown(request, error=(party_id, refused, raw), status=422)
        if not part(request):
            return redirect(f"/mend/?kind={description.name}&field={field.name}")
        message = _("%(title)s: %(field)s filled in.") % {"title": record, "field": field.label}
        return with_toast(self.shown(request, focus=request.POST.get("next", "")), message, undo=f"/undo/{changes.id}/")

    def value(self, request: HttpRequest, field: Field, record: Any) -> Any:
        row = {column.attname: getattr(record, column.attname) for column in record._meta.concrete_fields}
        reading = Reading(user=self.user, formats=current_formats(), row=row)
        value = field.kind.parse(field.kind.posted(field, request.POST), field=field, reading=reading)
        if field.kind.is_empty(value):
            raise ValidationError(_("“%(field)s” must not be empty.") % {"field": field.label})
        return value
