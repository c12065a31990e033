"""Web push: browsers that want to hear of things, and telling them.

What is sent is sealed for the one browser (RFC 8291) and signed by the house (RFC 8292); the push service between can
read neither. It goes the way of all outgoing requests.
"""

from __future__ import annotations

import base64
import json
import os
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform import outgoing, sealing
from kundig.timeline.models import PushKey, PushSubscription

PURPOSE = "push"
MOST_BROWSERS = 20
MOST_FAILURES = 10
KEPT_SECONDS = 86_400
"""For so long a push service keeps a message for a browser that is off; later it would be of no use."""
GONE = (404, 410)
LONGEST_ENDPOINT = 2000


def public_key() -> str:
    """What browsers know the house by, as they want it (base64url); the pair is made when it is first asked for."""
    return _key().public


def subscribe(user: User, values: Mapping[str, Any]) -> PushSubscription:
    """Tell this browser from now on: "endpoint", "p256dh" and "auth" as it gave them, "browser" as it calls itself.

    Raises:
        ValidationError: if these are no such values, or lead where requests may not go.
    """
    endpoint = str(values.get("endpoint", ""))[: LONGEST_ENDPOINT + 1]
    if len(endpoint) > LONGEST_ENDPOINT:
        raise ValidationError({"endpoint": _("This address is too long.")})
    if not endpoint.isprintable():
        raise ValidationError({"endpoint": _("This address contains characters that no address has.")})
    try:
        outgoing.check_address(endpoint)
    except outgoing.NotAllowed as error:
        raise ValidationError({"endpoint": str(error)}) from error
    public, secret = str(values.get("p256dh", "")), str(values.get("auth", ""))
    if not _is_point(_decoded(public)) or len(_decoded(secret)) != 16:
        raise ValidationError({"p256dh": _("This browser has not given a key by which it can be told anything.")})
    with transaction.atomic():
        others = PushSubscription.objects.filter(user=user).exclude(endpoint=endpoint).order_by("-created_at")
        PushSubscription.objects.filter(pk__in=[each.pk for each in others[MOST_BROWSERS - 1 :]]).delete()
        found, _made = PushSubscription.objects.update_or_create(
            endpoint=endpoint,
            defaults={
                "user": user, "public": public, "secret": secret, "failures": 0,
                "browser": str(values.get("browser", "")).replace("\x00", "")[:120],
            },
        )  # fmt: skip
    return found


def unsubscribe(user: User, *, endpoint: str = "", subscription_id: UUID | None = None) -> bool:
    """Tell a browser of theirs no more; False if there is none."""
    own = PushSubscription.objects.filter(user=user)
    if not endpoint.isprintable():
        return False  # the database takes no NUL, not even in a question
    found = own.filter(pk=subscription_id) if subscription_id else own.filter(endpoint=endpoint)
    return bool(found.delete()[0])


def push(user: User, *, title: str, text: str, url: str, tag: str = "") -> int:
    """Tell all browsers of somebody; answers how many were reached. One that is gone is forgotten."""
    message = json.dumps({"title": title[:120], "text": text[:300], "url": url, "tag": tag}).encode()
    return sum(_sent(each, message) for each in PushSubscription.objects.filter(user=user))


# -- inside ----------------------------------------------------------------------------------------------------------


def _sent(subscription: PushSubscription, message: bytes) -> bool:
    this_one = PushSubscription.objects.filter(pk=subscription.pk)
    try:
        answer = outgoing.request(
            subscription.endpoint, method="POST", body=_sealed_for(subscription, message),
            headers={
                "Authorization": _signature(subscription.endpoint), "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream", "TTL": str(KEPT_SECONDS), "Urgency": "normal",
            },
        )  # fmt: skip
    except (outgoing.NotAllowed, outgoing.NoAnswer, ValueError):
        # What one browser once gave may be no key or no address at all: the others are told all the same.
        return _failed(subscription)
    if answer.status in GONE:
        this_one.delete()
        return False
    if not 200 <= answer.status < 300:
        return _failed(subscription)
    this_one.update(told_at=timezone.now(), failures=0)
    return True


def _failed(subscription: PushSubscription) -> bool:
    this_one = PushSubscription.objects.filter(pk=subscription.pk)
    if subscription.failures + 1 >= MOST_FAILURES:
        this_one.delete()
    else:
        this_one.update(failures=F("failures") + 1)
    return False


def _sealed_for(subscription: PushSubscription, message: bytes) -> bytes:
    import http_ece  # only the worker needs it

    sealed: bytes = http_ece.encrypt(
        message, salt=os.urandom(16), private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_decoded(subscription.public), auth_secret=_decoded(subscription.secret), version="aes128gcm",
    )  # fmt: skip
    return sealed


def _signature(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    key = _key()
    private = sealing.unseal(key.sealed, purpose=PURPOSE)
    said = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + 12 * 3600,
        "sub": f"mailto:{_sender()}",
    }
    return f"vapid t={jwt.encode(said, private, algorithm='ES256')}, k={key.public}"


def _sender() -> str:
    """Whom a push service may write to if something is wrong."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">").strip()


def _key() -> PushKey:
    found = PushKey.objects.filter(pk=PushKey.THE_ONE).first()
    if found is not None:
        return found
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    made = {"public": _encoded(point), "sealed": sealing.seal(pem.decode(), purpose=PURPOSE)}
    return PushKey.objects.get_or_create(pk=PushKey.THE_ONE, defaults=made)[0]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """What base64url says; nothing where it is none."""
    if not re.fullmatch("[A-Za-z0-9_-]+=*", text):
        return b""  # the standard library would skip whatever else stands there
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except ValueError:
        return b""


def _is_point(raw: bytes) -> bool:
    """Whether these bytes are a key: an uncompressed point that lies on the curve."""
    if len(raw) != 65:
        return False
    try:
        return bool(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw))
    except ValueError:
        return False
