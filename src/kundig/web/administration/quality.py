"""What counts for how well customers are known, and for how long each value holds."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.parties import actions, queries
from kundig.platform import jobs
from kundig.web.administration.access import acting, administrators, errors_of

JOB = "data_quality"


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def quality(request: HttpRequest) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            with transaction.atomic():
                for description in queries.descriptions():
                    kind = description.where["kind"]
                    chosen = [name for name in request.POST.getlist(f"{kind}.field") if name]
                    wanted = [name for name in queries.quality_rule(kind).fields if name in chosen]
                    wanted += [name for name in chosen if name not in wanted]
                    actions.set_quality_rule(kind, wanted, _months(kind, wanted, request.POST), by=acting(request))
                jobs.start(JOB, title=_("Data quality of all customers"), by=acting(request), lock=JOB)
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved. All customers are reckoned anew in the background."))
            return redirect("quality")
    kinds = []
    for description in queries.descriptions():
        kind = description.where["kind"]
        rule = queries.quality_rule(kind)
        held = dict(zip(rule.fields, rule.months, strict=True))
        offered = [each.value for each in queries.may_count(description)]
        order = [*(name for name in rule.fields if name in offered), *(n for n in offered if n not in rule.fields)]
        lines = [
            (name, description.fields[name].label, name in held, held.get(name) or queries.half_life(name))
            for name in order
        ]
        kinds.append((kind, description.label_plural, lines))
    return render(
        request, "administration/quality.html", {"kinds": kinds, "errors": errors}, status=422 if errors else 200
    )


def _months(kind: str, fields: list[str], data: Mapping[str, str]) -> dict[str, int]:
    """How long each holds; what is no number is told as one that is not possible."""
    texts = {name: data.get(f"{kind}.{name}", "").strip() for name in fields}
    return {
        name: int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0 for name, text in texts.items()
    }
