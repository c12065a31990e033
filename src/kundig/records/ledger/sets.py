"""Change sets: who says what they are about to do, so that the ledger knows to whom and to what each row belongs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from kundig.platform.ids import uuid7
from kundig.platform.prepared import prepared_cursor
from kundig.records.events import Via

if TYPE_CHECKING:
    from kundig.accounts.models import User

LONGEST_TITLE = 200

_open: ContextVar[Opened | None] = ContextVar("open change set", default=None)
_together: ContextVar[dict[tuple[UUID | None, Via], UUID] | None] = ContextVar("change sets of a request", default=None)


@dataclass(frozen=True)
class Opened:
    """A change set that rows are being written under. Its own row appears with the first of them."""

    id: UUID
    by_id: UUID | None
    via: Via
    title: str
    deputy_for: UUID | None = None
    undoes: UUID | None = None

    def as_setting(self) -> str:
        """The text that the triggers read."""
        about = {
            "id": self.id, "by": self.by_id, "for": self.deputy_for, "via": self.via.value, "title": self.title,
            "undoes": self.undoes,
        }  # fmt: skip
        return json.dumps({name: value for name, value in about.items() if value}, default=str)


@contextmanager
def change_set(
    *,
    by: User | None,
    via: Via = Via.HAND,
    title: str = "",
    deputy_for: UUID | None = None,
    undoes: UUID | None = None,
    key: UUID | None = None,
) -> Iterator[Opened]:
    """What is written inside belongs together; inside another one, to that one. Nothing written leaves no trace.

    Opened inside a transaction it holds until the transaction ends; opened outside, for every transaction inside. A job
    that goes on after an interruption gives the `key` of its first attempt, so that it stays one change set.
    """
    outer = _open.get()
    if outer is not None:
        yield outer
        return
    by_id = by.pk if by is not None else None
    opened = Opened(
        key or (uuid7() if undoes else _id_within_request(by_id, via)), by_id, via, title[:LONGEST_TITLE], deputy_for,
        undoes,
    )  # fmt: skip
    for_transaction = connection.in_atomic_block
    _tell(opened.as_setting(), for_transaction=for_transaction)
    mark = _open.set(opened)
    try:
        yield opened
    finally:
        _open.reset(mark)
        if not for_transaction:
            _tell("", for_transaction=False)


@contextmanager
def changes_together() -> Iterator[None]:
    """What one person changes by one means inside is one change set, however often one is opened: in a request, say."""
    mark = _together.set({})
    try:
        yield
    finally:
        _together.reset(mark)


def hold(change_set_id: UUID) -> None:
    """Until the transaction ends nobody else takes this change set back, nor adds to it what came later: whoever does
    either holds it first, and sees then what the other has done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"records.change_set:{change_set_id}"])


def current() -> Opened | None:
    """The change set that is open here."""
    return _open.get()


def _id_within_request(by_id: UUID | None, via: Via) -> UUID:
    together = _together.get()
    return uuid7() if together is None else together.setdefault((by_id, via), uuid7())


def _tell(setting: str, *, for_transaction: bool) -> None:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT set_config('kundig.change_set', %s, %s)", [setting, for_transaction])
