"""XML that strangers have written, and the signatures in it."""

from __future__ import annotations

import base64
import binascii
import logging

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

logger = logging.getLogger("kundig.saml")

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
XENC, XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
NAMES = {"saml": ASSERTION, "samlp": PROTOCOL, "md": METADATA, "ds": SIGNATURE, "xenc": XENC, "xenc11": XENC11}
POST_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
SHORTEST_RSA_KEY, SHORTEST_CURVE = 2048, 256

# Only those of a key that the provider alone has, and none over SHA-1, which can be forged.
SIGNATURES = frozenset(
    method
    for method in SignatureMethod
    if method.name.startswith(("RSA_", "ECDSA_")) or method.name.endswith("_RSA_MGF1")
) - {SignatureMethod.RSA_SHA1, SignatureMethod.ECDSA_SHA1, SignatureMethod.SHA1_RSA_MGF1}
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})


class Unreadable(Exception):
    """It is no XML of the kind that belongs here; the text is for the log, not for people."""


def parser() -> etree.XMLParser:
    """One that fetches nothing and lets no entity grow. The encoding is ours, so that no other one hides a doctype."""
    return etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def parse(raw: bytes) -> etree._Element:
    """The root of a document.

    Raises:
        Unreadable: if it is no XML in UTF-8, or brings definitions of its own (entities are made there).
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error
    if "<!" in text.replace("<!--", "").replace("<![CDATA[", ""):
        raise Unreadable("has a doctype")
    try:
        root = etree.fromstring(text.encode(), parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("not XML") from error
    if any(one.tag is etree.Entity for one in root.iter()):
        raise Unreadable("has entities")
    return root


def text_of(element: etree._Element | None) -> str:
    """All of its text, as if no comment stood in it: one may be put into a signed name without anybody noticing."""
    return "" if element is None else str(element.xpath("string()")).strip()


def certificate(text: str) -> x509.Certificate:
    """Raises Unreadable unless it holds a key that may sign."""
    try:
        found = x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
        key = found.public_key()
    except (ValueError, binascii.Error) as error:
        raise Unreadable("no certificate") from error
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= SHORTEST_RSA_KEY:
        return found
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= SHORTEST_CURVE:
        return found
    raise Unreadable("a key that is too weak")


def signed_part(root: etree._Element, *, place: str, certificates: list[str]) -> etree._Element | None:
    """What the signature at `place` signs, written anew from the very bytes that were signed, so that nothing beside
    them can be taken for it; None if no certificate of the provider fits."""
    for text in certificates:
        known = certificate(text)
        # How long a key holds is the provider's business: it takes it out of its metadata.
        expected = SignatureConfiguration(
            location=place, signature_methods=SIGNATURES, digest_algorithms=DIGESTS,
            verification_time=known.not_valid_before_utc,
        )  # fmt: skip
        try:
            result = XMLVerifier().verify(
                root, x509_cert=known, id_attribute="ID", parser=parser(), expect_config=expected
            )
        # What is wrong with a forged signature comes as any of a dozen exceptions out of three libraries.
        except Exception as error:
            logger.info("A signature does not hold: %s", type(error).__name__)
            continue
        if isinstance(result, VerifyResult) and result.signed_xml is not None:
            return result.signed_xml
    return None
