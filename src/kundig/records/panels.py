"""What other domains show on the page of a record: registered by them, loaded when they come into view."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string

from kundig.platform import ui
from kundig.platform.logs import first_line

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

logger = logging.getLogger("kundig.records.panels")


@dataclass(frozen=True)
class Panel:
    """A section on the page of records of `model`, or of every described object where that is None.

    `render(request, description, record)` answers the HTML of the section (a SafeString), or "" to leave it out.
    `side` is the column it stands in: "facts", "history" or "business"; lower `order` stands higher. An administrator
    may place it elsewhere.
    """

    key: str
    title: Any
    model: type[models.Model] | None
    render: Callable[[HttpRequest, Description, models.Model], str]
    side: str = "history"
    order: int = 100
    lazy: bool = False
    """Fetch it when it comes into view, for panels that cost."""
    applies: Callable[[Description], bool] = lambda description: True
    icon: str = ""
    count: Callable[[Description, models.Model, User], int] | None = None
    """How many things stand in it for a reader; of records of other kinds it counts those that `visible_to` answers.
    With an `icon`, the head of the page shows the number and leads to the panel."""
    live: str = ""
    """It is fetched anew when `<live>:<id of the record>` is announced, instead of at every change of the record."""
    is_shared: bool = False
    """Whether it follows from the record and from what its reader may read, make and change, and from nothing else of
    them or their request. Then it is written once for all who may the same, and sent along with the news."""

    def live_name(self, description: Description, record_id: Any) -> str:
        return f"{self.live or description.name}:{record_id}"


_panels: list[Panel] = []
_standing: WeakKeyDictionary[Description, list[Panel]] = WeakKeyDictionary()
"""Object → those of `_panels` on its pages."""
_makers: list[Callable[[Description], Sequence[Panel]]] = []


def register_panel(panel: Panel) -> None:
    """Add a panel to the pages of a model's records; called in `apps.ready()`."""
    _panels.append(panel)
    _panels.sort(key=lambda p: p.order)
    _standing.clear()


def unregister_panel(panel: Panel) -> None:
    """Forget a panel: for tests that register one of their own."""
    _panels.remove(panel)
    _standing.clear()


def register_panels(maker: Callable[[Description], Sequence[Panel]]) -> None:
    """Add panels that come and go while the program works: `maker` answers those of an object."""
    _makers.append(maker)


def panels_for(description: Description) -> list[Panel]:
    found = _standing.get(description)
    if found is None:
        model = description.model._meta.concrete_model
        found = _standing[description] = [
            p for p in _panels if (p.model is None or p.model._meta.concrete_model is model) and p.applies(description)
        ]
    made = [panel for maker in _makers for panel in maker(description)]
    return sorted([*found, *made], key=lambda panel: panel.order) if made else found


@dataclass(frozen=True)
class HeadLink:
    """What the head of a page offers for records of `model`: `address` leads there. With `dialog` it comes over the
    page by htmx (as `<dialog data-controller=…>` into #dialogs), and without as a page of its own."""

    key: str
    label: Any
    model: type[models.Model]
    address: Callable[[models.Model], str]
    icon: str
    hotkey: str = ""
    """Keys that press it, parted by blanks; the first one is shown."""
    dialog: bool = False

    def html(self, address: str) -> str:
        key = hint = over = ""
        if self.hotkey:
            key = f' data-hotkey="{escape(self.hotkey)}"'
            hint = f'<kbd class="only-wide">{escape(self.hotkey[0].upper())}</kbd>'
        if self.dialog:
            over = f' hx-get="{escape(address)}" hx-target="#dialogs" hx-swap="innerHTML"'
        shown = f"{ui.icon(self.icon)}{escape(str(self.label))}{hint}"
        return f'<a class="btn" href="{escape(address)}"{key}{over}>{shown}</a>'


_head_links: list[HeadLink] = []


def register_head_link(link: HeadLink) -> None:
    """Add a link to the head of the pages of a model's records; called in `apps.ready()`."""
    _head_links.append(link)


def head_links(description: Description, record: models.Model) -> list[tuple[HeadLink, str]]:
    """The links for a record, each with its address."""
    model = description.model._meta.concrete_model
    return [(link, link.address(record)) for link in _head_links if link.model._meta.concrete_model is model]


def rendered(panel: Panel, request: HttpRequest, description: Description, record: models.Model) -> str:
    """The HTML of a panel. One that fails costs the page nothing but itself: it says so, and can be tried again."""
    try:
        return panel.render(request, description, record)
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        logger.error("panel %s of %s failed: %s\n%s", panel.key, description.name, first_line(error), where)
        address = f"{description.url(record.pk)}panels/{panel.key}/"
        return render_to_string("records/_panel_failed.html", {"panel": panel, "address": address}, request=request)
