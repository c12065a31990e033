"""People: add, change, deactivate, and how they come to their password."""

from collections.abc import Callable, Iterable

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import keeping_an_administrator, require_administrator
from kundig.accounts.actions.roles import find_role
from kundig.accounts.actions.sessions import end_other_sessions
from kundig.accounts.models import AccessRole, Membership, Team, User
from kundig.accounts.queries import company
from kundig.platform import live
from kundig.platform.mails import check_mail


@transaction.atomic
def add_user(*, email: str, name: str, password: str | None, role: str, by: User | None) -> User:
    """A new user with one role (by key); with `password=None` they set their own by a link (`make_password_link`).

    Raises:
        ValidationError: by field, if the address is taken or wrong, the password too weak, the role unknown.
    """
    require_administrator(by)
    user = User(email=_clean_email(email), name=name.strip(), language=_language_of(by))
    user.set_password(password)
    found: list[AccessRole] = []
    # Everything that is wrong is said at once, not one after the other.
    checks: list[Callable[[], object]] = [
        lambda: user.full_clean(validate_unique=False, validate_constraints=False),
        lambda: _check_address(user),
        lambda: found.append(find_role(role)),
    ]
    if password is not None:
        checks.append(lambda: _check_password(password, user))
    _raise_all(checks)
    user.save()
    user.roles.add(*found)
    return user


def change_user(user: User, *, email: str, name: str, role: str, teams: Iterable[Team], by: User | None) -> None:
    """Change what administrators decide about somebody; where they lead a team they go on leading it.

    Raises:
        ValidationError: by field, or if no administrator would be left.
    """
    require_administrator(by)
    with keeping_an_administrator():
        user.email, user.name = _clean_email(email), name.strip()
        _raise_all(
            [
                lambda: user.full_clean(validate_unique=False, validate_constraints=False),
                lambda: _check_address(user),
                lambda: find_role(role),
            ]
        )
        user.save(update_fields=["email", "name", "changed_at"])
        _set_lasting_role(user, find_role(role))
        _set_teams(user, list(teams))


def deactivate_user(user: User, *, by: User | None) -> None:
    """Nobody signs in as `user` any more, open sessions and tokens end at once. Their records keep their name.

    Raises:
        ValidationError: for the last administrator.
    """
    require_administrator(by)
    with keeping_an_administrator():
        user.is_active = False
        user.save(update_fields=["is_active", "changed_at"])
        live.announce(f"{live.PEOPLE}:{user.pk}")
        end_other_sessions(user, keep=None)


def activate_user(user: User, *, by: User | None) -> None:
    require_administrator(by)
    user.is_active = True
    user.save(update_fields=["is_active", "changed_at"])


def make_password_link(user: User, *, by: User | None) -> str:
    """Path of a page where `user` sets a password; works once, for as long as `PASSWORD_RESET_TIMEOUT` says."""
    if by != user:
        require_administrator(by)
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def change_profile(user: User, *, name: str) -> None:
    """What people change about themselves."""
    user.name = name.strip()
    user.full_clean(validate_constraints=False)
    user.save(update_fields=["name", "changed_at"])


def _clean_email(email: str) -> str:
    return email.strip().lower()


def _language_of(by: User | None) -> str:
    return by.language if by else company().language


def _check_address(user: User) -> None:
    if user.email:
        _check_email(user.email)
    if User.objects.exclude(pk=user.pk).filter(email=user.email).exists():
        raise ValidationError(
            {"email": _("Somebody with the address %(email)s is already here.") % {"email": user.email}}
        )


def _check_email(email: str) -> None:
    try:
        check_mail(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error


def _raise_all(checks: Iterable[Callable[[], object]]) -> None:
    problems: dict[str, list[str]] = {}
    for check in checks:
        try:
            check()
        except ValidationError as error:
            problems |= error.message_dict
    if problems:
        raise ValidationError(problems)


def _set_lasting_role(user: User, role: AccessRole) -> None:
    """The one role that they have for good; those for a time stay beside it."""
    user.holdings.filter(valid_from=None, valid_until=None).exclude(role=role).delete()
    user.holdings.update_or_create(role=role, defaults={"valid_from": None, "valid_until": None})


def _set_teams(user: User, teams: list[Team]) -> None:
    user.memberships.exclude(team__in=teams).delete()
    Membership.objects.bulk_create((Membership(user=user, team=team) for team in teams), ignore_conflicts=True)
