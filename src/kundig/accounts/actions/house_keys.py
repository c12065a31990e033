"""The keys by which SAML providers know this house. It makes them itself, when they are asked for the first time."""

from __future__ import annotations

import base64
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.db import connection, transaction
from django.utils import timezone

from kundig.accounts.actions.permission import require_administrator
from kundig.accounts.models import KEY_SEALED_FOR, HouseKey, User
from kundig.platform.sealing import seal

BITS = 3072
YEARS = 10
KEPT = 2
"""The one in use, and the one before it: a provider that has not heard of the new one still encrypts for that."""


def house_keys() -> list[HouseKey]:
    """The youngest first; there is always one."""
    return list(HouseKey.objects.all()[:KEPT]) or [_first_key()]


def renew_house_key(*, by: User | None) -> HouseKey:
    """A new key signs from now on. What is encrypted for the one before is still opened, for older ones no more."""
    require_administrator(by)
    with transaction.atomic():
        _alone()
        made = _made()
        kept = HouseKey.objects.values_list("pk", flat=True)[:KEPT]
        HouseKey.objects.exclude(pk__in=list(kept)).delete()
    return made


@transaction.atomic
def _first_key() -> HouseKey:
    """Two who ask at the same time get the same."""
    _alone()
    return HouseKey.objects.first() or _made()


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts_housekey'))")


def _made() -> HouseKey:
    """A provider trusts the certificate because it was given it, so it may sign itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kundig")])
    now = timezone.now()
    ends = now + timedelta(days=365 * YEARS)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    # Clocks differ: it holds since yesterday.
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(ends)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return HouseKey.objects.create(
        sealed=seal(pem, purpose=KEY_SEALED_FOR), certificate=base64.b64encode(certificate).decode(),
        ends_on=ends.date(),
    )  # fmt: skip
