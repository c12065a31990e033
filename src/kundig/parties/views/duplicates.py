"""The work list of likely duplicates, and two parties side by side with what would become of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties import actions, queries
from kundig.parties.models import Decision, DuplicatePair, Party
from kundig.platform import jobs
from kundig.platform.formats import current_formats
from kundig.platform.models import JobRun
from kundig.records import merging
from kundig.records.merging import Merged
from kundig.records.views.merging import as_id, choices_in

JOB = "duplicates"
MOST_SHOWN = 50
MOST_PEOPLE = 8


def may_decide(user: Any) -> bool:
    """Whether `user` may change any customers at all."""
    return any(description.may(user, Action.CHANGE) for description in queries.descriptions())


class DuplicateView(LoginRequiredMixin, View):
    """What the views begin with: somebody who may change customers."""

    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.user = request.user
        if not may_decide(self.user):
            raise PermissionDenied(_("Your role does not let you change customers, and so not merge them."))
        return super().dispatch(request, *args, **kwargs)


class ListView(DuplicateView):
    """The pairs that are left to decide, the surest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kinds = {d.where["kind"]: d for d in queries.descriptions() if d.may(self.user, Action.CHANGE)}
        kind = request.GET.get("kind", "")
        kind = kind if kind in kinds else ""
        state = Decision.DIFFERENT if request.GET.get("state") == Decision.DIFFERENT else ""
        pairs = queries.work_list(self.user, kind=kind, decision=state)
        last = JobRun.objects.filter(kind=JOB).order_by("-created_at").first()
        formats = current_formats()
        context = {
            "shown": queries.likely(pairs[:MOST_SHOWN], user=self.user),
            "count": pairs[: MOST_SHOWN + 1].count(),
            "most": MOST_SHOWN,
            "kinds": [(key, d.label_plural) for key, d in kinds.items()],
            "kind": kind,
            "state": state,
            "query": urlencode({"kind": kind}) if kind else "",
            "may_search": actions.may_search(self.user),
            "is_searching": last is not None and not last.is_finished,
            "searched_at": formats.moment(last.finished_at) if last and last.finished_at else "",
        }
        return render(request, "parties/duplicates.html", context)


class SearchView(DuplicateView):
    """POST starts the search over the whole base now."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not actions.may_search(self.user):
            raise PermissionDenied(_("Your role does not let you start the search."))
        if not JobRun.objects.filter(kind=JOB, finished_at=None).exists():
            jobs.start(JOB, title=_("Search for duplicates"), by=self.user, lock=JOB)
        messages.success(request, _("The search runs. You can go on working."))
        return redirect("parties:duplicates")


class StartView(DuplicateView):
    """Two chosen rows lead to the page of the two; of one, those that may be the same are offered."""

    def get(self, request: HttpRequest) -> HttpResponse:
        ids = list(dict.fromkeys(filter(None, map(as_id, request.GET.getlist("id")))))
        if len(ids) == 2 and not request.GET.get("all"):
            return redirect("parties:merge", one=ids[0], other=ids[1])
        party = queries.visible_parties(self.user).filter(pk__in=ids[:1]).first()
        if party is None or len(ids) != 1:
            messages.error(request, _("Choose exactly two to merge them."))
            return redirect((request.headers.get("Referer", "") and _back(request)) or "parties:duplicates")
        described = queries.described(party)
        known = described.fields_for(self.user)
        values = {name: getattr(party, name, None) for name in known if hasattr(party, name)}
        similar = queries.similar_parties(values, user=self.user, kind=party.kind, exclude=party.pk, limit=8)
        of_kind = [each for each in similar if each.object == described.name]
        context = {"party": party, "description": described, "found": of_kind, "url": described.url(party.pk)}
        return render(request, "parties/merge_with.html", context)


class MergeView(DuplicateView):
    """Two parties side by side; POST merges them, or says that they are two, or puts it off."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.ids = (kwargs.pop("one"), kwargs.pop("other"))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        one, other = self.parties()
        return self.page(request, one, other)

    def post(self, request: HttpRequest) -> HttpResponse:
        one, other = self.parties()
        if (decision := request.POST.get("decision", "")) in (Decision.DIFFERENT, Decision.LATER, Decision.OPEN):
            return self.decided(request, actions.pair_of(one, other), Decision(decision))
        try:
            into = actions.merge_parties(
                one, other, by=self.user, choices=choices_in(request.POST), with_people="apart" not in request.POST
            )
        except ValidationError as error:
            return self.page(request, one, other, problem=" ".join(error.messages), status=422)
        undo = Merged.objects.get(record_id=other.pk, undone_at=None).change_set
        messages.success(request, _("%(name)s: two have become one.") % {"name": into}, extra_tags=f"/undo/{undo}/")
        return self.next_or(request, queries.described(into).url(into.pk))

    def decided(self, request: HttpRequest, pair: DuplicatePair, decision: Decision) -> HttpResponse:
        actions.decide(pair, decision, by=self.user)
        told = {
            Decision.DIFFERENT: _("Noted: these are two. The pair will not come again."),
            Decision.LATER: _("Put off. The pair stands at the end of the list."),
            Decision.OPEN: _("The pair is open again."),
        }
        messages.success(request, told[decision])
        return self.next_or(request, "/duplicates/")

    def next_or(self, request: HttpRequest, otherwise: str) -> HttpResponse:
        """To the next pair of the list that one is working through."""
        if "from" not in request.GET:
            return redirect(otherwise)
        following = self.following(request)
        return redirect(self.address(request, following) if following else "/duplicates/")

    def following(self, request: HttpRequest, *, behind: DuplicatePair | None = None) -> DuplicatePair | None:
        pairs = queries.work_list(self.user, kind=request.GET.get("kind", ""))
        pairs = pairs.exclude(decision=Decision.LATER)
        if behind is not None:
            return pairs.exclude(pk=behind.pk).filter(probability__lte=behind.probability).first()
        return pairs.first()

    def address(self, request: HttpRequest, pair: DuplicatePair) -> str:
        kind = request.GET.get("kind", "")
        query = urlencode({"from": "list", **({"kind": kind} if kind else {})})
        return f"/merge/{pair.first_id}/{pair.second_id}/?{query}"

    def parties(self) -> tuple[Party, Party]:
        """The two, the one that stays first.

        Raises:
            Http404: if one is not there, or is not for this user; whoever followed an old link is told.
            PermissionDenied: if one may not be changed.
        """
        found = {party.pk: party for party in queries.visible_parties(self.user).filter(pk__in=self.ids)}
        if len(found) < len(set(self.ids)):
            raise Http404(_("One of the two is not there any more, or is not visible to you."))
        for party in found.values():
            if not queries.described(party).may(self.user, Action.CHANGE, party):
                raise PermissionDenied(
                    _("You may merge only what you may change; “%(what)s” is not.") % {"what": party}
                )
        return queries.in_order(found[self.ids[0]], found[self.ids[1]])

    def page(
        self, request: HttpRequest, one: Party, other: Party, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        if one.pk == other.pk or one.kind != other.kind:
            told = _("These are one and the same already.") if one.pk == other.pk else _("These are of two kinds.")
            return render(request, "parties/merge.html", {"one": one, "other": other, "problem": told}, status=422)
        description = queries.described(one)
        formats = current_formats()
        preview = queries.merge_preview(one, other, user=self.user)
        pair = queries.pair_between(one.pk, other.pk)
        shown = next(iter(queries.likely([pair], user=self.user)), None) if pair is not None else None
        in_list = "from" in request.GET
        following = self.following(request, behind=pair) if in_list and pair else None
        twice = {second.pk for _first, second in preview.people}
        people = [
            (role.person, role.person_id in twice)
            for role in queries.members_of(other, user=self.user, most=MOST_PEOPLE)
        ]  # fmt: skip
        context = {
            "one": one,
            "other": other,
            "since": [formats.date(timezone.localtime(party.created_at).date()) for party in (one, other)],
            "description": description,
            "lines": preview.shown_to(self.user),
            "people": people,
            "twice": len(twice),
            "moves": merging.counts(description, other.pk),
            "likely": shown,
            "is_known": bool(pair and pair.probability),
            "in_list": in_list,
            "next": self.address(request, following) if following else "",
            "next_pair": next(iter(queries.likely([following], user=self.user)), None) if following else None,
            "problem": problem,
        }
        return render(request, "parties/merge.html", context, status=status)


def _back(request: HttpRequest) -> str:
    """The list that one came from."""
    path = request.headers.get("Referer", "").partition("//")[2].partition("/")[2]
    return f"/{path}" if not path.startswith("/") else "/"
