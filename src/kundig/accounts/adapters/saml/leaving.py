"""Signing out everywhere at once (SAML profiles 4.4), by redirects: what we ask, what is asked of us, the answers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from lxml import etree
from lxml.builder import ElementMaker

from kundig.accounts.adapters.saml.answers import SUCCESS
from kundig.accounts.adapters.saml.people import NameThere, name_id
from kundig.accounts.adapters.saml.questions import Addresses
from kundig.accounts.adapters.saml.reading import ASSERTION, NAMES, PROTOCOL, Unreadable, logger, text_of
from kundig.accounts.adapters.saml.redirects import arrived, leading
from kundig.accounts.models import IdentityProvider
from kundig.accounts.protocol import NotProven

LOGOUT_REQUEST, LOGOUT_RESPONSE = f"{{{PROTOCOL}}}LogoutRequest", f"{{{PROTOCOL}}}LogoutResponse"
AGE = timedelta(minutes=5)
"""A request is made and sent in one breath; more than that is another clock, or an old one that was kept."""
MOST_SESSIONS = 100


@dataclass(frozen=True)
class Leave:
    """Whose session is to end: those with one of `indexes`, or all of them. `number` counts once, until `ends_at`."""

    number: str
    name: str
    indexes: tuple[str, ...]
    ends_at: datetime


def goodbye(provider: IdentityProvider, there: NameThere, addresses: Addresses) -> tuple[str, dict[str, str]]:
    """The address that ends the session there, and what must be remembered until the answer is here."""
    kept = {"state": secrets.token_urlsafe(32), "request": f"_{secrets.token_hex(20)}"}
    samlp, saml = _makers()
    said = {"Format": there.form, "NameQualifier": there.house, "SPNameQualifier": there.for_whom}
    message = samlp.LogoutRequest(
        saml.Issuer(addresses.entity),
        saml.NameID(there.name, **{key: value for key, value in said.items() if value}),
        *([samlp.SessionIndex(there.index)] if there.index else []),
        ID=kept["request"], Version="2.0", IssueInstant=_now(), Destination=provider.facts["sign_out"],
        NotOnOrAfter=_now(AGE), Reason="urn:oasis:names:tc:SAML:2.0:logout:user",
    )  # fmt: skip
    place = provider.facts["sign_out"]
    return leading(place, name="SAMLRequest", message=message, state=kept["state"], is_signed=True), kept


def check_goodbye(provider: IdentityProvider, *, query: str, request: str, addresses: Addresses) -> None:
    """The provider's answer to our request with this number.

    Raises:
        NotProven: if it is not signed by the provider, answers another question, or says that it has not ended all.
    """
    message = _signed(provider, query=query, name="SAMLResponse")
    if message.tag != LOGOUT_RESPONSE:
        raise _unsigned(provider)
    _check_envelope(provider, message, addresses)
    if message.get("InResponseTo") != request:
        raise NotProven(_("This answer belongs to another question."))
    code = message.find("samlp:Status/samlp:StatusCode", NAMES)
    inner = code.find("samlp:StatusCode", NAMES) if code is not None else None
    if code is None or code.get("Value") != SUCCESS or inner is not None:
        raise NotProven(_("%(provider)s could not end all sessions.") % {"provider": provider.name})


def read_request(provider: IdentityProvider, *, query: str, addresses: Addresses) -> Leave:
    """What the provider asks, who has just seen somebody off.

    Raises:
        NotProven: if it is not signed by the provider, not for us, or too old.
    """
    message = _signed(provider, query=query, name="SAMLRequest")
    number = message.get("ID") or ""
    if message.tag != LOGOUT_REQUEST or not number:
        raise _unsigned(provider)
    _check_envelope(provider, message, addresses)
    ends_at = _end_of(provider, message)
    try:
        name = name_id(message)
    except Unreadable as error:
        raise _unsigned(provider) from error
    if name is None or not text_of(name):
        raise NotProven(_("%(provider)s does not say who is to be signed out.") % {"provider": provider.name})
    indexes = [text_of(one) for one in message.findall("samlp:SessionIndex", NAMES)[:MOST_SESSIONS]]
    return Leave(number, text_of(name), tuple(index for index in indexes if index), ends_at)


def reply(provider: IdentityProvider, *, number: str, state: str, addresses: Addresses) -> str:
    """The address that tells the provider that its request with this number is done; "" if it hears of nothing."""
    place = provider.facts.get("sign_out_answers")
    if not place:
        return ""
    samlp, saml = _makers()
    message = samlp.LogoutResponse(
        saml.Issuer(addresses.entity),
        samlp.Status(samlp.StatusCode(Value=SUCCESS)),
        ID=f"_{secrets.token_hex(20)}", Version="2.0", IssueInstant=_now(), Destination=place, InResponseTo=number,
    )  # fmt: skip
    return leading(place, name="SAMLResponse", message=message, state=state, is_signed=True)


def _signed(provider: IdentityProvider, *, query: str, name: str) -> etree._Element:
    try:
        return arrived(query, name=name, certificates=list(provider.facts.get("certificates", [])))
    except Unreadable as error:
        logger.info("Signing out with %s: %s", provider.name, error)
        raise _unsigned(provider) from error


def _check_envelope(provider: IdentityProvider, message: etree._Element, addresses: Addresses) -> None:
    if text_of(message.find("saml:Issuer", NAMES)) != provider.facts["entity_id"]:
        raise _not_for_us(provider)
    if message.get("Version") != "2.0" or message.get("Destination") not in (None, "", addresses.leave):
        raise _not_for_us(provider)


def _end_of(provider: IdentityProvider, message: etree._Element) -> datetime:
    """Until when the request counts. Raises NotProven if that is over, or it says no time."""
    now = timezone.now()
    sent, ends = (_moment(message.get(name)) for name in ("IssueInstant", "NotOnOrAfter"))
    if sent is None or abs(now - sent) > AGE or (message.get("NotOnOrAfter") and (ends is None or ends <= now - AGE)):
        raise NotProven(
            _("What %(provider)s sent is too old, or the clocks of the two servers do not agree.")
            % {"provider": provider.name}
        )
    return sent + 2 * AGE


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parse_datetime(text.strip()) if text else None
    except ValueError:
        return None
    return moment if moment is None or timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


def _now(later: timedelta = timedelta()) -> str:
    return f"{timezone.now() + later:%Y-%m-%dT%H:%M:%SZ}"


def _makers() -> tuple[ElementMaker, ElementMaker]:
    return (
        ElementMaker(namespace=PROTOCOL, nsmap={"samlp": PROTOCOL, "saml": ASSERTION}),
        ElementMaker(namespace=ASSERTION, nsmap={"saml": ASSERTION}),
    )


def _unsigned(provider: IdentityProvider) -> NotProven:
    return NotProven(_("What %(provider)s sent is not signed as it should be.") % {"provider": provider.name})


def _not_for_us(provider: IdentityProvider) -> NotProven:
    return NotProven(_("What %(provider)s sent is meant for somebody else.") % {"provider": provider.name})
