"""What one signs in with besides the password: codes of an app, recovery codes, passkeys. The tables are allauth's."""

import secrets
import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import keeping_a_way_in, require_administrator
from kundig.accounts.actions.security import record
from kundig.accounts.addresses import NOWHERE, Caller
from kundig.accounts.enums import SecurityEvent
from kundig.accounts.models import User
from kundig.platform.sealing import seal

TOTP = Authenticator.Type.TOTP
CODES = Authenticator.Type.RECOVERY_CODES
PASSKEY = Authenticator.Type.WEBAUTHN
SEALED_FOR = "second factor"
LONGEST_NAME = 60


def new_totp_secret() -> str:
    return generate_totp_secret()


@transaction.atomic
def add_totp(user: User, *, secret: str, code: str, caller: Caller = NOWHERE) -> None:
    """Ask for the codes of the app that knows `secret` from now on; `code` proves that it does.

    Raises:
        ValidationError: if the code is wrong.
    """
    counter = _counter_of(secret, code)
    if counter is None:
        raise ValidationError({"code": [_("This code is not right. Type the one that the app shows now.")]})
    _lock(user)
    Authenticator.objects.filter(user=user, type=TOTP).delete()
    data = {"secret": seal(secret, purpose=SEALED_FOR), "counter": counter}
    Authenticator.objects.create(user=user, type=TOTP, data=data)
    record(user, SecurityEvent.TOTP_ADDED, caller=caller)


@transaction.atomic
def remove_totp(user: User, *, caller: Caller = NOWHERE) -> None:
    if Authenticator.objects.filter(user=user, type=TOTP).delete()[0]:
        record(user, SecurityEvent.TOTP_REMOVED, caller=caller)
    _drop_lonely_codes(user)


@transaction.atomic
def use_code(user: User, *, code: str, caller: Caller = NOWHERE) -> Authenticator | None:
    """The factor whose code this is, used up by this call: no code works twice. None if it is nobody's."""
    for factor in Authenticator.objects.select_for_update().filter(user=user, type__in=(TOTP, CODES)):
        if factor.type == TOTP and _use_totp(factor, code):
            return factor
        if factor.type == CODES and RecoveryCodes(factor).validate_code(code):
            left = len(RecoveryCodes(Authenticator.objects.get(pk=factor.pk)).get_unused_codes())
            record(user, SecurityEvent.CODE_USED, detail=_("%(number)d left") % {"number": left}, caller=caller)
            return factor
    return None


def _use_totp(factor: Authenticator, code: str) -> bool:
    counter = _counter_of(decrypt(factor.data["secret"]), code)
    if counter is None or counter <= factor.data.get("counter", 0):
        return False
    factor.data["counter"] = counter
    factor.save(update_fields=["data"])
    return True


def _counter_of(secret: str, code: str) -> int | None:
    """The step of time whose code this is; clocks may differ by one step."""
    typed = "".join(code.split())
    now = int(time.time()) // app_settings.TOTP_PERIOD
    for counter in (now - 1, now, now + 1):
        if secrets.compare_digest(format_hotp_value(hotp_value(secret, counter)).encode(), typed.encode()):
            return counter
    return None


@transaction.atomic
def renew_codes(user: User, *, caller: Caller = NOWHERE) -> list[str]:
    """New recovery codes; the earlier ones open nothing any more.

    Raises:
        ValidationError: without a second factor for which they could stand in.
    """
    _lock(user)
    if not Authenticator.objects.filter(user=user, type__in=(TOTP, PASSKEY)).exists():
        raise ValidationError(_("Set up a second factor or a passkey first."))
    had, _rows = Authenticator.objects.filter(user=user, type=CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    if had:
        record(user, SecurityEvent.CODES_RENEWED, caller=caller)
    return codes


@transaction.atomic
def add_passkey(user: User, *, name: str, credential: dict[str, Any], caller: Caller = NOWHERE) -> None:
    """Keep a passkey whose proof has been checked.

    Raises:
        ValidationError: if it is here already.
    """
    credential_id = credential.get("id")
    known = Authenticator.objects.filter(type=PASSKEY, data__credential__id=credential_id)
    if known.exists():
        raise ValidationError(_("This passkey is here already."))
    name = _clean_name(name) or _("Passkey")
    Authenticator.objects.create(user=user, type=PASSKEY, data={"name": name, "credential": credential})
    record(user, SecurityEvent.PASSKEY_ADDED, detail=name, caller=caller)


def rename_passkey(passkey: Authenticator, *, name: str) -> None:
    """Raises ValidationError without a name."""
    cleaned = _clean_name(name)
    if not cleaned:
        raise ValidationError({"name": [_("Give it a name by which you recognise it.")]})
    passkey.data["name"] = cleaned
    passkey.save(update_fields=["data"])


def remove_passkey(passkey: Authenticator, *, caller: Caller = NOWHERE) -> None:
    """Raises ValidationError if no administrator could sign in any more."""
    user = User.objects.get(pk=passkey.user_id)
    name = passkey.data.get("name", "")
    with keeping_a_way_in():
        passkey.delete()
        record(user, SecurityEvent.PASSKEY_REMOVED, detail=name, caller=caller)
        _drop_lonely_codes(user)


def reset_factors(user: User, *, by: User | None) -> None:
    """An administrator removes second factor, recovery codes and passkeys of somebody who has lost them. From the
    command line even the last way in may go: it also makes the link that opens the door.

    Raises:
        ValidationError: if no administrator could sign in any more.
    """
    require_administrator(by)
    with keeping_a_way_in() if by is not None else transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        record(user, SecurityEvent.FACTORS_RESET, by=by)


def _clean_name(name: str) -> str:
    return " ".join(name.replace("\0", "").split())[:LONGEST_NAME]


def _drop_lonely_codes(user: User) -> None:
    """Recovery codes stand in for something; alone they would be a second factor that nobody has set up."""
    factors = Authenticator.objects.filter(user=user)
    if not factors.exclude(type=CODES).exists():
        factors.delete()


def _lock(user: User) -> None:
    list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk"))
