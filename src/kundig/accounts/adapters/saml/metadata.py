"""What a provider says about itself, and what we say about us."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from lxml import etree
from lxml.builder import ElementMaker

from kundig.accounts.adapters.asking import Failed, check_address, fetch
from kundig.accounts.adapters.saml.opening import GCM_BYTES, OAEP_SHA1
from kundig.accounts.adapters.saml.questions import Addresses
from kundig.accounts.adapters.saml.reading import (
    METADATA,
    NAMES,
    POST_BINDING,
    PROTOCOL,
    REDIRECT_BINDING,
    SIGNATURE,
    Unreadable,
    certificate,
    parse,
    text_of,
)
from kundig.accounts.models import IdentityProvider

LARGEST = 1_000_000
LONGEST_NAME = 1024
MOST_CERTIFICATES = 10
ENCRYPTED_BY = (*sorted(GCM_BYTES, reverse=True), OAEP_SHA1)
"""What we would have answers encrypted by; CBC is taken, too, but not asked for."""


def read_metadata(*, address: str, text: str) -> tuple[dict[str, Any], str]:
    """What the provider says about itself, from its address or from the text that was pasted; and that text.

    Raises:
        Failed: if there is nothing to read, or it is not the metadata of one provider.
    """
    if address:
        answer = fetch(check_address(address), headers={"Accept": "application/samlmetadata+xml, */*"})
        if answer.status != 200:
            raise Failed(
                _("At %(address)s there is no metadata: the answer was %(status)d.")
                % {"address": address, "status": answer.status}
            )
        raw = answer.body
    else:
        raw = text.strip().encode()
    if not raw:
        raise Failed(_("Enter the address of the metadata, or paste it."))
    if len(raw) > LARGEST:
        raise Failed(_("This is too large to be the metadata of one provider."))
    try:
        root = parse(raw)
    except Unreadable as error:
        raise Failed(_("This is not SAML metadata.")) from error
    return _facts(root), raw.decode("utf-8-sig")


def _facts(root: etree._Element) -> dict[str, Any]:
    entities = [root] if root.tag == f"{{{METADATA}}}EntityDescriptor" else root.findall("md:EntityDescriptor", NAMES)
    found = [(entity, role) for entity in entities for role in entity.findall("md:IDPSSODescriptor", NAMES)]
    if not found:
        raise Failed(_("This is not the metadata of a provider that lets people sign in."))
    if len(found) > 1:
        raise Failed(_("This is the metadata of several providers. Enter that of one."))
    entity, role = found[0]
    if any(_is_over(each.get("validUntil")) for each in (root, entity, role)):
        raise Failed(_("This metadata is out of date. Fetch it anew from the provider."))
    sign_on = [
        service.get("Location") or ""
        for service in role.findall("md:SingleSignOnService", NAMES)
        if service.get("Binding") == REDIRECT_BINDING
    ]
    name = entity.get("entityID") or ""
    if not name or len(name) > LONGEST_NAME or not sign_on:
        raise Failed(_("The metadata names no address for signing in by redirect (HTTP-Redirect)."))
    check_address(sign_on[0])
    return {
        "entity_id": name, "sign_on": sign_on[0].strip(), "certificates": _certificates(role),
        "wants_signed": role.get("WantAuthnRequestsSigned") in ("true", "1"), **_sign_out(role),
    }  # fmt: skip


def _sign_out(role: etree._Element) -> dict[str, str]:
    """Where a session there is ended by redirect, and where our answer goes; {} if that cannot be done."""
    for service in role.findall("md:SingleLogoutService", NAMES):
        place = (service.get("Location") or "").strip()
        if service.get("Binding") == REDIRECT_BINDING and place:
            answers = (service.get("ResponseLocation") or "").strip() or place
            return {"sign_out": check_address(place), "sign_out_answers": check_address(answers)}
    return {}


def _certificates(role: etree._Element) -> list[str]:
    """Those that sign; one without a use serves for everything."""
    texts = [
        "".join(text_of(one).split())
        for key in role.findall("md:KeyDescriptor", NAMES)
        if key.get("use") in (None, "signing")
        for one in key.findall("ds:KeyInfo/ds:X509Data/ds:X509Certificate", NAMES)
    ]
    if not texts:
        raise Failed(_("The metadata names no certificate that signs."))
    try:
        for text in texts[:MOST_CERTIFICATES]:
            certificate(text)
    except Unreadable as error:
        raise Failed(_("A certificate in the metadata cannot be read, or its key is too weak.")) from error
    return list(dict.fromkeys(texts[:MOST_CERTIFICATES]))


def _is_over(until: str | None) -> bool:
    try:
        moment = parse_datetime(until) if until else None
    except ValueError:
        moment = None
    return moment is not None and _aware(moment) <= timezone.now()


def _aware(moment: datetime) -> datetime:
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=timezone.get_default_timezone())


def ends_of(provider: IdentityProvider) -> list[datetime]:
    """When the known certificates end; providers take that as a reminder to change them."""
    found = []
    for text in provider.facts.get("certificates", []):
        with suppress(Unreadable):
            found.append(certificate(text).not_valid_after_utc)
    return found


def own_metadata(addresses: Addresses, *, certificate: str, signs: bool) -> bytes:
    """What a provider reads about us: who we are, where its signed answers go, what ends a session, and our key."""
    md = ElementMaker(namespace=METADATA, nsmap={"md": METADATA})
    ds = ElementMaker(namespace=SIGNATURE, nsmap={"ds": SIGNATURE})
    keys = [
        md.KeyDescriptor(
            ds.KeyInfo(ds.X509Data(ds.X509Certificate(certificate))),
            *([md.EncryptionMethod(Algorithm=way) for way in ENCRYPTED_BY] if use == "encryption" else []),
            use=use,
        )
        for use in ("signing", "encryption")
    ]
    role = md.SPSSODescriptor(
        *keys,
        md.SingleLogoutService(Binding=REDIRECT_BINDING, Location=addresses.leave),
        md.AssertionConsumerService(Binding=POST_BINDING, Location=addresses.answers, index="0", isDefault="true"),
        protocolSupportEnumeration=PROTOCOL, AuthnRequestsSigned=str(signs).lower(), WantAssertionsSigned="true",
    )  # fmt: skip
    return etree.tostring(
        md.EntityDescriptor(role, entityID=addresses.entity), xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
