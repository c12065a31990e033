"""Two records side by side with what would become of them, for kinds whose domain has no page of its own for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.records import merging, search
from kundig.records.merging import Merged
from kundig.records.merging.records import merge_records, preview_of
from kundig.records.views.base import ObjectView

CHOICE = "value-"
"""Prefix of the inputs that say whose value stays."""
MOST_ALIKE = 8


class MergingView(ObjectView):
    """What both pages begin with: an object whose records become one here."""

    action = Action.CHANGE

    def only_here(self) -> None:
        """Raises Http404 where the domain has another page, or where two never become one."""
        if self.description.merge_page != f"{self.description.url()}merge/":
            raise Http404(_("There is no page at this address."))


class MergeWithView(MergingView):
    """Two chosen rows lead to the page of the two; of one, those that are called alike are offered."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.only_here()
        ids = list(dict.fromkeys(filter(None, map(as_id, request.GET.getlist("id")))))
        if len(ids) == 2 and not request.GET.get("all"):
            return redirect("records:merge", name=self.description.name, one=ids[0], other=ids[1])
        if len(ids) != 1:
            messages.error(request, _("Choose exactly two to merge them."))
            return redirect(self.description.url())
        record = self.record(ids[0], action=Action.CHANGE)
        hits = search.find(self.user, str(record), limit=MOST_ALIKE + 1, objects=[self.description.name])
        found = [hit for hit in hits if hit.id != record.pk][:MOST_ALIKE]
        context = {"record": record, "description": self.description, "found": found}
        return render(request, "records/merge_with.html", context)


class MergeView(MergingView):
    """Two records side by side; POST merges the later one into the one that was there before."""

    def get(self, request: HttpRequest, one: UUID, other: UUID) -> HttpResponse:
        return self.page(request, *self.records(one, other))

    def post(self, request: HttpRequest, one: UUID, other: UUID) -> HttpResponse:
        first, second = self.records(one, other)
        gone = second.pk
        try:
            into = merge_records(first, second, by=self.user, choices=choices_in(request.POST))
        except ValidationError as error:
            return self.page(request, first, second, problem=" ".join(error.messages))
        undo = Merged.objects.get(record_id=gone, undone_at=None).change_set
        messages.success(request, _("%(name)s: two have become one.") % {"name": into}, extra_tags=f"/undo/{undo}/")
        return redirect(self.description.url(into.pk))

    def records(self, one: UUID, other: UUID) -> list[Any]:
        """The two, the one that stays first: links and papers out there name the one that was there before."""
        self.only_here()
        both = [self.record(key, action=Action.CHANGE) for key in (one, other)]
        return sorted(both, key=_age)

    def page(self, request: HttpRequest, one: Any, other: Any, *, problem: str = "") -> HttpResponse:
        context: dict[str, Any] = {"one": one, "other": other, "description": self.description, "problem": problem}
        try:
            preview = preview_of(one, other, user=self.user)
        except ValidationError as error:
            return render(request, "records/merge.html", context | {"problem": " ".join(error.messages)}, status=422)
        context |= {
            "since": [self.formats.date(timezone.localtime(each.created_at).date()) for each in (one, other)],
            "lines": preview.shown_to(self.user),
            "moves": merging.counts(self.description, other.pk),
        }
        return render(request, "records/merge.html", context, status=422 if problem else 200)


def choices_in(data: QueryDict) -> dict[str, UUID]:
    """Field → id of the record whose value stays, as the page of two records sends it."""
    return {
        name.removeprefix(CHOICE): key
        for name, value in data.items()
        if name.startswith(CHOICE) and (key := as_id(str(value)))
    }


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _age(record: Any) -> tuple[Any, Any]:
    return record.created_at, record.pk
