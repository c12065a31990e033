"""The page of one record: what must be known at its head, its fields, and the panels of all domains, as laid out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kundig.accounts.enums import Action
from kundig.platform import ui
from kundig.platform.htmx import part
from kundig.platform.shown import filled
from kundig.records import layouts, merging, search
from kundig.records.erasure import may_erase
from kundig.records.fields import Field
from kundig.records.layouts import Layout
from kundig.records.panels import Panel, head_links, panels_for, rendered
from kundig.records.rows import Row, RowPlan
from kundig.records.traces import look_around
from kundig.records.views.access import may_ask
from kundig.records.views.base import ObjectView
from kundig.records.views.facts import FACTS, HEAD, Group, Section, Shown, head_html, term_of
from kundig.records.views.fields import shown_value

PANEL = "panel-"
MOST_PARTS = 40
"""Of one page; more than any layout has."""


@dataclass(frozen=True)
class PanelShown:
    panel: Panel
    html: str
    live: str
    lazy: bool
    address: str
    count: int | None = None

    def framed(self) -> SafeString:
        """The panel in its frame, which fetches it anew; of a lazy one the heading until it comes into view.

        A plain function, because a template takes a fifth of a millisecond for each of twenty.
        """
        trigger, html = "stale", str(conditional_escape(self.html))
        if self.lazy:
            trigger = "stale, intersect once"
            count = "" if self.count is None else f'<span class="section__note">{self.count}</span>'
            heading = f"<header><h2>{escape(str(self.panel.title))}</h2>{count}</header>"
            html = f'<section class="section" aria-busy="true">{heading}</section>'
        return mark_safe(  # noqa: S308 - escaped above
            f'<div id="panel-{self.panel.key}" data-record="{self.live}" hx-get="{self.address}" '
            f'hx-trigger="{trigger}" hx-swap="innerMorph">{html}</div>'
        )


class PageView(ObjectView):
    everything = False
    """Whether panels that would come when they are seen are there at once, and nothing is folded."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        page = self.opened(request, record_id)
        if page is None:
            return self.led_on(record_id)
        wanted = part(request)
        if wanted == HEAD:
            return HttpResponse(page.head())
        if wanted.partition("-")[0] == FACTS:
            return self.group(page, wanted)
        search.touch(self.user, self.description, record_id)
        look_around(page.record, name=self.description.name)
        columns = page.columns()
        return render(
            request, "records/page.html", {"title": page.title, "topbar": self.topbar(page), "columns": columns}
        )

    def topbar(self, page: PageOf) -> SafeString:
        """What stands above the columns; for all who may the same it differs in what the record is called."""
        description, record, record_id = self.description, page.record, page.row[0]
        may_delete = description.may(self.user, Action.DELETE, record)
        values = {
            "description.name": description.name,
            "description.url": description.url(),
            "description.label_plural": description.label_plural,
            "description.merge_page": description.merge_page,
            "may_change": page.may_change,
            "may_delete": may_delete,
            "may_ask": not description.parent and may_ask(description, record, self.user),
            "may_erase": may_erase(description, self.user, record),
            "may_arrange": self.user.access.is_administrator,
            "counts": self.counts(record),
        }
        links = [] if self.everything else [link.html(address) for link, address in head_links(description, record)]
        kind, subtitle = description.avatar, page.plan.joined(page.row, self.subtitle, self.formats)
        places = {
            "record_id": record_id,
            "title": page.title,
            "subtitle": format_html("<p>{}</p>", subtitle) if subtitle else "",
            "avatar": ui.avatar(page.title, record_id, kind=kind, size="lg") if kind else "",
            "links": mark_safe("".join(links)),  # noqa: S308 - escaped where they are made
            "head": page.head() if self.header else "",
            "csrf_token": get_token(page.request) if may_delete else "",
        }
        return filled("records/_topbar.html", values, places)

    def opened(self, request: HttpRequest, record_id: UUID) -> PageOf | None:
        """The page of a record, None if the user may see no such one."""
        description = self.description
        fields = [*self.header, *description.shown([n for s in self.layout.sections for n in s.fields], self.user)]
        plan = RowPlan([description.field(description.title), *self.subtitle, *fields], self.user)
        row, record = plan.seen_whole(description, self.user, record_id)
        if row is None:
            return None
        if record is None:
            raise Http404(self.missing())
        # On paper nothing can be filled in by a click.
        may_change = not self.everything and description.may(self.user, Action.CHANGE, record)
        return PageOf(self, request, record, plan, row, may_change)

    @cached_property
    def header(self) -> list[Field]:
        return self.description.shown(self.layout.header, self.user)

    @cached_property
    def subtitle(self) -> list[Field]:
        return [
            field for field in self.description.shown(self.description.subtitle, self.user) if field not in self.header
        ]

    def led_on(self, record_id: UUID) -> HttpResponse:
        """To the record that this one has become; not for good, because a merge can be taken back.

        Raises:
            Http404: if it has become none that the user may see.
        """
        into = merging.follow(self.description.name, record_id)
        if into is None or not self.description.visible_to(self.user).filter(pk=into).exists():
            raise Http404(self.missing())
        return HttpResponseRedirect(self.description.url(into))

    @cached_property
    def layout(self) -> Layout:
        return layouts.layout_for(self.description, self.user)

    def group(self, page: PageOf, wanted: str) -> HttpResponse:
        """One run of sections; where the layout has none of that name any more, the whole page comes anew."""
        group = page.runs.get(wanted)
        if group is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return HttpResponse(group.html(page.live, page.address))

    def counts(self, record: Model) -> list[dict[str, Any]]:
        """Panels whose number stands in the head of the page."""
        return [
            {
                "key": panel.key,
                "title": panel.title,
                "icon": panel.icon,
                "count": panel.count(self.description, record, self.user),
            }
            for panel in panels_for(self.description)
            if panel.icon and panel.count is not None and self.layout.panel(panel.key)
        ]


class PrintView(PageView):
    """The same page for paper: everything is there, and the browser's print dialogue opens."""

    everything = True


class PartsView(PageView):
    """Several parts of a page in one answer, each what it would be alone: a change asks a page no more than once."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        page = self.opened(request, record_id)
        if page is None:
            raise Http404(self.missing())
        asked = dict.fromkeys(request.GET.getlist("of")[:MOST_PARTS])
        found = {name: page.alone(name) for name in asked}
        # What is left out there is none of: it asks by itself, and hears what has become of it.
        return JsonResponse({name: html for name, html in found.items() if html is not None})


@dataclass
class PageOf:
    """The page of one record for one reader, while it is put together."""

    view: PageView
    request: HttpRequest
    record: Model
    plan: RowPlan
    row: Row
    may_change: bool

    @cached_property
    def live(self) -> str:
        """Under which name its news are told."""
        return f"{self.view.description.name}:{self.row[0]}"

    @cached_property
    def address(self) -> str:
        return f"/{self.view.description.name}/{self.row[0]}/"

    @cached_property
    def title(self) -> str:
        title = self.view.description.field(self.view.description.title)
        return title.text(self.view.formats, *self.plan.values(self.row, title))

    def head(self) -> SafeString:
        return head_html(self.fields(self.view.header, "h"), self.live, self.address)

    def columns(self) -> SafeString:
        """Fields and panels, place by place."""
        places: dict[str, Any] = {}
        for place in layouts.PLACES:
            parts = (p.html(self.live, self.address) if isinstance(p, Group) else p.framed() for p in self.parts(place))
            places[place] = mark_safe("".join(parts))  # noqa: S308 - escaped where they are made
        values = {"is_print": self.view.everything, "is_wide": bool(places["wide"])}
        printed_on = self.view.formats.date(timezone.localdate())
        return filled("records/_columns.html", values, {**places, "address": self.address, "printed_on": printed_on})

    @cached_property
    def runs(self) -> dict[str, Group]:
        """The runs of sections by their ids."""
        items = [item for place in layouts.PLACES for item in self.groups(place)]
        return {item.id: item for item in items if isinstance(item, Group)}

    def alone(self, name: str) -> str | None:
        """One part, named by its id; None where the page has none of that name."""
        if name == HEAD:
            return self.head()
        if name.startswith(PANEL):
            return panel_alone(self.view, self.request, self.record, name.removeprefix(PANEL))
        group = self.runs.get(name)
        if group is None:
            return None
        return group.html(self.live, self.address)

    def shared(self, names: list[str]) -> dict[str, str]:
        """Those of these parts that are the same for all who may the same."""
        particular = {f"{PANEL}{panel.key}" for panel in panels_for(self.view.description) if not panel.is_shared}
        found = {name: self.alone(name) for name in dict.fromkeys(names) if name not in particular}
        return {name: html for name, html in found.items() if html is not None}

    @cached_property
    def holds(self) -> dict[str, bool]:
        view = self.view
        whens = [block.when for block in view.layout.blocks]
        return layouts.holding(whens, view.description, self.record, view.user)

    @cached_property
    def writable(self) -> frozenset[str]:
        """The fields that can be filled in here."""
        view = self.view
        return (
            frozenset(field.name for field in view.description.writable(view.user)) if self.may_change else frozenset()
        )

    def fields(self, fields: list[Field], place: str) -> list[Shown]:
        return [self.shown(field, place) for field in fields]

    def shown(self, field: Field, place: str) -> Shown:
        values = self.plan.values(self.row, field)
        editable = field.name in self.writable
        dd = shown_value(field, self.view.formats, values, f"{place}{self.row[0]}-{field.name}", editable=editable)
        term = term_of(field.name, str(field.label), is_print=self.view.everything, language=get_language())
        return Shown(field, term, mark_safe(dd), field.kind.is_empty(*values))  # noqa: S308 - kinds escape

    def section(self, section: layouts.Section) -> Section:
        description, user = self.view.description, self.view.user
        shown = self.fields(description.shown(section.fields, user), "f")
        empty = [s for s in shown if s.empty and s.field.name in self.writable]
        folded = section.collapsed and not self.view.everything
        return Section(section.title, [s for s in shown if not s.empty], empty, folded)

    def groups(self, place: str) -> list[Group | layouts.PanelPlace]:
        """The blocks of a place; sections that follow one another are one group."""
        found: list[Group | layouts.PanelPlace] = []
        runs = 0
        for block in self.view.layout.places[place]:
            if isinstance(block, layouts.PanelPlace):
                found.append(block)
                continue
            if not (found and isinstance(found[-1], Group)):
                runs += 1
                is_first = place == "facts" and runs == 1
                found.append(Group(FACTS if is_first else f"{FACTS}-{place}-{runs}", []))
            group = found[-1]
            assert isinstance(group, Group)
            if self.holds[block.when]:
                group.sections.append(self.section(block))
        return found

    def parts(self, place: str) -> list[Group | PanelShown]:
        found: list[Group | PanelShown] = []
        panels = {panel.key: panel for panel in panels_for(self.view.description)}
        for item in self.groups(place):
            if isinstance(item, Group):
                found.append(item)
            elif (panel := self.panel(panels[item.key], item.when)) is not None:
                found.append(panel)
        return found

    def panel(self, panel: Panel, when: str) -> PanelShown | None:
        """A panel in its place; None where it has nothing to show and no condition that could change that."""
        description = self.view.description
        live = panel.live_name(description, self.record.pk)
        address = f"/{description.name}/{self.record.pk}/panels/{panel.key}/"
        if panel.lazy and not self.view.everything:
            count = panel.count(description, self.record, self.view.user) if panel.count else None
            return PanelShown(panel, "", live, True, address, count)
        html = rendered(panel, self.request, description, self.record) if self.holds[when] else ""
        return PanelShown(panel, html, live, False, address) if html or when else None


class PanelView(ObjectView):
    """One panel alone: when it comes into view, and after something in it changed."""

    def get(self, request: HttpRequest, record_id: UUID, key: str) -> HttpResponse:
        html = panel_alone(self, request, self.record(record_id), key)
        if html is None:
            raise Http404(self.missing())
        return HttpResponse(html)


def panel_alone(view: ObjectView, request: HttpRequest, record: Model, key: str) -> str | None:
    """A panel and its number for the head of the page; None if there is none with this key."""
    panel = next((p for p in panels_for(view.description) if p.key == key), None)
    if panel is None:
        return None
    place = layouts.layout_for(view.description, view.user).panel(key)
    when = place.when if place else ""
    holds = layouts.holding([when], view.description, record, view.user)[when]
    html = rendered(panel, request, view.description, record) if holds else ""
    if panel.icon and panel.count is not None:
        number = panel.count(view.description, record, view.user)
        html += f'<hx-partial hx-target="#count-{panel.key}" hx-swap="innerHTML">{number}</hx-partial>'
    return html
