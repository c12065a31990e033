"""How often one may ask: a full bucket per token that refills steadily, kept in the memory of each process.

It keeps a loop gone wild from taking the house, and needs no more for it (docs/decisions/rest-from-descriptions.md).
"""

from __future__ import annotations

import math
import os
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.rest.problems import Problem

PER_MINUTE = int(os.environ.get("KUNDIG_API_PER_MINUTE", "6000"))
"""Requests a minute for one token or signed-in browser; 0 sets no limit."""
FAILURES_PER_MINUTE = 60
"""Refused tokens a minute from one address."""
MOST_BUCKETS = 10_000


@dataclass
class Bucket:
    left: float
    at: float


class Limit:
    """`per_minute` requests each minute for each key; unused ones are saved up to one minute's worth."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, *, count: int = 1, now: float | None = None) -> Bucket:
        """Take `count` requests out of the bucket of `key`, but never so many that a full one would not do.

        Raises:
            Problem: 429 with `Retry-After` if there are not so many in it.
        """
        count = max(1, min(count, self.per_minute - 1))  # the request itself was taken already
        with self._lock:
            bucket = self._filled(key, now=time.monotonic() if now is None else now)
            is_empty = bucket.left < count
            bucket.left -= 0 if is_empty else count
        if is_empty:
            wait = math.ceil((count - bucket.left) * 60 / self.per_minute)
            raise Problem(
                429,
                _("More than %(limit)d requests a minute. Go on in %(seconds)d seconds.")
                % {"limit": self.per_minute, "seconds": wait},
                headers={"Retry-After": str(wait), **self.headers(bucket)},
            )
        return bucket

    def _filled(self, key: str, *, now: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(left=float(self.per_minute), at=now)
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            bucket.left = min(float(self.per_minute), bucket.left + (now - bucket.at) * self.per_minute / 60)
            bucket.at = now
            self._buckets.move_to_end(key)
        return bucket

    def headers(self, bucket: Bucket) -> dict[str, str]:
        """What a program may know: the limit, what is left of it, and in how many seconds all of it is there again."""
        return {
            "RateLimit-Limit": str(self.per_minute),
            "RateLimit-Remaining": str(max(0, int(bucket.left))),
            "RateLimit-Reset": str(math.ceil((self.per_minute - bucket.left) * 60 / self.per_minute)),
        }


requests = Limit(PER_MINUTE)
failures = Limit(FAILURES_PER_MINUTE)


def address_of(request: HttpRequest) -> str:
    return f"address:{request.META.get('REMOTE_ADDR', '')}"


def counted_as(request: HttpRequest, user: User | None) -> str:
    """Whose bucket a request is taken from: its token's, so that one program gone wild stops no other of its owner."""
    if user is None:
        return address_of(request)
    token = getattr(user, "token", None)
    return f"token:{token[0]}" if token else f"user:{user.pk}"


def count_request(key: str, *, count: int = 1) -> dict[str, str]:
    """Count a request of a known caller, or what is as much work as `count` of them; answers the headers that tell how
    many are left."""
    return requests.headers(requests.take(key, count=count)) if PER_MINUTE else {}


def count_failure(request: HttpRequest) -> None:
    """Count a refused token; raises Problem (429) once an address has tried too many."""
    failures.take(address_of(request))


def add_headers(response: HttpResponse, headers: dict[str, str]) -> None:
    for name, value in headers.items():
        response.headers.setdefault(name, value)
