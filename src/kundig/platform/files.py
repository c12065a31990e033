"""Files: their bytes lie in the data folder under their checksum, each content once; and in a store, if one is set."""

import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet

from kundig.platform.buckets import StoreFailed, bucket
from kundig.platform.ids import uuid7
from kundig.platform.models import StoredFile

log = logging.getLogger(__name__)

PORTION = 1024 * 1024
LONGEST_NAME = 255
LONGEST_ENDING = 20
KEPT_UNUSED = timedelta(days=30)
"""Whoever undoes a change finds the old file for that long."""
SETTLED = timedelta(days=1)
"""A transaction that has just written bytes is done by then, or has failed."""

_other_uses: list[Callable[[], Iterable[UUID]]] = []


def store(content: BinaryIO | Iterable[bytes], *, name: str, content_type: str, by_id: UUID | None) -> StoredFile:
    """Keep a file, streamed; `name` is for people and never becomes a path.

    Raises:
        StoreFailed: if a store is set and does not take it.
    """
    unfinished = _root() / f".{uuid7()}"
    digest, size = hashlib.sha256(), 0
    try:
        with unfinished.open("xb") as target:
            for portion in _portions(content):
                digest.update(portion)
                size += len(portion)
                target.write(portion)
            target.flush()
            os.fsync(target.fileno())
        sha256 = digest.hexdigest()
        with transaction.atomic():
            _lock(sha256)
            place = _place(sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            if (store := bucket()) is not None:
                store.put(_key(sha256), unfinished)
            unfinished.replace(place)
            return StoredFile.objects.create(
                name=clean_name(name), content_type=content_type[:120], size=size, sha256=sha256, created_by=by_id
            )
    finally:
        unfinished.unlink(missing_ok=True)


def clean_name(name: str, *, otherwise: str = "file") -> str:
    """The last part of what a browser calls the file, without control characters; too long a name keeps its ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(letter for letter in last if letter.isprintable()).strip()
    if len(clean) > LONGEST_NAME:
        ending = PurePosixPath(clean).suffix[:LONGEST_ENDING]
        clean = clean[: LONGEST_NAME - len(ending)] + ending
    return clean if clean.strip(". ") else otherwise


def path_of(file: StoredFile) -> Path:
    """Where its bytes lie; read only. What only the store has is fetched.

    Raises:
        StoreFailed: if that did not work.
    """
    place = _place(file.sha256)
    if not place.exists() and (store := bucket()) is not None:
        store.fetch(_key(file.sha256), to=place)
    return place


def fetch_missing() -> int:
    """Bring everything to the data folder that only the store has; answers how much that was. A backup is whole."""
    if bucket() is None:
        return 0
    count = 0
    for file in StoredFile.objects.order_by("sha256").distinct("sha256").iterator():
        if not _place(file.sha256).exists():
            count += path_of(file).exists()
    return count


def doubled(file: StoredFile) -> StoredFile:
    """The same content as a file of its own: what becomes of the one does not touch the other. The bytes lie there
    once."""
    return StoredFile.objects.create(
        name=file.name, content_type=file.content_type, size=file.size, sha256=file.sha256, created_by=file.created_by
    )


def delete(file: StoredFile) -> None:
    """Forget the file; its bytes go after commit, unless another file has the same."""
    sha256 = file.sha256
    file.delete()
    # A store that does not answer takes nothing back of what was done; the bytes here go another night.
    transaction.on_commit(lambda: _remove_unused(sha256), robust=True)


# -- what nobody uses --------------------------------------------------------------------------------------------


def counts_as_use(ids: Callable[[], Iterable[UUID]]) -> None:
    """Say which files are in use although no foreign key points at them; called in `apps.ready()`."""
    _other_uses.append(ids)


def forget_unused(*, now: datetime) -> int:
    """Delete files that nothing has pointed at for a month: uploaded and never attached, replaced, taken out.

    Answers how many. Called every night: it notes since when each is unused.
    """
    unused = _unused()
    StoredFile.objects.exclude(unused_since=None).exclude(pk__in=unused.values("pk")).update(unused_since=None)
    unused.filter(unused_since=None).update(unused_since=now)
    count = 0
    for file in _unused().filter(unused_since__lt=now - KEPT_UNUSED).iterator():
        with transaction.atomic():
            delete(file)
        count += 1
    return count


def forget_stray_bytes(*, now: datetime) -> int:
    """Delete bytes that no file has: left behind by a transaction that failed after they were written."""
    count = 0
    oldest = (now - SETTLED).timestamp()
    for place in _root().glob("??/??/*"):
        if not re.fullmatch(r"[0-9a-f]{64}", place.name) or place.stat().st_mtime > oldest:
            continue
        if not StoredFile.objects.filter(sha256=place.name).exists():
            try:
                _remove_unused(place.name)
            except StoreFailed:
                log.warning("The store for files keeps what nobody has; the next night tries again", exc_info=True)
                continue
            count += 1
    for unfinished in _root().glob(".*"):
        if unfinished.is_file() and unfinished.stat().st_mtime < oldest:
            unfinished.unlink(missing_ok=True)
            count += 1
    return count


def _unused() -> QuerySet[StoredFile]:
    """Files that neither a foreign key nor `counts_as_use` names."""
    found = StoredFile.objects.all()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            pointing = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            found = found.filter(~Exists(pointing))
    others = {file_id for ids in _other_uses for file_id in ids()}
    return found.exclude(pk__in=others) if others else found


def _remove_unused(sha256: str) -> None:
    with transaction.atomic():
        _lock(sha256)
        if not StoredFile.objects.filter(sha256=sha256).exists():
            if (store := bucket()) is not None:
                store.remove(_key(sha256))
            _place(sha256).unlink(missing_ok=True)


def _lock(sha256: str) -> None:
    # Otherwise one process could delete the bytes another has just found to be there.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


def _root() -> Path:
    root = Path(settings.DATA) / "files"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _place(sha256: str) -> Path:
    return _root() / sha256[:2] / sha256[2:4] / sha256


def _portions(content: BinaryIO | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(content, Iterable) and not hasattr(content, "read"):
        return content
    return iter(lambda: content.read(PORTION), b"")
