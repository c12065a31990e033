"""How often customers are contacted: for each class, and each kind of contact."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.parties.enums import CustomerClass
from kundig.timeline import actions, queries
from kundig.timeline.enums import Unit
from kundig.timeline.forms.rhythm import lines, typed
from kundig.web.administration.access import acting, administrators, errors_of

LETTERS = (*(letter.value for letter in CustomerClass if letter), "")


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def rhythm(request: HttpRequest) -> HttpResponse:
    known, errors = queries.rhythms_of_classes(), {}
    data = request.POST if request.method == "POST" else None
    forms = {letter: lines(known.get(letter, []), prefix=letter or "none", data=data) for letter in LETTERS}
    if request.method == "POST":
        try:
            with transaction.atomic():
                for letter, filled in forms.items():
                    actions.set_class_rhythms(letter, typed(filled), by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(
                request, _("Saved. The next contacts of all customers are reckoned anew in the background.")
            )
            return redirect("rhythm")
    context = {"forms": forms.items(), "units": Unit.choices, "errors": errors}
    return render(request, "administration/rhythm.html", context, status=422 if errors else 200)
