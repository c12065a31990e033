"""Secrets that must be read again, such as the key of a second factor: kept sealed with the installation's secret.

Whoever has only the database, or a copy of it, cannot open them.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """Sealed with another secret than this installation's, or damaged."""


def seal(text: str, *, purpose: str) -> str:
    """The text as it may lie in the database. What is sealed for one purpose cannot be opened for another."""
    return _box(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text that was sealed.

    Raises:
        Unreadable: if it was sealed elsewhere, for another purpose, or with a secret that has been replaced since.
    """
    try:
        return _box(settings.SECRET_KEY, purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeDecodeError) as error:
        raise Unreadable("sealed with another secret than that of this installation, or damaged") from error


@lru_cache(maxsize=16)
def _box(secret: str, purpose: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=f"kundig {purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
