"""The settings page on which administrators write what reports begin with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.timeline.actions import set_report_templates
from kundig.timeline.protocol import kinds
from kundig.timeline.queries import report_templates

EMPTY = ("", "visit", "")


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """GET shows the templates with an empty line for one more, POST keeps them."""
    user: Any = request.user
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    errors: dict[str, str] = {}
    lines = [(each.name, each.kind, each.text) for each in report_templates()]
    if request.method == "POST":
        posted = request.POST
        lines = list(zip(posted.getlist("name"), posted.getlist("kind"), posted.getlist("text"), strict=False))
        try:
            set_report_templates(lines, by=user)
        except ValidationError as problem:
            errors = {name: texts[0] for name, texts in problem.message_dict.items()}
        else:
            messages.success(request, _("Saved."))
            return redirect("timeline:reports")
    shown = [(*line, errors.get(str(number), "")) for number, line in enumerate([*lines, EMPTY])]
    context = {"lines": shown, "errors": errors, "kinds": [kind for kind in kinds() if kind.composer]}
    return render(request, "timeline/reports/settings.html", context, status=422 if errors else 200)
