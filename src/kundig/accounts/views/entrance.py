"""Pages before sign-in, and one's own password. The flows are allauth's; look and words are ours."""

from typing import Any

from allauth.account.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    PasswordResetFromKeyView,
)
from allauth.core import ratelimit
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Max
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kundig.accounts.actions import end_other_sessions, record
from kundig.accounts.addresses import caller_of, client_address
from kundig.accounts.backends import attempted_email
from kundig.accounts.enums import SecurityEvent
from kundig.accounts.forms import ForgottenForm, NewPasswordForm, OwnPasswordForm, SignInForm, password_rules
from kundig.accounts.jobs import send_password_link
from kundig.accounts.models import User
from kundig.accounts.queries import company, has_passkeys, needs_setup, providers, sign_in_rules
from kundig.accounts.views.factors import takes_passkeys
from kundig.accounts.views.leaving import depart, vouched

FEW_ATTEMPTS = 3


class Refusing:
    """A refused form is answered with 422, so that browsers and programs can tell it from success."""

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)  # type: ignore[attr-defined]


class SignIn(Refusing, LoginView):
    template_name = "accounts/sign_in.html"
    form_class = SignInForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sign_in_rules().passwords:
            messages.error(request, _("Passwords are switched off here. Choose another way."))
            return redirect("account_login")
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        failures = getattr(self.request, "axes_failures_since_start", None)
        left = settings.AXES_FAILURE_LIMIT - failures if failures else None
        return super().get_context_data(
            company=company(),
            needs_setup=needs_setup(),
            **_ways(self.request),
            attempts_left=left if left is not None and left <= FEW_ATTEMPTS else None,
            pause_minutes=int(settings.AXES_COOLOFF_TIME.total_seconds() // 60),
            **kwargs,
        )


def _ways(request: HttpRequest) -> dict[str, Any]:
    """By which ways one can come in here and now."""
    return {
        "rules": sign_in_rules(),
        "providers": providers(),
        "with_passkeys": takes_passkeys(request) and has_passkeys(),
    }


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """The sign-in page with the time from which on it can be tried again."""
    email = attempted_email(request, credentials)
    attempts = AccessAttempt.objects.filter(username=email, ip_address=client_address(request))
    last = attempts.aggregate(last=Max("attempt_time"))["last"]
    context = {
        "form": SignInForm(initial={"login": email}),
        "company": company(),
        **_ways(request),
        "opens_at": last + settings.AXES_COOLOFF_TIME if last else None,
    }
    return render(request, "accounts/sign_in.html", context, status=429)


class SignOut(LogoutView):
    template_name = "accounts/sign_out.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """By another token pages that the browser still has in memory know that they are nobody's any more."""
        known = vouched(self.request)
        response: HttpResponseBase = super().post(*args, **kwargs)
        rotate_token(self.request)
        return depart(self.request, known) or response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail. The answer and its time are the same whether or not somebody has the address."""
    if not sign_in_rules().passwords:
        return redirect("account_login")
    form = ForgottenForm(request.POST or None)
    if request.method != "POST":
        return render(request, "accounts/forgotten.html", {"form": form, "company": company()})
    if not form.is_valid():
        return render(request, "accounts/forgotten.html", {"form": form, "company": company()}, status=422)
    email = form.cleaned_data["email"].lower()
    if refused := ratelimit.consume_or_429(request, action="reset_password", key=email):
        return refused
    user = User.objects.active().filter(email=email).first()
    send_password_link(user, base=request.build_absolute_uri("/"), occasion="forgotten", by=None)
    return redirect("account_reset_password_done")


@login_not_required
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/forgotten_sent.html", {"company": company()})


@method_decorator(login_not_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters("password1"), name="dispatch")
class NewPassword(Refusing, PasswordResetFromKeyView):
    template_name = "accounts/new_password.html"
    form_class = NewPasswordForm

    def form_valid(self, form: Form) -> HttpResponse:
        end_other_sessions(self.reset_user, keep=None)
        if self.reset_user.has_usable_password():  # otherwise it is their first, by the link of an invitation
            record(self.reset_user, SecurityEvent.PASSWORD_CHANGED, caller=caller_of(self.request))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(company=company(), rules=password_rules(), person=self.reset_user, **kwargs)


class OwnPassword(Refusing, PasswordChangeView):
    template_name = "accounts/own_password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("account_change_password")

    def form_valid(self, form: Form) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. Other devices are signed out."))
        response = super().form_valid(form)
        user: Any = self.request.user
        end_other_sessions(user, keep=self.request.session.session_key)
        record(user, SecurityEvent.PASSWORD_CHANGED, caller=caller_of(self.request))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rules=password_rules(), **kwargs)
