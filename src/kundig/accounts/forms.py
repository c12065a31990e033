"""Input before sign-in, and one's own password."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordKeyForm, UserTokenForm
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import User
from kundig.accounts.passwords import ObviousPasswordValidator

NO_ADDRESS = _("This is not a mail address. It looks like name@company.com.")


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = _("Please enter your mail address.")
        self.fields["login"].error_messages["invalid"] = _(
            "This is not a mail address. It looks like name@company.com."
        )
        self.fields["password"].error_messages["required"] = _("Please enter your password.")


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        error_messages={
            "required": _("Please enter your mail address."),
            "invalid": NO_ADDRESS,
        }
    )


class LinkForm(UserTokenForm):
    """A link of somebody deactivated opens nothing."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user and user.is_active else None


class NewPasswordForm(ResetPasswordKeyForm):
    """A new password, typed once: it can be shown, and a link brings a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].error_messages["required"] = _("Please enter a password.")


class OwnPasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["oldpassword"].error_messages["required"] = _("Please enter your current password.")
        self.fields["password1"].error_messages["required"] = _("Please enter a new password.")


def password_rules() -> list[str]:
    """What makes a password good enough, in sentences; what they promise is checked by the validators."""
    shortest = next(v.min_length for v in get_default_password_validators() if isinstance(v, MinimumLengthValidator))
    return [
        _("At least %(number)d characters. A short sentence is easily remembered.") % {"number": shortest},
        str(_("Not your name and not your mail address.")),
        ObviousPasswordValidator().get_help_text(),
    ]
