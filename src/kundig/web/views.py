"""Pages of the frame itself."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kundig.accounts.actions import change_preferences
from kundig.accounts.enums import Language
from kundig.web.shell import SHORTCUTS_COOKIE, Shell, cookie, page_of


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keeps language, theme, density and keyboard shortcuts; visitors can choose the language, for this device."""
    back = page_of(request)
    response = HttpResponse(status=204) if request.headers.get("Accept") == "application/json" else redirect(back)
    values = request.POST.dict()
    language = values.get("language", "")
    if language and language not in Language.values:
        raise BadRequest(_("Kundig does not speak the language “%(language)s”.") % {"language": language})
    if request.user.is_authenticated:
        try:
            change_preferences(request.user, values=values)
        except ValidationError as error:
            raise BadRequest(" ".join(error.messages)) from error
    if language:
        response.set_cookie(**cookie(settings.LANGUAGE_COOKIE_NAME, language))
    if "shortcuts" in values:
        response.set_cookie(**cookie(SHORTCUTS_COOKIE, "on" if values["shortcuts"] == "on" else "off"))
    return response


def first_setting(request: HttpRequest) -> HttpResponse:
    """`/settings/` leads to the first page of the settings that one may open."""
    groups = Shell(request).settings
    if not groups:
        raise Http404(_("There are no settings that you may change."))
    return redirect(groups[0][1][0][0].url)
