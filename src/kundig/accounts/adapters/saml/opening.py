"""What is encrypted for us (XML Encryption 1.1): a key for this one time, wrapped with our own, and what it opens.

Only ways that are still good: RSA-OAEP, and AES with GCM or CBC. RSA of PKCS #1 v1.5 is none, it can be asked out. CBC
can be, too, by whoever is told which of many altered answers could be opened: so nobody is, the reason is in the log.
"""

from __future__ import annotations

import base64
import binascii
from xml.sax.saxutils import quoteattr

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from lxml import etree

from kundig.accounts.actions import house_keys
from kundig.accounts.adapters.saml.reading import NAMES, XENC, XENC11, Unreadable, logger, parse, text_of
from kundig.platform import sealing

NONCE, BLOCK = 12, 16
MOST_KEYS = 5
"""Each costs an operation with a private key."""
CBC_BYTES = {f"{XENC}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
GCM_BYTES = {f"{XENC11}aes{bits}-gcm": bits // 8 for bits in (128, 192, 256)}
OAEP_SHA1, OAEP_ANY = f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep"
# In OAEP nothing rests on the hash being free of collisions, so SHA-1, which everybody takes, is as good as any.
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "http://www.w3.org/2000/09/xmldsig#sha1": hashes.SHA1(),  # noqa: S303
    f"{XENC}sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384(),
    f"{XENC}sha512": hashes.SHA512(),
}
MASKS: dict[str, hashes.HashAlgorithm] = {
    f"{XENC11}mgf1sha1": hashes.SHA1(),  # noqa: S303
    f"{XENC11}mgf1sha256": hashes.SHA256(),
    f"{XENC11}mgf1sha384": hashes.SHA384(),
    f"{XENC11}mgf1sha512": hashes.SHA512(),
}


def opened(element: etree._Element) -> etree._Element:
    """What the element holds encrypted, as the only child of the root that comes back.

    Raises:
        Unreadable: if it is not encrypted for one of our keys by a way that is still good, or was altered since.
    """
    try:
        return _opened(element)
    except Unreadable as error:
        logger.info("Cannot be opened: %s", error)
        raise


def _opened(element: etree._Element) -> etree._Element:
    data = element.findall("xenc:EncryptedData", NAMES)
    if len(data) != 1:
        raise Unreadable("nothing that is encrypted")
    way = _way(data[0])
    size = CBC_BYTES.get(way) or GCM_BYTES.get(way)
    if size is None:
        raise Unreadable(f"encrypted by {way or 'nothing'}")
    cipher = _cipher(data[0])
    wrapped = data[0].findall("ds:KeyInfo/xenc:EncryptedKey", NAMES) or element.findall("xenc:EncryptedKey", NAMES)
    plain = None
    for one in wrapped[:MOST_KEYS]:
        for key in _ours():
            plain = plain or _unlocked(one, key=key, size=size, way=way, cipher=cipher)
    if plain is None:
        raise Unreadable("no key of ours opens it")
    # Written where it stood, a part may use names of spaces that are explained around it.
    spaces = "".join(
        f" xmlns{':' + prefix if prefix else ''}={quoteattr(space)}" for prefix, space in element.nsmap.items()
    )
    try:
        root = parse(f"<opened{spaces}>{plain.decode()}</opened>".encode())
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error
    if len(root) != 1:
        raise Unreadable("not one element")
    return root


def _ours() -> list[rsa.RSAPrivateKey]:
    """One that was sealed with a secret that is gone opens nothing; there may be a newer one."""
    found = []
    for key in house_keys():
        try:
            found.append(key.private)
        except sealing.Unreadable:
            continue
    return found


def _unlocked(wrapped: etree._Element, *, key: rsa.RSAPrivateKey, size: int, way: str, cipher: bytes) -> bytes | None:
    """None if it is not the key for this, or wrapped for somebody else in a way we do not know."""
    try:
        once = key.decrypt(_cipher(wrapped), _oaep(wrapped))
        if len(once) != size:
            return None
        if way in GCM_BYTES:
            return AESGCM(once).decrypt(cipher[:NONCE], cipher[NONCE:], None)
        return _by_cbc(once, cipher)
    except (ValueError, InvalidTag):
        return None
    except Unreadable as error:
        logger.info("A key is passed over: %s", error)
        return None


def _by_cbc(key: bytes, cipher: bytes) -> bytes:
    """Padded as XML Encryption says: only the last byte counts, those before it are anything."""
    decryptor = Cipher(AES(key), CBC(cipher[:BLOCK])).decryptor()
    plain = decryptor.update(cipher[BLOCK:]) + decryptor.finalize()
    if not plain or not 1 <= plain[-1] <= BLOCK:
        raise ValueError("padding")
    return plain[: -plain[-1]]


def _oaep(wrapped: etree._Element) -> OAEP:
    way = _way(wrapped)
    if way not in (OAEP_SHA1, OAEP_ANY):
        raise Unreadable(f"a key wrapped by {way or 'nothing'}")
    method = wrapped.find("xenc:EncryptionMethod", NAMES)
    assert method is not None
    named = method.find("ds:DigestMethod", NAMES)
    mask = method.find("xenc11:MGF", NAMES) if way == OAEP_ANY else None
    digest = DIGESTS.get(named.get("Algorithm") or "") if named is not None else hashes.SHA1()  # noqa: S303
    generator = MASKS.get(mask.get("Algorithm") or "") if mask is not None else hashes.SHA1()  # noqa: S303
    if digest is None or generator is None:
        raise Unreadable("a key wrapped by a hash that is unknown")
    label = method.find("xenc:OAEPparams", NAMES)
    return OAEP(MGF1(generator), digest, _bytes(text_of(label)) or None)


def _way(element: etree._Element) -> str:
    method = element.find("xenc:EncryptionMethod", NAMES)
    return (method.get("Algorithm") or "") if method is not None else ""


def _cipher(element: etree._Element) -> bytes:
    return _bytes(text_of(element.find("xenc:CipherData/xenc:CipherValue", NAMES)))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("no base64") from error
