"""Who may be there already, while a new record is typed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kundig.records.forms import RecordForm
from kundig.records.views.base import ObjectView

MOST = 3


class SimilarView(ObjectView):
    """The likely duplicates of what stands in the form so far; values that cannot be read yet are left out."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.description.finds_similar is None:
            raise Http404(_("There is no page at this address."))
        values = RecordForm(self.description, self.user, self.formats, {}, request.GET).read()
        found = self.description.finds_similar(values, user=self.user)[:MOST]
        return render(request, "records/_similar.html", {"found": found})
