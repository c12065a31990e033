"""Which pages are arranged, and for whom."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundig.accounts.models import AccessRole
from kundig.records.layouts.queries import roles_with_own
from kundig.records.registry import descriptions
from kundig.web.administration.access import administrators


@administrators
@require_safe
def layouts(request: HttpRequest) -> HttpResponse:
    """Every object that has pages of its own, with the roles whose page was arranged."""
    labels = {role.pk: role.label for role in AccessRole.objects.all()} | {None: _("all roles")}
    rows = [
        (description, [label for key, label in labels.items() if key in own])
        for description in descriptions()
        if description.nav
        for own in [roles_with_own(description.name)]
    ]
    return render(request, "administration/layouts.html", {"rows": rows})
