"""What board, calendar, map and pivot have in common: they ask what the list asks, and keep its filters."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kundig.accounts.enums import Action
from kundig.platform.htmx import part
from kundig.records.filters.views import without_editors
from kundig.records.listing import Listing, ListingError, listing_or_nothing
from kundig.records.shapes import switcher
from kundig.records.views.lists import ListView

PLACES = ("after", "before", "columns")
"""Parameters of a place in the list, which mean nothing to another shape of it."""


class ShapeView(ListView):
    """Another shape of a list. Subclasses name it, and the parameters that are its own and no filters."""

    shape: ClassVar[str]
    template: ClassVar[str]
    """Of the whole page; the sheet alone is the same name with "_" before it."""
    own: ClassVar[tuple[str, ...]] = ()
    asked: Listing
    params: dict[str, list[str]]
    notice: str
    error: ListingError | None

    def list_url(self) -> str:
        return self.url()

    def ask(self, request: HttpRequest) -> None:
        """Read the parameters of the address; what cannot be read is told, and the rest of them forgotten."""
        self.params = {name: values for name, values in without_editors(request.GET).items() if name not in PLACES}
        question = {name: values for name, values in self.params.items() if name not in self.own}
        self.asked, error = listing_or_nothing(self.description, self.user, question, formats=self.formats)
        self.error = error
        self.notice = " ".join(error.messages) if error and not error.problems else ""
        if error and not self.asked.refused:
            self.params = {name: values for name, values in self.params.items() if name in self.own}
        if self.asked.view is not None:
            settings = self.asked.view.settings
            self.params |= {n: settings[n] for n in self.own if n in settings and n not in self.params}

    def one(self, name: str) -> str:
        """The first value of a parameter of one's own."""
        return self.params.get(name, [""])[0].replace("\x00", "")

    def get(self, request: HttpRequest) -> HttpResponse:
        self.ask(request)
        if (picked := self.picked(request, self.asked)) is not None:
            return picked
        wanted = part(request)
        if wanted.startswith("f-"):
            field = next((f for f in self.filters() if f.name == wanted[2:]), None)
            chip = self.chip(field, self.params, complete=True) if field else None
            return render(request, "records/_filter_options.html", {"chip": chip})
        return self.answer(request, wanted)

    def answer(self, request: HttpRequest, wanted: str) -> HttpResponse:
        """The shape itself; `wanted` is the id of the part to be replaced, "" for the whole page."""
        raise NotImplementedError

    def page(self, request: HttpRequest, wanted: str, context: dict[str, Any]) -> HttpResponse:
        folder, _slash, name = self.template.rpartition("/")
        template = f"{folder}/_{name}" if wanted == "content" else self.template
        return render(request, template, {**self.common(), **context})

    def common(self) -> dict[str, Any]:
        """What the head of every shape shows."""
        return {
            "description": self.description,
            "listing": self.asked,
            "notice": self.notice,
            "shape": self.shape,
            "is_filtered": self.asked.is_narrowed or self.asked.refused,
            "chips": [self.chip(field, self.params) for field in self.filters()],
            "shapes": switcher(
                self.description,
                self.user,
                current=self.shape,
                query=self.query(self.params, **dict.fromkeys(self.own)),
            ),
            "kept": [(name, value) for name in self.own for value in self.params.get(name, ())],
            "here": self.address(self.params),
            "bare": self.url(),
            "filter": self.filter_bar(self.asked, self.params, self.error),
            "views": self.views_bar(self.asked, self.params, shape=self.shape),
            "may_create": self.description.may(self.user, Action.CREATE),
        }

    def question(self) -> str:
        """Search and filters alone, as every shape understands them."""
        return self.query(self.params, **dict.fromkeys(self.own))

    def url(self) -> str:
        return f"{self.description.url()}{self.shape}/"

    def address(self, params: dict[str, list[str]], **changes: str | None) -> str:
        query = self.query(params, **changes)
        return f"?{query}" if query else self.url()
