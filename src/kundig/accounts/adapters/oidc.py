"""OpenID Connect, the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9700)."""

from __future__ import annotations

import base64
import secrets
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from django.utils.translation import gettext as _

from kundig.accounts.adapters.asking import Failed, check_address, fetch
from kundig.accounts.models import IdentityProvider
from kundig.accounts.protocol import NotProven, Visitor

WELL_KNOWN = "/.well-known/openid-configuration"
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Only those of a key that the provider alone has: "none", or one made with our own secret, would prove nothing."""
LEEWAY_SECONDS = 60
MOST_GROUPS = 500
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def discover(issuer: str) -> dict[str, Any]:
    """What the provider says about itself.

    Raises:
        Failed: if it cannot be asked, or its answer is not that of a provider.
    """
    issuer = check_address(issuer.removesuffix(WELL_KNOWN)).rstrip("/")
    answer = fetch(f"{issuer}{WELL_KNOWN}")
    if answer.status != 200:
        raise Failed(
            _("At %(address)s there is no provider: the answer was %(status)d.")
            % {"address": f"{issuer}{WELL_KNOWN}", "status": answer.status}
        )
    facts = answer.json()
    if not isinstance(facts, dict) or any(not isinstance(facts.get(name), str) for name in NEEDED):
        raise Failed(_("The answer is not that of an OpenID Connect provider."))
    if str(facts.get("issuer", "")).rstrip("/") != issuer:
        raise Failed(
            _("The provider calls itself %(issuer)s. Enter that address.") % {"issuer": str(facts.get("issuer"))[:200]}
        )
    for name in (*NEEDED, "userinfo_endpoint"):
        if name in facts:
            check_address(str(facts[name]))
    kept = ("issuer", *NEEDED, "userinfo_endpoint", "token_endpoint_auth_methods_supported")
    return {name: facts[name] for name in kept if name in facts}


def question(provider: IdentityProvider, *, back: str) -> tuple[str, dict[str, str]]:
    """The address to which somebody is sent, and what must be remembered until they are back."""
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = provider.facts["authorization_endpoint"]
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}", kept


def visitor(provider: IdentityProvider, *, code: str, kept: dict[str, str], back: str) -> Visitor:
    """Who has come back with this code.

    Raises:
        NotProven: if that is not proven.
        Failed: if the provider does not answer.
    """
    tokens = _tokens(provider, code=code, verifier=kept["verifier"], back=back)
    claims = _claims(provider, str(tokens.get("id_token", "")), nonce=kept["nonce"])
    if not claims.get("email") or (provider.group_claim and provider.group_claim not in claims):
        claims = {**_more(provider, str(tokens.get("access_token", "")), subject=str(claims["sub"])), **claims}
    return visitor_of(provider, claims)


def visitor_of(provider: IdentityProvider, claims: dict[str, Any]) -> Visitor:
    """Claims as people are made of them; a mail address counts only when the provider, or the house, vouches for it."""
    mail = str(claims.get("email") or "").strip().lower()
    is_checked = provider.vouches_for_mail or claims.get("email_verified") in (True, "true")
    groups = claims.get(provider.group_claim) if provider.group_claim else None
    groups = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return Visitor(
        subject=str(claims["sub"])[:300],
        email=mail if is_checked else "",
        name=str(
            claims.get("name") or " ".join(str(claims.get(n) or "") for n in ("given_name", "family_name"))
        ).strip(),
        groups=tuple(str(group)[:200] for group in groups[:MOST_GROUPS]),
    )


def _tokens(provider: IdentityProvider, *, code: str, verifier: str, back: str) -> dict[str, Any]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {}
    methods = provider.facts.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if provider.sealed_secret and "client_secret_basic" in methods:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form["client_id"] = provider.client_id
        if provider.sealed_secret:
            form["client_secret"] = provider.secret
    answer = fetch(provider.facts["token_endpoint"], form=form, headers=headers)
    told = answer.json()
    if answer.status != 200 or not isinstance(told, dict) or "id_token" not in told:
        # Only the provider's own short word for it: the rest may hold what nobody should read.
        reason = str(told.get("error", "")) if isinstance(told, dict) else ""
        raise NotProven(
            _("%(provider)s did not confirm it (%(reason)s).")
            % {"provider": provider.name, "reason": reason[:60] or answer.status}
        )
    return told


def _claims(provider: IdentityProvider, token: str, *, nonce: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token, key=_key(provider, header), algorithms=list(SIGNATURES), audience=provider.client_id,
            issuer=provider.facts["issuer"], leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise NotProven(
            _("What %(provider)s sent is not signed as it should be, or not for us.") % {"provider": provider.name}
        ) from error
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotProven(_("This answer belongs to another question. Try again."))
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != provider.client_id:
        raise NotProven(_("What %(provider)s sent is meant for somebody else.") % {"provider": provider.name})
    return claims


def _key(provider: IdentityProvider, header: dict[str, Any]) -> Any:
    """The provider's key that the token names; keys change, so they are read for each sign-in."""
    found = fetch(provider.facts["jwks_uri"]).json()
    keys = jwt.PyJWKSet.from_dict(found).keys
    fitting = [key for key in keys if key.key_id == header.get("kid")] or (keys if len(keys) == 1 else [])
    if not fitting:
        raise jwt.InvalidKeyError("no such key")
    return fitting[0].key


def _more(provider: IdentityProvider, access_token: str, *, subject: str) -> dict[str, Any]:
    """What the provider tells apart from the token: some put mail and groups only there."""
    address = provider.facts.get("userinfo_endpoint")
    if not address or not access_token:
        return {}
    answer = fetch(address, headers={"Authorization": f"Bearer {access_token}"})
    told = answer.json() if answer.status == 200 else {}
    if not isinstance(told, dict) or str(told.get("sub")) != subject:
        return {}
    return told


__all__ = ["discover", "question", "visitor", "visitor_of"]
