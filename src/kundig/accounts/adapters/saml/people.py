"""Attributes as people are made of them: every provider has its own names for the same few things."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

from kundig.accounts.adapters.saml.opening import opened
from kundig.accounts.adapters.saml.reading import ASSERTION, NAMES, Unreadable, text_of
from kundig.accounts.models import IdentityProvider
from kundig.accounts.protocol import NotProven, Visitor

MOST_GROUPS = 500
LONGEST_SUBJECT = 300
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
SUBJECTS = ("urn:oasis:names:tc:SAML:attribute:subject-id", "urn:oasis:names:tc:SAML:attribute:pairwise-id")
MAILS = ("email", "mail", "emailAddress", "urn:oid:0.9.2342.19200300.100.1.3", f"{_CLAIMS}emailaddress")
FULL = (
    "displayName", "urn:oid:2.16.840.1.113730.3.1.241", "http://schemas.microsoft.com/identity/claims/displayname",
    "cn", "urn:oid:2.5.4.3",
)  # fmt: skip
FIRST = ("givenName", "firstName", "urn:oid:2.5.4.42", f"{_CLAIMS}givenname")
FAMILY = ("sn", "surname", "lastName", "urn:oid:2.5.4.4", f"{_CLAIMS}surname")


@dataclass(frozen=True)
class NameThere:
    """What somebody, and their session, is called at a provider: said word for word when it is to end."""

    name: str
    form: str = ""
    house: str = ""
    for_whom: str = ""
    index: str = ""


def name_there(assertion: etree._Element) -> NameThere:
    """Raises Unreadable if the name is encrypted, and not for us."""
    name = name_id(assertion.find("saml:Subject", NAMES))
    session = assertion.find("saml:AuthnStatement", NAMES)
    index = (session.get("SessionIndex") or "") if session is not None else ""
    if name is None:
        return NameThere("", index=index)
    return NameThere(
        text_of(name), form=name.get("Format") or "", house=name.get("NameQualifier") or "",
        for_whom=name.get("SPNameQualifier") or "", index=index,
    )  # fmt: skip


def name_id(holder: etree._Element | None) -> etree._Element | None:
    """The NameID in a subject or in a message, opened if it is encrypted.

    Raises:
        Unreadable: if it is encrypted, and not for us.
    """
    if holder is None:
        return None
    sealed = holder.find("saml:EncryptedID", NAMES)
    if sealed is None:
        return holder.find("saml:NameID", NAMES)
    inside = opened(sealed)[0]
    if inside.tag != f"{{{ASSERTION}}}NameID":
        raise Unreadable("no NameID was encrypted")
    return inside


def visitor_of(provider: IdentityProvider, assertion: etree._Element, there: NameThere) -> Visitor:
    """SAML knows no checked address: the house says whether a provider's count.

    Raises:
        NotProven: if the name there is longer than one that could be kept.
    """
    form, name = there.form, there.name
    told = _attributes(assertion)
    mail = _first(told, MAILS) or (name if form == EMAIL_FORMAT else "")
    # A transient name is another one tomorrow.
    subject = _first(told, SUBJECTS) or (name if form != TRANSIENT else "") or mail
    if len(subject) > LONGEST_SUBJECT:
        raise NotProven(_("The name that %(provider)s has for you is too long.") % {"provider": provider.name})
    groups = told.get(provider.group_claim, []) if provider.group_claim else []
    return Visitor(
        subject=subject,
        email=mail.lower() if provider.vouches_for_mail else "",
        name=_first(told, FULL) or f"{_first(told, FIRST)} {_first(told, FAMILY)}".strip(),
        groups=tuple(group[:200] for group in groups[:MOST_GROUPS]),
    )


def _attributes(assertion: etree._Element) -> dict[str, list[str]]:
    """Values by name, and by the friendly name where there is one."""
    told: dict[str, list[str]] = {}
    for attribute in assertion.findall("saml:AttributeStatement/saml:Attribute", NAMES):
        values = [text_of(value) for value in attribute.findall("saml:AttributeValue", NAMES)]
        for name in dict.fromkeys((attribute.get("Name"), attribute.get("FriendlyName"))):
            if name:
                told.setdefault(name, []).extend(values)
    return told


def _first(told: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((told[name][0] for name in names if told.get(name) and told[name][0]), "")
