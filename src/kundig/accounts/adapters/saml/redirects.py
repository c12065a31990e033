"""Messages that travel in an address (SAML bindings 3.4): deflated, and signed beside the XML and not in it."""

from __future__ import annotations

import base64
import binascii
import zlib
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from lxml import etree

from kundig.accounts.actions import house_keys
from kundig.accounts.adapters.saml.reading import Unreadable, certificate, parse

LARGEST = 200_000
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
ALGORITHMS = {
    f"http://www.w3.org/2001/04/xmldsig-more#{kind}-{name}": (kind, digest)
    for kind in ("rsa", "ecdsa")
    for name, digest in _HASHES.items()
}


def leading(address: str, *, name: str, message: etree._Element, state: str, is_signed: bool) -> str:
    """The address to which a browser is sent with a message (`name` is SAMLRequest or SAMLResponse)."""
    parts = {name: _deflated(etree.tostring(message))}
    if state:
        parts["RelayState"] = state
    if is_signed:
        parts["SigAlg"] = RSA_SHA256
    sent = urlencode(parts, quote_via=quote, safe="")
    if is_signed:
        signature = house_keys()[0].private.sign(sent.encode(), padding.PKCS1v15(), hashes.SHA256())
        sent += f"&Signature={quote(base64.b64encode(signature), safe='')}"
    return f"{address}{'&' if urlsplit(address).query else '?'}{sent}"


def arrived(query: str, *, name: str, certificates: list[str]) -> etree._Element:
    """The message in the query of an address, signed by one of the keys. `query` is as it came: what is signed are
    its letters, and each program writes them otherwise.

    Raises:
        Unreadable: if there is none, it is not signed so, or something stands there twice.
    """
    pairs = [part.partition("=") for part in query.split("&")]
    raw = {key: value for key, _is, value in pairs}
    if len(raw) != len(pairs):
        raise Unreadable("something stands twice in the query")
    if not all(raw.get(key) for key in (name, "SigAlg", "Signature")):
        raise Unreadable("not signed")
    signed = "&".join(f"{key}={raw[key]}" for key in (name, "RelayState", "SigAlg") if key in raw)
    try:
        signature = base64.b64decode(unquote_plus(raw["Signature"]), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("a signature that is no base64") from error
    algorithm = unquote_plus(raw["SigAlg"])
    if not any(_holds(text, algorithm=algorithm, signed=signed.encode(), signature=signature) for text in certificates):
        raise Unreadable("a signature that does not hold")
    return parse(_inflated(unquote_plus(raw[name])))


def _holds(text: str, *, algorithm: str, signed: bytes, signature: bytes) -> bool:
    kind, digest = ALGORITHMS.get(algorithm, ("", hashes.SHA256()))
    key = certificate(text).public_key()
    try:
        if kind == "rsa" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), digest)
            return True
        if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(digest))
            return True
    except InvalidSignature:
        return False
    return False


def _deflated(document: bytes) -> str:
    """SAML bindings 3.4.4.1: raw deflate, without the two bytes at the head and the four at the end of zlib's."""
    return base64.b64encode(zlib.compress(document)[2:-4]).decode()


def _inflated(text: str) -> bytes:
    """Never more than a message may hold, whatever a few bytes grow to."""
    try:
        unpacking = zlib.decompressobj(-15)
        raw = unpacking.decompress(base64.b64decode("".join(text.split()), validate=True), LARGEST)
    except (zlib.error, binascii.Error, ValueError) as error:
        raise Unreadable("not deflated") from error
    if unpacking.unconsumed_tail:
        raise Unreadable("too large")
    return raw
