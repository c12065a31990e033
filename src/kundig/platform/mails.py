"""Mail addresses: checked by their form; whether anybody reads there is not asked of the network."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

_ORDINARY = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_WRAPPED = re.compile(r"(?:mailto:|[^<>]*<)([^<>]+?)>?", re.IGNORECASE)
LONGEST_ORDINARY = 64


def check_mail(text: str) -> str:
    """The address in its canonical form: domain in lower case, without a name or "mailto:" around it.

    Raises:
        ValidationError: if it is no mail address.
    """
    bare = text.strip()
    # A tenth of the cost of the full check, for the addresses that nearly everybody has.
    if len(bare) <= LONGEST_ORDINARY and _ORDINARY.fullmatch(bare):
        return bare
    wrapped = _WRAPPED.fullmatch(bare)
    try:
        # Not "globally deliverable": .local and .example are somebody's, too. A domain without a dot is a slip.
        checked = validate_email(
            wrapped[1] if wrapped else bare, check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise _refusal(bare) from error
    if "." not in checked.domain:
        raise _refusal(bare)
    return checked.normalized


def _refusal(text: str) -> ValidationError:
    return ValidationError(_("“%(text)s” is not a mail address. Write it like name@company.com.") % {"text": text[:60]})


def comparable(mail: str) -> str:
    """What two writings of one mailbox have in common."""
    return mail.strip().lower()
