"""The question with which somebody is sent to a provider."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.utils import timezone
from lxml.builder import ElementMaker

from kundig.accounts.adapters.saml.reading import ASSERTION, POST_BINDING, PROTOCOL
from kundig.accounts.adapters.saml.redirects import leading
from kundig.accounts.models import IdentityProvider


@dataclass(frozen=True)
class Addresses:
    """Our own names at a provider: who we are (where our metadata is), where answers go, and what ends a session."""

    entity: str
    answers: str
    leave: str


def question(provider: IdentityProvider, addresses: Addresses) -> tuple[str, dict[str, str]]:
    """The address to which somebody is sent, and what must be remembered until the answer is here."""
    kept = {"state": secrets.token_urlsafe(32), "request": f"_{secrets.token_hex(20)}"}
    samlp = ElementMaker(namespace=PROTOCOL, nsmap={"samlp": PROTOCOL, "saml": ASSERTION})
    saml = ElementMaker(namespace=ASSERTION, nsmap={"saml": ASSERTION})
    asked = samlp.AuthnRequest(
        saml.Issuer(addresses.entity),
        samlp.NameIDPolicy(AllowCreate="true"),
        ID=kept["request"], Version="2.0", IssueInstant=f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        Destination=provider.facts["sign_on"], AssertionConsumerServiceURL=addresses.answers,
        ProtocolBinding=POST_BINDING,
    )  # fmt: skip
    address = leading(
        provider.facts["sign_on"],
        name="SAMLRequest",
        message=asked,
        state=kept["state"],
        is_signed=is_signing(provider),
    )
    return address, kept


def is_signing(provider: IdentityProvider) -> bool:
    """Because the house wants it so, or because the provider takes no other questions."""
    return provider.signs_questions or bool(provider.facts.get("wants_signed"))
