"""Arranging a page: the page itself in edit mode, saved as a whole."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import AccessRole
from kundig.platform.htmx import with_toast
from kundig.records.layouts import differences
from kundig.records.layouts.actions import (
    LONGEST_CONDITION,
    LONGEST_TITLE,
    ChangedMeanwhile,
    UnusableLayout,
    name_of_role,
    save_layout,
    undo_layout,
)
from kundig.records.layouts.content import PLACES, Layout, PanelPlace, Section, arranged, placeable, standard
from kundig.records.layouts.models import PageLayout
from kundig.records.layouts.queries import Stored, roles_with_own, stored, version_of
from kundig.records.panels import panels_for, rendered
from kundig.records.rows import RowPlan
from kundig.records.views.base import ObjectView

LARGEST = 500_000
LONGEST_VALUE = 120
LIVE_ATTRIBUTES = re.compile(
    r'\s(hx-[\w:-]+|(?:data-controller|data-action|id|for|aria-\w*by|popovertarget|href|name)(?=="))'
)
"""What would make the preview of a panel act, or stand for something that is already on the page."""
FORMS = re.compile(r"<(/?)form\b")
"""A form inside the form of the page would end it."""

WORDS = {
    "taken": gettext_lazy("{what} taken. Arrows move it, Space puts it down, Escape puts it back."),
    "moved": gettext_lazy("{what}: {place}, {n} of {all}"),
    "put": gettext_lazy("{what} put down: {place}, {n} of {all}"),
    "back": gettext_lazy("{what} is where it was."),
    "newSection": gettext_lazy("New section"),
}
PLACE_NAMES = {
    "wide": gettext_lazy("Across the whole width"),
    "facts": gettext_lazy("Left column"),
    "history": gettext_lazy("Middle column"),
    "business": gettext_lazy("Right column"),
}


@dataclass(frozen=True)
class Item:
    """A field in the editor, with the value of the record that is looked at."""

    name: str
    label: str
    value: str
    is_new: bool = False


@dataclass(frozen=True)
class EditedBlock:
    """A section or panel in the editor."""

    kind: str
    key: str
    title: str
    standard_title: str
    block: Section | PanelPlace | None
    items: list[Item]
    preview: str = ""

    @property
    def titles(self) -> dict[str, str]:
        given = self.block.titles if isinstance(self.block, Section) else {}
        return {"de": given.get("de", ""), "en": given.get("en", "")}


class ArrangeView(ObjectView):
    """GET opens the editor, POST saves what it sends.

    `?record=` names the record to look at, `?role=` whose page it is (all roles' without it).
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not request.user.access.is_administrator:
            raise PermissionDenied(_("Only administrators may arrange pages. Ask one of them."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request, "records/layouts/arrange.html", self.context(request, stored(self.description, self.role))
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """422 says what is wrong, or what somebody else has changed; after saving the editor comes anew."""
        try:
            content = json.loads(request.POST.get("layout", "")[:LARGEST])
            seen = int(request.POST.get("seen", "0")[:9])
        except ValueError:
            return self.refused(request, {"errors": {"__all__": [_("The layout did not arrive as it was sent.")]}})
        # Nothing at all would go back to the description's own page, which has an address of its own.
        return self.saved(request, content or {}, seen, told=_("Page arranged for: %(role)s."))

    def saved(self, request: HttpRequest, content: Any, seen: int, *, told: str) -> HttpResponse:
        try:
            made = save_layout(self.description, self.role, content, seen=seen, by=self.user)
        except UnusableLayout as error:
            return self.refused(request, {"errors": error.message_dict, "spots": error.spots})
        except ChangedMeanwhile as changed:
            return self.refused(request, self.conflict(seen, changed.latest))
        return self.anew(request, told % {"role": name_of_role(self.role)}, undo=made.version)

    def anew(self, request: HttpRequest, message: str, *, undo: int = 0) -> HttpResponse:
        """The editor as it stands now."""
        response = render(
            request, "records/layouts/_saved.html", self.context(request, stored(self.description, self.role))
        )
        return with_toast(response, message, undo=self.address("undo/", version=undo) if undo else "")

    def refused(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        whole = {"address": self.address(), **context}
        return render(request, "records/layouts/_refused.html", whole, status=422)

    def conflict(self, seen: int, latest: PageLayout | None) -> dict[str, Any]:
        """Who has saved meanwhile, and what that changed."""
        base = version_of(self.description.name, self.role, version=seen)
        before, after = (self.layout_of(version) for version in (base, latest))
        by = latest.created_by.name if latest and latest.created_by else _("Somebody")
        return {
            "by": by,
            "at": self.formats.moment(latest.created_at) if latest else "",
            "changes": differences.differences(before, after, self.description),
            "version": latest.version if latest else 0,
        }

    def layout_of(self, version: PageLayout | None) -> Layout:
        if version is None or version.content is None:
            return standard(self.description)
        return arranged(version.content, self.description)

    # -- what is edited ---------------------------------------------------------------------------------------------

    @property
    def role(self) -> AccessRole | None:
        key = self.request.GET.get("role", "")
        if not key:
            return None
        found = AccessRole.objects.filter(key=key[:40]).first() if "\x00" not in key else None
        if found is None:
            raise Http404(_("There is no such role."))
        return found

    def address(self, below: str = "", **query: Any) -> str:
        asked = {name: self.request.GET[name] for name in ("record", "role") if self.request.GET.get(name)}
        params = QueryDict(mutable=True)
        params.update({**asked, **{name: str(value) for name, value in query.items()}})
        return f"{self.description.url()}arrange/{below}" + (f"?{params.urlencode()}" if params else "")

    def looked_at(self) -> models.Model | None:
        """The record whose page is arranged: the one that is named, else the one that changed last."""
        rows = self.description.visible_to(self.user)
        try:
            named = rows.filter(pk=UUID(self.request.GET.get("record", ""))).first()
        except ValueError:
            named = None
        return named or rows.order_by("-pk").first()

    def context(self, request: HttpRequest, found: Stored) -> dict[str, Any]:
        description, layout = self.description, found.layout
        record = self.looked_at()
        editor = Editor(self, request, record, found)
        own = roles_with_own(description.name)
        roles: list[tuple[str, str, bool]] = [("", _("All roles"), None in own)]
        roles += [(role.key, role.label, role.pk in own) for role in AccessRole.objects.all()]
        fields, panels = editor.beside()
        title = description.field(description.title)
        return {
            "description": description,
            "record": record,
            "title": editor.text(title.name) or str(capfirst(description.label)),
            "role": self.role,
            "role_name": name_of_role(self.role),
            "roles": [(key, label, is_own, self.other_role(key)) for key, label, is_own in roles],
            "version": found.version,
            "is_own": found.is_own,
            "header": [editor.item(name) for name in layout.header],
            "places": [(place, PLACE_NAMES[place], editor.blocks(place)) for place in PLACES],
            "fields_beside": fields,
            "panels_beside": panels,
            "left_out": layout.left_out,
            "blank": EditedBlock("section", "", str(WORDS["newSection"]), "", None, []),
            "address": self.address(),
            "reset": self.address("reset/"),
            "back": description.url(record.pk) if record else description.url(),
            "words": json.dumps({key: str(text) for key, text in WORDS.items()}),
            "longest_title": LONGEST_TITLE,
            "longest_condition": LONGEST_CONDITION,
        }

    def other_role(self, key: str) -> str:
        asked = {"record": self.request.GET.get("record", ""), "role": key}
        query = "&".join(f"{name}={value}" for name, value in asked.items() if re.fullmatch(r"[\w-]+", value))
        return f"{self.description.url()}arrange/" + (f"?{query}" if query else "")


class ResetView(ArrangeView):
    """POST goes back to the description's own page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        seen = request.POST.get("seen", "")
        told = _("The page is as the description has it, for: %(role)s.")
        return self.saved(request, None, int(seen) if seen.isascii() and seen.isdigit() else 0, told=told)


class UndoLayoutView(ArrangeView):
    """POST takes the saving of `?version=` back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        version = request.GET.get("version", "")
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        try:
            undo_layout(self.description, self.role, version=number, by=self.user)
        except (ChangedMeanwhile, UnusableLayout):
            return with_toast(HttpResponse(), _("This cannot be undone any more."))
        response = render(
            request, "records/layouts/_saved.html", self.context(request, stored(self.description, self.role))
        )
        return with_toast(response, _("Undone."))


class Editor:
    """What the editor shows: blocks and fields with their values, and what is not on the page."""

    def __init__(self, view: ArrangeView, request: HttpRequest, record: models.Model | None, found: Stored) -> None:
        self.view, self.request, self.record, self.found = view, request, record, found
        self.labels = placeable(view.description)
        self.panels = {panel.key: panel for panel in panels_for(view.description)}
        readable = view.description.shown([*self.labels], view.user)
        title = view.description.field(view.description.title)
        self.fields = {field.name: field for field in [title, *readable]}
        self.plan = RowPlan(self.fields.values())
        self.row = self.plan.one(view.description.visible_to(view.user), record.pk) if record else None

    def text(self, name: str) -> str:
        """The value of a field of the record that is looked at, as text."""
        field = self.fields.get(name)
        if self.row is None or field is None:
            return ""
        return field.text(self.view.formats, *self.plan.values(self.row, field))

    def item(self, name: str, *, is_new: bool = False) -> Item:
        return Item(name, str(capfirst(self.labels[name])), self.text(name)[:LONGEST_VALUE], is_new)

    def blocks(self, place: str) -> list[EditedBlock]:
        return [self.block(block) for block in self.found.layout.places[place]]

    def block(self, block: Section | PanelPlace) -> EditedBlock:
        if isinstance(block, Section):
            items = [self.item(name) for name in block.fields]
            return EditedBlock("section", block.key, block.title, str(block.standard_title), block, items)
        title = str(self.panels[block.key].title)
        return EditedBlock("panel", block.key, title, title, block, [], self.preview(block.key))

    def preview(self, key: str) -> SafeString:
        """A panel as it looks, with everything taken out that would let it act."""
        if self.record is None or self.panels[key].lazy:
            return SafeString("")
        html = rendered(self.panels[key], self.request, self.view.description, self.record)
        html = FORMS.sub(r"<\1div", LIVE_ATTRIBUTES.sub(r" data-was-\1", html))
        return mark_safe(html)  # noqa: S308  # noqa: S308

    def beside(self) -> tuple[list[Item], list[EditedBlock]]:
        """Fields and panels that are not on the page; those that have come since it was arranged are marked."""
        layout = self.found.layout
        placed = set(layout.placed_fields)
        fields = [
            self.item(name, is_new=layout.is_own and name not in layout.hidden_fields)
            for name in self.labels
            if name not in placed
        ]
        panels = [self.block(PanelPlace(key)) for key in self.panels if layout.panel(key) is None]
        return fields, panels
