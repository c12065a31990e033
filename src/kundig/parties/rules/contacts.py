"""What two writings of one contact point have in common."""

import re

from kundig.parties.enums import ContactKind
from kundig.platform import mails, phones

SPOKEN = frozenset({ContactKind.PHONE, ContactKind.MOBILE, ContactKind.FAX})


def comparable(kind: str, value: str, *, country: str) -> str:
    """The form in which contact points are compared: E.164, mail and messenger in lower case, a web site's host and
    path; "" where a number cannot be read. `country` is where a number without prefix belongs."""
    text = value.strip()
    if kind in SPOKEN:
        return phones.e164(text, country=country)
    if kind == ContactKind.MAIL:
        return mails.comparable(text)
    if kind == ContactKind.WEB:
        return re.sub(r"^(?:https?://)?(?:www\.)?", "", text.lower()).rstrip("/")
    return text.lower()
