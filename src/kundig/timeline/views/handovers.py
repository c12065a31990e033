"""The list of handovers, the customers of one, and the page of one customer: what is open, and the receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.platform.formats import current_formats
from kundig.platform.htmx import part, with_toast
from kundig.timeline import actions
from kundig.timeline.models import Handover
from kundig.timeline.queries.handovers import batches_of, handovers_of, in_batch
from kundig.timeline.views.briefs import brief_of
from kundig.timeline.views.promises import UserView

SHOWN = 100
"""Customers of a batch on its page; of more it says so."""
LIST, ONE = "handovers", "handover"


class ListView(UserView):
    def get(self, request: HttpRequest) -> HttpResponse:
        formats = current_formats()
        lines = [
            (each, formats.date(each.begins_on), formats.date(each.ends_on) if each.ends_on else "")
            for each in batches_of(self.user)
        ]
        context = {
            "mine": [line for line in lines if line[0].is_mine],
            "given": [line for line in lines if not line[0].is_mine],
        }
        return render(request, "timeline/handovers/list.html", context)


class BatchView(UserView):
    """GET shows the customers that were handed over at once."""

    def get(self, request: HttpRequest, batch: UUID) -> HttpResponse:
        return self.shown(request, batch)

    def shown(
        self, request: HttpRequest, batch: UUID, *, errors: Any = None, typed: str = "", status: int = 200
    ) -> HttpResponse:
        rows = in_batch(batch, user=self.user)
        found = list(rows[: SHOWN + 1])
        if not found:
            raise Http404(_("There is no such handover, or it is over."))
        one, formats = found[0], current_formats()
        context = {
            "batch": batch, "one": one, "lines": found[:SHOWN], "count": rows.count(), "has_more": len(found) > SHOWN,
            "begins": formats.date(one.begins_on), "ends": formats.date(one.ends_on) if one.ends_on else "",
            "is_taker": one.taker_id == self.user.pk, "is_giver": one.giver_id == self.user.pk,
            "waiting": rows.filter(received_at=None).count(), "errors": errors or {}, "typed": typed,
            "sentence": one.sentence if len({each.sentence for each in found}) == 1 else "",
        }  # fmt: skip
        template = "timeline/handovers/_batch.html" if part(request) == LIST else "timeline/handovers/batch.html"
        return render(request, template, context, status=status)


class BatchReceiptView(BatchView):
    """POST confirms all that is waiting."""

    def get(self, request: HttpRequest, batch: UUID) -> HttpResponse:
        return HttpResponseRedirect(f"/handovers/{batch}/")

    def post(self, request: HttpRequest, batch: UUID) -> HttpResponse:
        count = actions.confirm_receipt(in_batch(batch, user=self.user), by=self.user)
        words = ngettext("%(n)d customer taken over.", "%(n)d customers taken over.", count) % {"n": count}
        if not part(request):
            return HttpResponseRedirect(f"/handovers/{batch}/")
        return with_toast(self.shown(request, batch), words)


class BatchSentenceView(BatchView):
    """POST writes one sentence for all customers of the batch."""

    def get(self, request: HttpRequest, batch: UUID) -> HttpResponse:
        return HttpResponseRedirect(f"/handovers/{batch}/")

    def post(self, request: HttpRequest, batch: UUID) -> HttpResponse:
        sentence = request.POST.get("sentence", "")
        try:
            actions.write_sentence(in_batch(batch, user=self.user), sentence, by=self.user)
        except ValidationError as error:
            return self.shown(request, batch, errors=error.message_dict, typed=sentence, status=422)
        if not part(request):
            return HttpResponseRedirect(f"/handovers/{batch}/")
        return with_toast(self.shown(request, batch), _("Saved."))


class HandoverView(UserView):
    """GET shows one customer: the sentence, what is open, and the brief."""

    def get(self, request: HttpRequest, batch: UUID, handover_id: UUID) -> HttpResponse:
        return self.shown(request, self.found(batch, handover_id))

    def found(self, batch: UUID, handover_id: UUID) -> Handover:
        rows = handovers_of(self.user).filter(batch=batch, pk=handover_id)
        found = rows.select_related("party", "giver", "taker", "received_by").first()
        if found is None:
            raise Http404(_("There is no such handover, or it is over."))
        return found

    def shown(
        self, request: HttpRequest, handover: Handover, *, errors: Any = None, typed: str = "", status: int = 200
    ) -> HttpResponse:
        formats = current_formats()
        context = {
            **brief_of(handover.party, user=self.user),
            "handover": handover, "begins": formats.date(handover.begins_on),
            "ends": formats.date(handover.ends_on) if handover.ends_on else "",
            "received": formats.moment(handover.received_at) if handover.received_at else "",
            "is_taker": handover.taker_id == self.user.pk, "is_giver": handover.giver_id == self.user.pk,
            "errors": errors or {}, "typed": typed,
        }  # fmt: skip
        template = "timeline/handovers/_one.html" if part(request) == ONE else "timeline/handovers/one.html"
        return render(request, template, context, status=status)

    def answered(self, request: HttpRequest, handover: Handover, words: str, *, undo: str = "") -> HttpResponse:
        if not part(request):
            return HttpResponseRedirect(f"/handovers/{handover.batch}/{handover.pk}/")
        handover = self.found(handover.batch, handover.pk)
        return with_toast(self.shown(request, handover), words, undo=undo)


class ReceiptView(HandoverView):
    """POST confirms that the successor has taken the customer over; with `back=1` that it was a mistake."""

    def get(self, request: HttpRequest, batch: UUID, handover_id: UUID) -> HttpResponse:
        return HttpResponseRedirect(f"/handovers/{batch}/{handover_id}/")

    def post(self, request: HttpRequest, batch: UUID, handover_id: UUID) -> HttpResponse:
        handover = self.found(batch, handover_id)
        if request.GET.get("back") == "1":
            actions.take_receipt_back([handover], by=self.user)
            response = with_toast(HttpResponse(), _("Undone."))
            response["HX-Refresh"] = "true"
            return response
        actions.confirm_receipt([handover], by=self.user)
        return self.answered(
            request, handover, _("Taken over."), undo=f"/handovers/{batch}/{handover_id}/receipt/?back=1"
        )


class SentenceView(HandoverView):
    """POST writes what the successor should know of this customer."""

    def get(self, request: HttpRequest, batch: UUID, handover_id: UUID) -> HttpResponse:
        return HttpResponseRedirect(f"/handovers/{batch}/{handover_id}/")

    def post(self, request: HttpRequest, batch: UUID, handover_id: UUID) -> HttpResponse:
        handover = self.found(batch, handover_id)
        sentence = request.POST.get("sentence", "")
        try:
            actions.write_sentence([handover], sentence, by=self.user)
        except ValidationError as error:
            return self.shown(request, handover, errors=error.message_dict, typed=sentence, status=422)
        return self.answered(request, handover, _("Saved."))
