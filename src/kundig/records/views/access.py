"""`/<object>/<id>/access/`: who may see a record and why, for administrators and for whoever looks after it."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.accounts.queries import access_of
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.reasons import of_whom, who_may
from kundig.records.rows import RowPlan
from kundig.records.views.base import ObjectView


class AccessView(ObjectView):
    """GET lists everybody who may read the record with the reasons; `?field=` asks about one of its fields."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        asked, record = of_whom(self.description, self.record(record_id))
        if not may_ask(asked, record, self.user):
            raise PermissionDenied(_("Who may see this is told to administrators and to whoever looks after it."))
        if asked is not self.description:
            return redirect(f"{asked.url(record.pk)}access/")
        field = self.field(request.GET.get("field", ""))
        answers = who_may(asked, record, User.objects.everybody_with_access())
        seeing = [answer for answer in answers if answer.reads and field not in answer.hidden]
        title = asked.field(asked.title)
        plan = RowPlan([title])
        row = plan.one(asked.visible_to(self.user), record.pk)
        if row is None:
            raise Http404(self.missing())
        context = {
            "description": asked,
            "record_id": record.pk,
            "title": title.text(self.formats, *plan.values(row, title)),
            "field": field,
            "fields": self.choosable(),
            "seeing": seeing,
            "others": [answer.user for answer in answers if answer not in seeing],
            "count": len(answers),
        }
        return render(request, "records/access.html", context)

    def choosable(self) -> list[Field]:
        return [field for field in self.description.fields_for(self.user).values() if field.name != "id"]

    def field(self, name: str) -> Field | None:
        if not name:
            return None
        field = self.description.fields_for(self.user).get(name)
        if field is None:
            raise Http404(_("There is no field “%(name)s”.") % {"name": name[:60]})
        return field


def may_ask(description: Description, record: Model, user: User) -> bool:
    """Administrators, the person responsible, and whoever stands in for that person."""
    if access_of(user).is_administrator:
        return True
    owner = getattr(record, f"{description.owner}_id", None) if description.owner else None
    return owner is not None and owner in {holder.user_id for holder in access_of(user).holders}
