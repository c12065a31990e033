"""Keys for programs."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.accounts.models import ApiToken, User
from kundig.accounts.reach import LONGEST_DAYS, Verb, is_scope, least, usual_end

PREFIX = "kundig_"


def digest(text: str) -> str:
    """What is kept of a secret of full entropy: no salt and no slow hash are needed for 256 random bits."""
    return sha256(text.encode()).hexdigest()


def create_token(
    user: User,
    *,
    name: str,
    by: User | None,
    scopes: Iterable[str] = (Verb.READ,),
    expires_on: date | None = None,
) -> str:
    """A new token that may do, of what `user` may, what its scopes name, up to and including the day `expires_on` (a
    year, if none is given). The answer is the only time its text is known.

    Raises:
        ValidationError: by field: `name`, `scopes`, `expires_on`.
    """
    _require_self_or_administrator(user, by)
    wanted = list(scopes)
    errors = _errors_of_scopes(wanted)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user, name=name.strip(), digest=digest(text), start=text[:12], created_by=by,
        scopes=[] if errors else least(wanted), expires_on=expires_on or usual_end(timezone.localdate()),
    )  # fmt: skip
    errors |= _errors_of_end(token.expires_on)
    try:
        token.full_clean(exclude=set(errors))
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)
    token.save()
    return text


def _errors_of_scopes(scopes: list[str]) -> dict[str, list[str]]:
    if not scopes:
        return {"scopes": [_("Say at least one thing that the token may do.")]}
    wrong = [scope for scope in scopes if not is_scope(scope)]
    if not wrong:
        return {}
    return {
        "scopes": [
            _("“%(scope)s” is not a scope. It looks like read, write, administer or read:persons.")
            % {"scope": scope[:60]}
            for scope in wrong
        ]
    }


def _errors_of_end(expires_on: date) -> dict[str, list[str]]:
    today = timezone.localdate()
    if expires_on < today:
        return {"expires_on": [_("This day is over. Choose one from today on.")]}
    if expires_on > today + timedelta(days=LONGEST_DAYS):
        years = LONGEST_DAYS // 366
        return {
            "expires_on": [
                ngettext(
                    "A token works for at most %(number)d year.", "A token works for at most %(number)d years.", years
                )
                % {"number": years}
            ]
        }
    return {}


def revoke_token(token: ApiToken, *, by: User | None) -> None:
    _require_self_or_administrator(token.user, by)
    token.revoked_at = token.revoked_at or timezone.now()
    token.save(update_fields=["revoked_at", "changed_at"])


def note_token_use(token_id: UUID) -> None:
    """Keep the day, and write it at most once a day."""
    today = timezone.localdate()
    ApiToken.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=today), pk=token_id).update(last_used_on=today)


def _require_self_or_administrator(user: User, by: User | None) -> None:
    if by is not None and by != user and not by.access.is_administrator:
        raise PermissionDenied(_("Only %(name)s and administrators may do that.") % {"name": user.name})
