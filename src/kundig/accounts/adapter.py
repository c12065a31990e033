"""What allauth asks us: wording, mails, addresses. Nobody signs up; administrators invite."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kundig.accounts.actions.factors import SEALED_FOR
from kundig.accounts.addresses import client_address
from kundig.accounts.queries import company
from kundig.platform.sealing import seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("Mail address or password is not right."),
        "enter_current_password": _("This is not your current password."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def is_safe_url(self, url: str) -> bool:
        """After signing in one goes to a page of this house, named by its path."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Signing in and out needs no message: one sees it."""

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Whoever was let out is told at the door, by whatever way they came to it."""
        messages.error(request, gettext("This account is deactivated. Ask an administrator."))
        return redirect("account_login")


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: sealed in the database, named after the company."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This passkey does not open your account here."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=SEALED_FOR)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=SEALED_FOR)

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """No second step for whoever has taken it at their provider, a moment ago."""
        if getattr(context.request, "second_step_was_there", False):
            return False
        return bool(super().is_mfa_enabled(user, types))

    def get_totp_issuer(self) -> str:
        return f"Kundig {company().name}".strip()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": self.get_totp_issuer()}
