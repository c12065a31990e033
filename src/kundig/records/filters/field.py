"""A condition in a form: the chips and editors of the filter bar above the text that the form keeps."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kundig.platform.htmx import part
from kundig.records import conditions
from kundig.records.conditions import Condition, ConditionError
from kundig.records.filters.bar import chips, key_of, pieces
from kundig.records.filters.composing import composed
from kundig.records.filters.picker import editor
from kundig.records.views.base import ObjectView

EDITOR = "fp-condition"
"""The id of the one menu in which conditions of a page are put together."""


class ConditionView(ObjectView):
    """`/<object>/condition/?filter=…`: the chips of a text, or (into `fp-condition`) the editor of one of its parts.

    `f.into` is the id of the element that takes the chips. Nothing is read but what the condition is about.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        text, into = request.GET.get("filter", ""), re.sub(r"[^\w-]", "", request.GET.get("f.into", ""))[:60]
        problem: ConditionError | None = None
        asked: Condition | None = None
        try:
            asked = conditions.read(text, self.description, self.user) if text.strip() else None
        except ConditionError as error:
            problem = error
        if "f.do" in request.GET:
            return self._applied(request, asked, into)
        if part(request) == EDITOR:
            return self._edited(request, asked, into)
        return self._chips(request, asked, into, text=text, problem=problem)

    def _applied(self, request: HttpRequest, asked: Condition | None, into: str) -> HttpResponse:
        tree = asked.tree if asked is not None else None
        try:
            text = composed(self.description, self.user, tree, request.GET, self.formats)
        except ValidationError as error:
            refused = self._edited(request, asked, into, error=" ".join(error.messages))
            refused["HX-Retarget"], refused["HX-Reswap"] = f"#{EDITOR}", "innerHTML"
            return refused
        again = conditions.read(text, self.description, self.user) if text else None
        return self._chips(request, again, into, text=text, problem=None)

    def _edited(self, request: HttpRequest, asked: Condition | None, into: str, *, error: str = "") -> HttpResponse:
        try:
            tree = asked.tree if asked is not None else None
            template, context = editor(self.description, self.user, tree, request.GET, self.formats)
        except (LookupError, TypeError, ValidationError) as problem:
            raise Http404(_("The filter has changed meanwhile. Open it again.")) from problem
        bar = self._bar(asked, into)
        return render(request, template, {**context, "filter": bar, "target": EDITOR, "error": error})

    def _chips(
        self, request: HttpRequest, asked: Condition | None, into: str, *, text: str, problem: ConditionError | None
    ) -> HttpResponse:
        bar = self._bar(asked, into)
        wrong = pieces(text, problem.problems) if problem is not None else []
        tree = asked.tree if asked is not None else None
        found = chips(tree, self.description, self.user, lambda other: "")
        context = {"filter": bar | {"chips": found, "pieces": wrong}, "editor": EDITOR, "is_new": "f.do" in request.GET}
        return render(request, "records/filters/_condition.html", context)

    def _bar(self, asked: Condition | None, into: str) -> dict[str, Any]:
        """What the editors ask: where they are fetched, and where their answer goes."""
        url = f"{self.description.url()}condition/"
        text = asked.text if asked is not None else ""
        return {
            "bare": url,
            "here": f"{url}?{urlencode([('filter', text), ('f.into', into)])}&",
            "kept": [("f.into", into)],
            "text": text,
            "into": f"#{into}",
            "swap": "innerHTML",
            "key": key_of(text),
        }
