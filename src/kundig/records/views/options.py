"""What a reference or a tag may be set to, as one types."""

from __future__ import annotations

from html import escape
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.platform.sorting import sort_key
from kundig.records import registry, search
from kundig.records.fields import Field
from kundig.records.kinds.choices import Several
from kundig.records.kinds.references import Reference
from kundig.records.views.base import ObjectView

MOST = 8


class OptionsView(ObjectView):
    """`<li role="option">` for each record (or tag) that fits `?q=`."""

    def get(self, request: HttpRequest, field: str) -> HttpResponse:
        found = self.description.fields_for(self.user).get(field)
        q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
        if found is not None and isinstance(found.kind, Several):
            return HttpResponse(self.tags(found, q))
        if found is None or not isinstance(found.kind, Reference):
            raise Http404(_("There is nothing to choose at this address."))
        options = [
            f'<li role="option" data-value="{pk}">{escape(title)}</li>' for pk, title in self.records(found.kind, q)
        ]
        nothing = escape(_("Nothing found."))
        return HttpResponse("".join(options) or f'<li role="presentation">{nothing}</li>')

    def records(self, kind: Reference, q: str) -> list[tuple[UUID, str]]:
        own = kind.found(self.user, q, limit=MOST)
        if own is not None:
            return own
        rows, title = kind.candidates(self.user), kind.title()
        related = registry.for_model(kind.model)
        if q and related is not None and related.search:
            ids = search.matching_ids(self.user, related, q, limit=MOST)
            by_id = dict(rows.filter(pk__in=ids).values_list("pk", title))
            return [(pk, by_id[pk]) for pk in ids if pk in by_id]
        key = related.field(related.title).sort_path if related is not None else ""
        return list(self.containing(rows, title, q).order_by(key or title).values_list("pk", title)[:MOST])

    def containing(self, rows: QuerySet, title: str, q: str) -> QuerySet:
        return rows.filter(**{f"{title}__icontains": q}) if q else rows

    def tags(self, field: Field, q: str) -> str:
        """Tags that records of this kind carry already, the most used first, out of a sample of recent records."""
        recent = self.description.visible_to(self.user).exclude(**{field.path: []}).order_by("-pk")
        counts: dict[str, int] = {}
        for tags in recent.values_list(field.path, flat=True)[:500]:
            for tag in tags or ():
                counts[tag] = counts.get(tag, 0) + 1
        fitting = [tag for tag in counts if sort_key(q) in sort_key(tag)]
        chosen = sorted(fitting, key=lambda tag: -counts[tag])[:MOST]
        return "".join(f'<li role="option" data-value="{escape(tag)}">{escape(tag)}</li>' for tag in chosen)
