"""Saving and changing views, and the columns of tables, over HTTP. Each answers with the list as it is then."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.accounts.models import Team
from kundig.platform.htmx import with_toast
from kundig.platform.ui import toast
from kundig.records.saved import actions
from kundig.records.saved.arranging import arrange, arrangements, densities, forget, layout, plain
from kundig.records.saved.models import SavedView, Sharing
from kundig.records.saved.state import state_of
from kundig.records.saved.tabs import address_of
from kundig.records.shapes import shape_names
from kundig.records.views.base import ObjectView


class ViewsView(ObjectView):
    """What all of these have in common."""

    def view(self, view_id: UUID | str, *, deleted: bool = False) -> SavedView:
        """A view that this person may open.

        Raises:
            Http404: also where it exists, but is not shared with them.
        """
        try:
            rows: Any = SavedView.objects.for_user(self.user)
            if deleted:
                rows = SavedView.objects.exclude(deleted_at=None)
            found: SavedView | None = rows.filter(object=self.description.name, pk=UUID(str(view_id))).first()
        except ValueError:
            found = None
        if found is None:
            raise Http404(_("This view does not exist any more, or is not shared with you."))
        return found

    def state(self, request: HttpRequest) -> dict[str, Any]:
        """The list that the page shows, as it told us."""
        shape = request.POST.get("shape", "")
        query = QueryDict(request.POST.get("query", "")[:30_000])
        if shape not in shape_names(self.description, self.user):
            raise ValidationError(_("There is no such shape of this list."))
        return state_of(self.description, self.user, dict(query.lists()), shape=shape, formats=self.formats)

    def version(self, request: HttpRequest) -> int:
        text = request.POST.get("version", "")
        return int(text[:9]) if text.isascii() and text.isdigit() else 0

    def shown(self, view: SavedView | None, message: str, *, undo: str = "") -> HttpResponse:
        """Lead to a view; with htmx the page stays, its list is fetched anew and the message stands below it."""
        if not getattr(self.request, "htmx", None):
            return redirect(address_of(self.description, view))
        response = HttpResponse()
        response["HX-Trigger"] = json.dumps({"views:go": {"path": address_of(self.description, view)}})
        return with_toast(response, message, undo=undo)

    def refused(self, error: Exception) -> HttpResponse:
        messages = error.messages if isinstance(error, ValidationError) else [str(error)]
        return HttpResponse(toast(" ".join(messages)), status=409)


class NewView(ViewsView):
    """POST keeps what the list shows as a view under a name."""

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            view = actions.save_view(
                self.description, self.state(request), name=request.POST.get("name", ""), by=self.user
            )
        except ValidationError as error:
            return self.refused(error)
        return self.shown(view, _("View “%(name)s” saved.") % {"name": view.name})


class OneView(ViewsView):
    """GET: what can be done with a view; POST sets its name and with whom it is shared."""

    def get(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        view = self.view(view_id)
        access = self.user.access
        teams = Team.objects.all() if access.is_administrator else Team.objects.filter(pk__in=access.team_ids)
        kept = arrangements(self.user, self.description).get(None)
        context = {
            "description": self.description,
            "view": view,
            "may_change": view.may_change(self.user),
            "may_publish": access.is_administrator,
            "teams": teams.order_by("name"),
            "chosen": set(view.teams.values_list("pk", flat=True)),
            "sharings": [(one.value, one.label) for one in Sharing if self._may_offer(one, view, teams.exists())],
            "is_first": kept is not None and kept.first_view_id == view.pk,
        }
        return render(request, "records/saved/_menu.html", context)

    def _may_offer(self, sharing: Sharing, view: SavedView, has_teams: bool) -> bool:
        if sharing == Sharing.TEAMS:
            return has_teams
        return sharing != Sharing.ALL or self.user.access.is_administrator or view.sharing == Sharing.ALL

    def post(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        view, version = self.view(view_id), self.version(request)
        try:
            if "name" in request.POST and " ".join(request.POST["name"].split()) != view.name:
                view = actions.change_view(view, {"name": request.POST["name"]}, version=version, by=self.user)
                version = view.version
            sharing, teams = request.POST.get("sharing", view.sharing), self._teams(request)
            if sharing != view.sharing or (sharing == Sharing.TEAMS and teams != self._teams_of(view)):
                if sharing not in Sharing.values:
                    raise ValidationError(_("A view is shared with nobody, with teams or with everybody."))
                view = actions.publish_view(view, sharing=Sharing(sharing), teams=teams, version=version, by=self.user)
        except actions.ChangedMeanwhile as error:
            return self.refused(ValidationError(_changed_by(error.view)))
        except (ValidationError, PermissionDenied) as error:
            return self.refused(error)
        return self.shown(view, _("View “%(name)s” changed.") % {"name": view.name})

    def _teams(self, request: HttpRequest) -> set[UUID]:
        try:
            return {UUID(text) for text in request.POST.getlist("teams")}
        except ValueError:
            return set()

    def _teams_of(self, view: SavedView) -> set[UUID]:
        return set(view.teams.values_list("pk", flat=True))


def _changed_by(view: SavedView) -> str:
    who = view.changed_by.name if view.changed_by is not None else _("Somebody")
    return _("%(who)s has changed this view meanwhile. Open it again, or save yours under another name.") % {"who": who}


class SaveView(ViewsView):
    """POST keeps what the list shows in the view it began with."""

    def post(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        view = self.view(view_id)
        try:
            state = self.state(request)
            view = actions.change_view(view, state, version=self.version(request), by=self.user)
        except actions.ChangedMeanwhile as error:
            return self.refused(ValidationError(_changed_by(error.view)))
        except (ValidationError, PermissionDenied) as error:
            return self.refused(error)
        forget(self.user, self.description, view)
        return self.shown(view, _("View “%(name)s” saved.") % {"name": view.name})


class CopyView(ViewsView):
    def post(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        copy = actions.copy_view(self.view(view_id), by=self.user)
        return self.shown(copy, _("View “%(name)s” saved.") % {"name": copy.name})


class DropView(ViewsView):
    def post(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        view = self.view(view_id)
        try:
            actions.delete_view(view, by=self.user)
        except PermissionDenied as error:
            return self.refused(error)
        undo = f"{self.description.url()}views/{view.pk}/restore/"
        return self.shown(None, _("View “%(name)s” deleted.") % {"name": view.name}, undo=undo)


class RestoreView(ViewsView):
    def post(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        view = self.view(view_id, deleted=True)
        if not view.may_change(self.user):
            raise Http404(_("This view does not exist any more, or is not shared with you."))
        actions.restore_view(view, by=self.user)
        return self.shown(view, _("Undone."))


class OrderView(ViewsView):
    """POST `ids` in the order in which this person wants to see the tabs."""

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            actions.order_tabs(self.description, [UUID(text) for text in request.POST.getlist("ids")], by=self.user)
        except ValueError as error:
            return self.refused(ValidationError(_("These are no views: %(error)s") % {"error": error}))
        return HttpResponse(status=204)


class FirstView(ViewsView):
    """POST `view`: what the list begins with; nothing for the list itself."""

    def post(self, request: HttpRequest) -> HttpResponse:
        view = self.view(request.POST["view"]) if request.POST.get("view") else None
        actions.open_first(self.description, view, by=self.user)
        message = (
            _("The list opens with “%(name)s” from now on.") % {"name": view.name}
            if view
            else _("The list opens with all records from now on.")
        )
        return self.shown(view, message)


class ColumnsView(ViewsView):
    """GET: which columns there are; POST sets `columns` in order, `width:<name>`, `density`, or `reset`s all."""

    def get(self, request: HttpRequest) -> HttpResponse:
        view = self._view(request.GET.get("view", ""))
        table = layout(self.user, self.description, view, arrangements(self.user, self.description))
        on = [column.field for column in table.columns]
        shown = {field.name for field in on}
        fields = self.description.fields_for(self.user).values()
        title = self.description.title
        off = [f for f in fields if f.name not in shown and f.name not in ("id", title)]
        context = {
            "description": self.description,
            "view": view,
            "on": [field for field in on if field.name != title],
            "off": sorted(off, key=lambda field: str(field.label).casefold()),
            "densities": densities(),
            "density": table.density,
            "is_changed": table.is_changed or (view is None and self._is_arranged()),
        }
        return render(request, "records/saved/_columns.html", context)

    def _is_arranged(self) -> bool:
        mine = arrangements(self.user, self.description).get(None)
        return mine is not None and bool(mine.columns or mine.density)

    def post(self, request: HttpRequest) -> HttpResponse:
        view = self._view(request.POST.get("view", ""))
        if "reset" in request.POST:
            forget(self.user, self.description, view)
            return HttpResponse(status=204, headers={"HX-Trigger": "arranged"})
        table = layout(self.user, self.description, view, arrangements(self.user, self.description))
        widths = {one["name"]: one["width"] for one in plain(table.columns)}
        for name in self.description.fields:
            text = request.POST.get(f"width:{name}", "")
            if text.isascii() and text.isdigit():
                widths[name] = int(text[:6])
        names = request.POST.getlist("columns") or [column.field.name for column in table.columns]
        arrange(
            self.user,
            self.description,
            view,
            columns=[{"name": name, "width": widths.get(name, 0)} for name in names],
            density=request.POST.get("density"),
        )
        return HttpResponse(status=204, headers={"HX-Trigger": "arranged"})

    def _view(self, text: str) -> SavedView | None:
        return self.view(text) if text else None
