"""`Idempotency-Key`: a request that comes twice, because its answer was lost on the way, is done once.

The answer is kept in the transaction that does the work. So whatever cuts it off, either both stand or neither, and a
second request that comes meanwhile waits for the first. It is told to the same caller with the same rights only, and
without secrets.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from kundig.accounts.models import User
from kundig.records.rest.bodies import body_of
from kundig.records.rest.limits import counted_as
from kundig.records.rest.models import KeptAnswer
from kundig.records.rest.problems import Problem

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
KEPT = timedelta(hours=24)
WAIT_SECONDS = 5
TELLING, SECRET = "Cache-Control", "no-store"
"""An answer that says so of itself tells a secret: only that it was given is kept."""
KEPT_HEADERS = ("Content-Type", "Location", "ETag", TELLING)
_KEY = re.compile(r'[\x21\x23-\x7e]{1,255}|"[\x20\x21\x23-\x7e]{1,253}"')


def once(request: HttpRequest, user: User, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer of `work`, or the one that it gave to the same request before.

    A request that was refused has done nothing and leaves nothing behind: its key may be used again.

    Raises:
        Problem: 400 if the key is none, 409 while the first request is being done or where its answer is not for the
            caller as they are now, 422 if it was another request.
    """
    key = request.headers[HEADER]
    if not _KEY.fullmatch(key):
        raise Problem(400, _("“%(name)s” is a text of 1 to 255 visible characters, such as a UUID.") % {"name": HEADER})
    checksum = _checksum(request)
    with transaction.atomic():
        kept = _taken(request, user, key.strip('"'), checksum)
        if kept.status:
            if kept.request != checksum:
                raise Problem(
                    422,
                    _("This “%(name)s” was sent with another request before. Take a new key for a new request.")
                    % {"name": HEADER},
                )
            return _again(kept, user)
        answer = work()
        if isinstance(answer, HttpResponse):
            kept.status = answer.status_code
            kept.headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
            kept.body = "" if _is_secret(kept) else answer.content.decode()
            kept.save()
    return answer


def _again(kept: KeptAnswer, user: User) -> HttpResponse:
    """The answer that was given. Raises Problem (409) if it may not be told once more."""
    where = {"Location": kept.headers["Location"]} if "Location" in kept.headers else {}
    if kept.rights != user.access.fingerprint:
        # Whether it may still be done, only doing it would tell; and what it told may not be for these eyes any more.
        raise Problem(409, _("This was done already, but since then your rights have changed. Read what became of it."))
    if _is_secret(kept):
        raise Problem(
            409,
            _("This was done already. Its answer told a secret, which is told once: if it was lost, renew it."),
            headers=where,
        )
    return HttpResponse(kept.body, status=kept.status, headers={**kept.headers, REPLAYED: "true"})


def _is_secret(kept: KeptAnswer) -> bool:
    return SECRET in kept.headers.get(TELLING, "")


def _taken(request: HttpRequest, user: User, key: str, checksum: str) -> KeptAnswer:
    """The row of a key, locked: new, or with the answer that was given."""
    named = {"caller": counted_as(request, user), "key": key}
    new = KeptAnswer(**named, user=user, request=checksum, rights=user.access.fingerprint)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            KeptAnswer.objects.filter(**named, at__lt=timezone.now() - KEPT).delete()
            KeptAnswer.objects.bulk_create([new], ignore_conflicts=True)
            kept: KeptAnswer = KeptAnswer.objects.select_for_update().get(**named)
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Problem(
            409,
            _("The first request with this “%(name)s” is still being done. Ask again in a moment.") % {"name": HEADER},
            headers={"Retry-After": str(WAIT_SECONDS)},
        ) from error
    return kept


def _checksum(request: HttpRequest) -> str:
    """Of what makes a request the same: method, address, demanded state and body; of a form its parts, whose boundary
    changes."""
    head = (request.method, request.get_full_path(), request.headers.get("If-Match"))
    found = hashlib.sha256(f"{head}\n".encode())
    for part in _parts(request):
        found.update(part)
    return found.hexdigest()


def _parts(request: HttpRequest) -> Iterable[bytes]:
    if request.content_type != "multipart/form-data":
        yield body_of(request)
        return
    try:
        texts, files = sorted(request.POST.lists()), sorted(request.FILES.items())
    except MultiPartParserError:
        return  # The work says so.
    yield repr(texts).encode()
    for name, file in files:
        yield f"\n{name} {file.name}\n".encode()  # type: ignore[union-attr]
        yield from file.chunks()  # type: ignore[union-attr]
        file.seek(0)  # type: ignore[union-attr]


def forget(*, now: datetime | None = None) -> int:
    """Delete the answers of more than a day ago; returns how many."""
    deleted, _by_model = KeptAnswer.objects.filter(at__lt=(now or timezone.now()) - KEPT).delete()
    return deleted


def forget_record(record_id: UUID) -> None:
    """Delete the answers that tell of a record: it is erased for good."""
    KeptAnswer.objects.filter(body__contains=str(record_id)).delete()
