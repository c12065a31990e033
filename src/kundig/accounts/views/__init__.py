"""Pages before sign-in, the second step of it, and one's own password."""

from kundig.accounts.views.confirming import confirm, confirmed
from kundig.accounts.views.entrance import (
    NewPassword,
    OwnPassword,
    SignIn,
    SignOut,
    forgotten,
    forgotten_sent,
    locked_out,
)
from kundig.accounts.views.entry import entry_link
from kundig.accounts.views.factors import passkey_options, passkey_sign_in, second_factor
from kundig.accounts.views.leaving import leave, leaving
from kundig.accounts.views.providers import back, begin
from kundig.accounts.views.saml import answer, metadata

__all__ = [
    "NewPassword",
    "OwnPassword",
    "SignIn",
    "SignOut",
    "answer",
    "back",
    "begin",
    "confirm",
    "confirmed",
    "entry_link",
    "forgotten",
    "forgotten_sent",
    "leave",
    "leaving",
    "locked_out",
    "metadata",
    "passkey_options",
    "passkey_sign_in",
    "second_factor",
]
