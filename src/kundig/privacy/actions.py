"""Stating for what personal data are kept, and ending it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.privacy.models import Purpose
from kundig.privacy.queries import forget_purposes
from kundig.privacy.rules import BUILTIN, BuiltIn, missing


def state_purpose(key: str, *, legal_basis: str, wording: str, retention: str, weighing: str = "", by: User) -> Purpose:
    """State everything the law asks for; from now on the fields of this purpose may be filled.

    Raises:
        ValidationError: by field, if something is missing or the basis cannot carry the purpose.
    """
    _require_administrator(by)
    problems = missing(
        basis=legal_basis, wording=wording, retention=retention, weighing=weighing, builtin=_known(key)
    )  # fmt: skip
    if problems:
        raise ValidationError(problems)
    purpose = Purpose.objects.filter(key=key).first() or Purpose(key=key)
    purpose.legal_basis, purpose.wording, purpose.retention = legal_basis, wording.strip(), retention.strip()
    purpose.weighing, purpose.is_active = weighing.strip(), True
    return _save(purpose, by=by)


def end_purpose(key: str, *, by: User) -> Purpose:
    """From now on nothing is kept for this purpose: its fields are off everywhere.

    Raises:
        ValidationError: for a purpose without which there could be no customers at all.
    """
    _require_administrator(by)
    if _known(key).basis is not None:
        raise ValidationError(_("Without this purpose Kundig could not keep any customers. It stays."))
    purpose = Purpose.objects.filter(key=key).first() or Purpose(key=key)
    purpose.is_active = False
    return _save(purpose, by=by)


def _save(purpose: Purpose, *, by: User) -> Purpose:
    purpose.stated_by, purpose.stated_at = by, timezone.now()
    purpose.full_clean(validate_unique=False)
    with transaction.atomic():
        purpose.save()
        transaction.on_commit(forget_purposes)
    return purpose


def _known(key: str) -> BuiltIn:
    if key not in BUILTIN:
        raise ValidationError(_("There is no purpose “%(key)s”.") % {"key": key})
    return BUILTIN[key]


def _require_administrator(by: User) -> None:
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may state purposes."))
