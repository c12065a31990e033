"""The company whose house this is."""

from zoneinfo import available_timezones

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundig.accounts.actions import change_company
from kundig.accounts.enums import Country, Language
from kundig.accounts.queries import company as settings_of_company
from kundig.accounts.rules import COUNTRIES
from kundig.web.administration.access import acting, administrators, errors_of

FIELDS = ("name", "country", "currency", "timezone", "language")


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    now = settings_of_company()
    values = {name: getattr(now, name) for name in FIELDS}
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in FIELDS}
        try:
            change_company(**values, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("company")
    zones = (zone for zone in available_timezones() if zone.startswith("Europe/"))
    context = {
        "values": values,
        "errors": errors,
        "countries": Country.choices,
        "languages": Language.choices,
        "currencies": sorted({habits.currency for habits in COUNTRIES.values()}),
        "zones": sorted({values["timezone"], *zones}),
    }
    return render(request, "administration/company.html", context, status=422 if errors else 200)
