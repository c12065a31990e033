"""How every shape of a list answers its filter bar: editors as parts, and what they send."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kundig.platform.htmx import part
from kundig.records.filters.bar import chips, key_of, pieces
from kundig.records.filters.composing import MARK, composed
from kundig.records.filters.picker import editor
from kundig.records.listing import Listing, ListingError, listing
from kundig.records.saved.question import whole_condition
from kundig.records.views.base import ObjectView

PLACE = frozenset({"after", "before", "columns"})


def without_editors(query: QueryDict) -> dict[str, list[str]]:
    """The parameters of an address that are about the list."""
    return {name: values for name, values in query.lists() if not name.startswith(MARK)}


class FilterBar(ObjectView):
    """What lists need for their filter bar; `url` is where they are."""

    def list_url(self) -> str:
        return self.description.url()

    def picked(self, request: HttpRequest, asked: Listing) -> HttpResponse | None:
        """The answer to an editor; None where the list itself is asked for."""
        if "f.do" in request.GET:
            return self._applied(request, asked)
        if part(request).startswith("fp-"):
            return self._edited(request, asked, part(request))
        return None

    def _applied(self, request: HttpRequest, asked: Listing) -> HttpResponse:
        tree = asked.filter.tree if asked.filter is not None else None
        htmx = bool(part(request))
        try:
            text = composed(self.description, self.user, tree, request.GET, self.formats)
        except ValidationError as error:
            if not htmx:
                raise BadRequest(" ".join(error.messages)) from error
            target = re.sub(r"[^\w-]", "", request.GET.get("f.target", ""))[:60]
            refused = self._edited(request, asked, target, error=" ".join(error.messages))
            refused["HX-Retarget"], refused["HX-Reswap"] = f"#{target}", "innerHTML"
            return refused
        query = QueryDict(mutable=True)
        for name, values in without_editors(request.GET).items():
            if name not in PLACE:
                query.setlist(name, values)
        query["filter"] = text
        if not text and not query.get("view"):
            del query["filter"]
        address = f"{self.list_url()}?{query.urlencode()}" if query else self.list_url()
        if not htmx:
            return redirect(address)
        request.GET = query  # type: ignore[assignment]
        answer: HttpResponse = self.get(request)  # type: ignore[attr-defined]
        answer["HX-Push-Url"] = address
        return answer

    def _edited(self, request: HttpRequest, asked: Listing, target: str, *, error: str = "") -> HttpResponse:
        tree = asked.filter.tree if asked.filter is not None else None
        try:
            template, context = editor(self.description, self.user, tree, request.GET, self.formats)
        except (LookupError, TypeError, ValidationError) as problem:
            raise Http404(_("The filter has changed meanwhile. Open it again.")) from problem
        bar = self.filter_bar(asked, without_editors(request.GET), None)
        return render(request, template, {**context, "filter": bar, "target": target, "error": error})

    def filter_bar(self, asked: Listing, params: dict[str, list[str]], error: ListingError | None) -> dict[str, Any]:
        """What the bar shows. A filter that cannot be read stands there as text, marked where it is wrong."""
        tree = asked.filter.tree if asked.filter is not None else None
        text = asked.filter.text if asked.filter is not None else ""
        wrong = []
        if error is not None and error.problems:
            text = (params.get("filter") or [""])[0]
            wrong = pieces(text, error.problems)
        kept = [(n, v) for n, values in params.items() if n not in PLACE and n != "filter" for v in values]
        here = urlencode([*kept, ("filter", text)])
        return {
            "chips": chips(tree, self.description, self.user, lambda other: self.with_filter(params, other)),
            "key": key_of(text),
            "text": text,
            "pieces": wrong,
            "kept": kept,
            "bare": self.list_url(),
            "here": f"{self.list_url()}?{here}&",
            "into": "#content",
            "swap": "outerMorph",
        }

    def with_filter(self, params: dict[str, list[str]], text: str) -> str:
        """The address of this list with another filter."""
        kept = [(n, v) for n, values in params.items() if n not in PLACE and n != "filter" for v in values]
        if text or params.get("view"):
            kept.append(("filter", text))
        return f"{self.list_url()}?{urlencode(kept)}" if kept else self.list_url()


class WhyView(ObjectView):
    """`/<object>/<id>/why/` with the parameters of a list: which parts of its condition hold for one record."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = self.record(record_id)
        try:
            asked = listing(self.description, self.user, dict(request.GET.lists()), formats=self.formats)
            condition = whole_condition(asked)
        except ValidationError as error:
            raise BadRequest(" ".join(error.messages)) from error
        context = {
            "title": str(self.description.field(self.description.title).text(self.formats, *self._title(record_id))),
            "q": asked.q,
            "explanation": condition.explain(record) if condition is not None else None,
        }
        return render(request, "records/filters/_why.html", context)

    def _title(self, record_id: UUID) -> tuple[Any, ...]:
        from kundig.records.rows import RowPlan

        field = self.description.field(self.description.title)
        plan = RowPlan([field])
        row = plan.one(self.description.visible_to(self.user), record_id)
        return plan.values(row, field) if row is not None else ("",)
