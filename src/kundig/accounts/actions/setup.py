"""The first run: one link, one administrator."""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.actions.company import change_company
from kundig.accounts.actions.tokens import digest
from kundig.accounts.actions.users import add_user
from kundig.accounts.models import SetupLink, User
from kundig.accounts.queries import forget_company, needs_setup
from kundig.accounts.rules import ADMINISTRATOR


@transaction.atomic
def make_setup_token() -> str:
    """A new secret for `/setup/<token>/`. Earlier ones stay good until the house is set up: a page may be open.

    Raises:
        ValidationError: if the house is set up already.
    """
    if not needs_setup():
        raise ValidationError(_("Kundig is set up already. Sign in instead."))
    token = secrets.token_urlsafe(24)
    SetupLink.objects.create(digest=digest(token))
    return token


def complete_setup(
    *, token: str, company_name: str, country: str, language: str, name: str, email: str, password: str
) -> User:
    """Make the company and its first administrator, and end all setup links.

    Raises:
        ValidationError: by field; without a field if the link is used up.
    """
    try:
        with transaction.atomic():
            return _complete(
                token=token, name=name, email=email, password=password, language=language,
                company={"name": company_name, "country": country, "language": language},
            )  # fmt: skip
    finally:
        forget_company()  # what was read meanwhile may have been taken back


def _complete(*, token: str, company: dict[str, str], language: str, name: str, email: str, password: str) -> User:
    # All links are locked, so that of two people at the same moment only one becomes the first administrator.
    links = list(SetupLink.objects.select_for_update().order_by("id"))
    if digest(token) not in [link.digest for link in links] or not needs_setup():
        raise ValidationError(_("This link has been used or replaced."), code="used")
    errors: dict[str, list[str]] = {}
    try:
        change_company(**company, by=None)
    except ValidationError as error:
        errors |= {f"company_{key}" if key == "name" else key: list(value) for key, value in error.message_dict.items()}
    try:
        user = add_user(email=email, name=name, password=password, role=ADMINISTRATOR, by=None)
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)
    user.language = language
    user.save(update_fields=["language"])
    SetupLink.objects.all().delete()
    return user
