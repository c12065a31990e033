"""A mailbox as far as leads need it: which mails are new, and their bytes. Read by IMAP over TLS, and only read."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from kundig.platform import outgoing

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class NotRead(Exception):
    """The mailbox cannot be read; the text says why and what would be right."""


class _Guarded(imaplib.IMAP4_SSL):
    """Connects only where requests of the house may go."""

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        return outgoing.secured(self.host, self.port)


class Reading:
    """A mailbox that is open, and nothing in it can be changed by us."""

    def __init__(self, imap: imaplib.IMAP4, *, count: int) -> None:
        self._imap = imap
        self.count = count
        # What was told of the folder can be asked for only once.
        self.validity = self._told("UIDVALIDITY")
        self._next_uid = self._told("UIDNEXT")

    @property
    def next_uid(self) -> int:
        """The number that the next mail to arrive will have."""
        return int(self._next_uid or 0) or max(self.after(0), default=0) + 1

    def after(self, uid: int) -> list[int]:
        """Numbers of the mails that came after this one, oldest first."""
        _status, found = self._imap.uid("SEARCH", "UID", f"{uid + 1}:*")
        numbers = {int(each) for each in (found[0] or b"").split()} if found else set()
        return sorted(each for each in numbers if each > uid)  # "*" is the last one, also where that is older

    def size(self, uid: int) -> int:
        _status, found = self._imap.uid("FETCH", str(uid), "(RFC822.SIZE)")
        told = _SIZE.search(b" ".join(each if isinstance(each, bytes) else each[0] for each in found if each))
        return int(told[1]) if told else 0

    def content(self, uid: int) -> bytes:
        """The mail as it came; it stays unread in the mailbox."""
        _status, found = self._imap.uid("FETCH", str(uid), "(BODY.PEEK[])")
        return next((each[1] for each in found if isinstance(each, tuple)), b"")

    def _told(self, name: str) -> str:
        _status, found = self._imap.response(name)
        return found[0].decode("ascii", "replace") if found and found[0] else ""


@contextmanager
def opened(*, host: str, port: int, user_name: str, password: str, folder: str) -> Iterator[Reading]:
    """The mailbox, open for reading.

    Raises:
        NotRead: if it cannot be reached, does not let us in, or has no such folder; also where it breaks off inside.
    """
    imap: imaplib.IMAP4 | None = None
    try:
        imap = _Guarded(host, port)
        _sign_in(imap, user_name, password)
        status, found = imap.select(_quoted(folder), readonly=True)
        if status != "OK":
            raise NotRead(_("There is no folder “%(name)s” in this mailbox.") % {"name": folder})
        yield Reading(imap, count=int(found[0] or 0))
    except (outgoing.NotAllowed, outgoing.NoAnswer) as error:
        raise NotRead(str(error)) from error
    except ssl.SSLError as error:
        words = _("%(host)s cannot prove that it is the right server: %(reason)s")
        raise NotRead(words % {"host": host, "reason": _short(error)}) from error
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        words = _("%(host)s does not answer as a mailbox does: %(reason)s")
        raise NotRead(words % {"host": host, "reason": _short(error)}) from error
    finally:
        if imap is not None:
            _leave(imap)


def _sign_in(imap: imaplib.IMAP4, user_name: str, password: str) -> None:
    try:
        if f"{user_name}{password}".isascii():
            imap.login(user_name, password)
        else:
            imap.authenticate("PLAIN", lambda _asked: f"\0{user_name}\0{password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise NotRead(
            _("The mailbox does not accept user name and password: %(reason)s") % {"reason": _short(error)}
        ) from error


def _leave(imap: imaplib.IMAP4) -> None:
    try:
        imap.logout()
    except (imaplib.IMAP4.error, OSError):
        imap.sock.close()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _short(error: Any) -> str:
    if isinstance(error, socket.timeout):
        return _("no answer in time")
    text = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error)
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(words.split())[:200]
