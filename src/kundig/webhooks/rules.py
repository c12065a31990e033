"""Pure rules: how topics are written, how messages are signed and how long is waited."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta

from kundig.webhooks.enums import What

TEST = "test"
PREFIX = "whsec_"
SECRET_BYTES = 32
WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
"""After each attempt that failed; as Standard Webhooks proposes, a little more than three days in all."""
MOST_ATTEMPTS = len(WAITS) + 1
OFF_AFTER = timedelta(days=3)
"""Without a single success a webhook is switched off."""
OLD_SECRET_KEPT = timedelta(hours=24)
"""As long both secrets sign after a new one was made, so that the other program has time to learn it."""
MOST_RECORDS = 100
"""Records of one message."""


def topic(object_name: str, what: What) -> str:
    """What one subscribes to: `organisations.created`."""
    return f"{object_name}.{what.value}"


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(texts: Iterable[str], *, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` (Standard Webhooks 1.0): HMAC-SHA256 over id, moment and body, of each secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    keys = (base64.b64decode(text.removeprefix(PREFIX)) for text in texts)
    return " ".join(f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}" for key in keys)


def wait_after(attempts: int) -> timedelta | None:
    """How long is waited after so many attempts; None if there is no further one."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
