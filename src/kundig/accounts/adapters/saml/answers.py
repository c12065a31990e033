"""What comes back: believed only where it is signed, meant for us, in time, and the answer to our own question.

The checks are those of SAML profiles 4.1.4.3 and SAML core 2.5.1; only what `signed_part` hands out is ever read.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from lxml import etree

from kundig.accounts.adapters.saml.opening import opened
from kundig.accounts.adapters.saml.people import NameThere, name_there, visitor_of
from kundig.accounts.adapters.saml.questions import Addresses
from kundig.accounts.adapters.saml.reading import ASSERTION, NAMES, PROTOCOL, Unreadable, parse, signed_part, text_of
from kundig.accounts.models import IdentityProvider
from kundig.accounts.protocol import NotProven, Visitor

BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
RESPONSE, ONE_ASSERTION = f"{{{PROTOCOL}}}Response", f"{{{ASSERTION}}}Assertion"
LEEWAY = timedelta(seconds=60)
LONGEST = timedelta(days=1)
"""No answer is remembered longer than that, so none may claim to hold longer."""


@dataclass(frozen=True)
class Proof:
    """Who it is, and the number of the assertion that says so: it counts once, until its time is over."""

    visitor: Visitor
    there: NameThere
    number: str
    ends_at: datetime


def proof(provider: IdentityProvider, *, text: str, request: str, addresses: Addresses) -> Proof:
    """What the answer proves; `request` is the number of our question, "" for one that nobody has asked.

    Raises:
        NotProven: if it is not signed by the provider, not for us, too old, or answers another question.
    """
    try:
        response = parse(base64.b64decode("".join(text.split()), validate=True))
    except (Unreadable, binascii.Error, ValueError) as error:
        raise NotProven(_("%(provider)s has sent nothing.") % {"provider": provider.name}) from error
    _check_envelope(provider, response, request=request, addresses=addresses)
    assertion = _proven(provider, response)
    ends_at = _check(provider, assertion, request=request, addresses=addresses)
    try:
        there = name_there(assertion)
    except Unreadable as error:
        raise _closed(provider) from error
    return Proof(visitor_of(provider, assertion, there), there, assertion.get("ID") or "", ends_at)


def _check_envelope(
    provider: IdentityProvider, response: etree._Element, *, request: str, addresses: Addresses
) -> None:
    """The response around the assertion need not be signed; where it contradicts, nothing in it is looked at."""
    if response.tag != RESPONSE:
        raise _unsigned(provider)
    code = response.find("samlp:Status/samlp:StatusCode", NAMES)
    if code is not None and code.get("Value") != SUCCESS:
        inner = code.find("samlp:StatusCode", NAMES)
        reason = (inner if inner is not None else code).get("Value") or ""
        raise NotProven(
            _("%(provider)s refuses: %(reason)s")
            % {"provider": provider.name, "reason": reason.rpartition(":")[2][:60] or "?"}
        )
    if response.get("InResponseTo") not in (None, request):
        raise _other_question()
    if response.get("Destination") not in (None, "", addresses.answers):
        raise _not_for_us(provider)


def _proven(provider: IdentityProvider, response: etree._Element) -> etree._Element:
    """The one assertion that a signature of the provider covers: its own, or that of the whole response."""
    whole = response.findall("ds:Signature", NAMES)
    inside = _assertions(response)
    if len(whole) > 1 or len(inside) != 1:
        raise _unsigned(provider)
    certificates = list(provider.facts.get("certificates", []))
    if whole:
        found = signed_part(response, place="./", certificates=certificates)
        if found is None or found.tag != RESPONSE or not found.get("ID") or found.get("ID") != response.get("ID"):
            raise _unsigned(provider)
        inside = _assertions(found)
        if len(inside) != 1:
            raise _unsigned(provider)
        return inside[0] if inside[0].tag == ONE_ASSERTION else _opened(provider, inside[0])[0]
    is_open = inside[0].tag == ONE_ASSERTION
    around = response if is_open else _opened(provider, inside[0])
    asked = inside[0] if is_open else around[0]
    found = signed_part(around, place=f"./{ONE_ASSERTION}/", certificates=certificates)
    if found is None or found.tag != ONE_ASSERTION or not found.get("ID") or found.get("ID") != asked.get("ID"):
        raise _unsigned(provider) if is_open else _closed(provider)
    return found


def _assertions(response: etree._Element) -> list[etree._Element]:
    """Open or encrypted."""
    return [*response.findall("saml:Assertion", NAMES), *response.findall("saml:EncryptedAssertion", NAMES)]


def _opened(provider: IdentityProvider, sealed: etree._Element) -> etree._Element:
    """What is around the assertion that was encrypted."""
    try:
        around = opened(sealed)
    except Unreadable as error:
        raise _closed(provider) from error
    if around[0].tag != ONE_ASSERTION:
        raise _closed(provider)
    return around


def _check(provider: IdentityProvider, assertion: etree._Element, *, request: str, addresses: Addresses) -> datetime:
    """Until when the assertion holds. Raises NotProven if it is not for us and for now."""
    if assertion.get("Version") != "2.0" or not assertion.get("ID"):
        raise _unsigned(provider)
    if text_of(assertion.find("saml:Issuer", NAMES)) != provider.facts["entity_id"]:
        raise _not_for_us(provider)
    conditions = assertion.find("saml:Conditions", NAMES)
    if conditions is None or not _names_us(conditions, addresses):
        raise _not_for_us(provider)
    if assertion.find("saml:AuthnStatement", NAMES) is None:
        raise _unsigned(provider)
    now = timezone.now()
    ends = [_check_time(provider, conditions, now=now)]
    ends += [_moment(one.get("SessionNotOnOrAfter")) for one in assertion.findall("saml:AuthnStatement", NAMES)]
    if any(end is not None and end + LEEWAY <= now for end in ends):
        raise _out_of_time(provider)
    confirmed = _confirmed_until(provider, assertion, request=request, addresses=addresses, now=now)
    return confirmed + LEEWAY


def _names_us(conditions: etree._Element, addresses: Addresses) -> bool:
    """Each restriction is a house that it is meant for; all of them must be ours, and there must be one."""
    restrictions = conditions.findall("saml:AudienceRestriction", NAMES)
    return bool(restrictions) and all(
        addresses.entity in [text_of(one) for one in restriction.findall("saml:Audience", NAMES)]
        for restriction in restrictions
    )


def _check_time(provider: IdentityProvider, element: etree._Element, *, now: datetime) -> datetime | None:
    begins, ends = _moment(element.get("NotBefore")), _moment(element.get("NotOnOrAfter"))
    if (begins is not None and begins - LEEWAY > now) or (ends is not None and ends + LEEWAY <= now):
        raise _out_of_time(provider)
    return ends


def _confirmed_until(
    provider: IdentityProvider, assertion: etree._Element, *, request: str, addresses: Addresses, now: datetime
) -> datetime:
    """The end of the first confirmation that lets whoever brings it in, here and now, for our question."""
    problem: NotProven | None = None
    for confirmation in assertion.findall("saml:Subject/saml:SubjectConfirmation", NAMES):
        data = confirmation.find("saml:SubjectConfirmationData", NAMES)
        if confirmation.get("Method") != BEARER or data is None:
            continue
        try:
            ends = _check_time(provider, data, now=now)
        except NotProven as late:
            problem = late
            continue
        if ends is None or ends - now > LONGEST:
            problem = _out_of_time(provider)
        elif data.get("Recipient") != addresses.answers:
            problem = _not_for_us(provider)
        elif not secrets.compare_digest((data.get("InResponseTo") or "").encode(), request.encode()):
            problem = _other_question()
        else:
            return ends
    raise problem or _unsigned(provider)


def _moment(text: str | None) -> datetime | None:
    """A time of SAML, always UTC. Raises NotProven for what is none: it would count as "for ever"."""
    if text is None:
        return None
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        moment = None
    if moment is None:
        raise NotProven(_("The answer holds a time that is none: %(text)s") % {"text": text[:40]})
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


def _unsigned(provider: IdentityProvider) -> NotProven:
    return NotProven(_("What %(provider)s sent is not signed as it should be.") % {"provider": provider.name})


def _closed(provider: IdentityProvider) -> NotProven:
    """One text for all that can be wrong behind the encryption, see `opening`."""
    return NotProven(
        _(
            "What %(provider)s sent is encrypted and cannot be opened with our key, or it is not signed as it should "
            "be. An administrator should enter our metadata there anew."
        )
        % {"provider": provider.name}
    )


def _not_for_us(provider: IdentityProvider) -> NotProven:
    return NotProven(_("What %(provider)s sent is meant for somebody else.") % {"provider": provider.name})


def _out_of_time(provider: IdentityProvider) -> NotProven:
    return NotProven(
        _("What %(provider)s sent is too old, or the clocks of the two servers do not agree.")
        % {"provider": provider.name}
    )


def _other_question() -> NotProven:
    return NotProven(_("This answer belongs to another question. Try again."))
