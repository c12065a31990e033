"""One's own account: name, and how Kundig looks."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kundig.accounts.actions import change_preferences, change_profile
from kundig.accounts.enums import Density, Language, Theme
from kundig.web.administration.access import acting, errors_of

PREFERENCES = ("language", "theme", "density", "is_shown")

PRESENCE = (
    (True, gettext_lazy("Who may see a record also sees that I have it open, and what I edit in it.")),
    (False, gettext_lazy("Nobody sees where I am; nor do I see where others are.")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = acting(request)
    errors: dict[str, list[str]] = {}
    values = {"name": user.name, **{name: getattr(user, name) for name in PREFERENCES}}
    if request.method == "POST":
        values = {name: request.POST.get(name, values[name]) for name in values}
        try:
            with transaction.atomic():
                change_profile(user, name=values["name"])
                change_preferences(user, values={name: values[name] for name in PREFERENCES})
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("profile")
    context = {
        "values": values,
        "errors": errors,
        "choices": [
            (name, label, [(value, text, str(values[name]) == str(value)) for value, text in options])
            for name, label, options in (
                ("language", _("Language"), Language.choices),
                ("theme", _("Appearance"), Theme.choices),
                ("density", _("Rows"), Density.choices),
                ("is_shown", _("Presence"), PRESENCE),
            )
        ],
    }
    return render(request, "administration/profile.html", context, status=422 if errors else 200)
