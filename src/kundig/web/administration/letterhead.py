"""What stands on the house's paper."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundig.accounts.actions import PRINTED, change_letterhead
from kundig.accounts.queries import letterhead as the_letterhead
from kundig.platform.models import StoredFile
from kundig.records.files import receive
from kundig.records.views.files import served
from kundig.web.administration.access import acting, administrators, errors_of


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def letterhead(request: HttpRequest) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    now = the_letterhead()
    values = {name: getattr(now, name) for name in PRINTED}
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in PRINTED}
        try:
            picture = None if "no_logo" in request.POST else now.logo
            if upload := request.FILES.get("logo"):
                picture = _picture(request, upload)
            change_letterhead(**values, logo=picture, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("letterhead")
    context = {"values": values, "errors": errors, "now": now, "missing": now.missing()}
    return render(request, "administration/letterhead.html", context, status=422 if errors else 200)


def _picture(request: HttpRequest, upload: UploadedFile) -> StoredFile:
    try:
        return receive(upload, by=acting(request), only_pictures=True)
    except ValidationError as problem:
        raise ValidationError({"logo": problem.messages}) from problem


@require_safe
def logo(request: HttpRequest) -> HttpResponseBase:
    """The logo, for everyone of the house: it stands on what they send."""
    picture = the_letterhead().logo
    if picture is None:
        raise Http404(_("The house has no logo."))
    return served(request, picture)
