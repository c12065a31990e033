"""Requests that go out of the house to addresses that people typed: only where nothing of the house can be reached.

The name is looked up once, every address behind it must be a public one, and the connection goes to exactly that
address; so neither a name that leads inside nor one that changes its mind between check and use gets anywhere. Nothing
is followed: a redirect is an answer like any other.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

SECONDS = 10.0
"""How long one may wait for the next bytes."""
LONGEST = 30.0
"""Seconds for the whole answer: a server that sends a byte now and then would hold a process for ever."""
MOST_BYTES = 1_000_000


class NotAllowed(Exception):
    """The address leads where requests may not go; the text says why."""


class NoAnswer(Exception):
    """Nobody answered, or not in time; the text says what happened."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    """At most a million bytes of it."""


def check_address(address: str) -> tuple[str, int, str]:
    """Host, port and path of an address that requests may go to, as far as its text tells.

    Raises:
        NotAllowed: for anything but https (http where private addresses are allowed), for user names in it.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise NotAllowed(_("This is not a web address.")) from error
    schemes = ("https", "http") if settings.PRIVATE_ADDRESSES else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise NotAllowed(_("The address must begin with https://."))
    if parts.username or parts.password:
        raise NotAllowed(_("User name and password do not belong into the address."))
    if not settings.PRIVATE_ADDRESSES and _is_plainly_private(parts.hostname):
        raise NotAllowed(_("%(host)s leads into a private network.") % {"host": parts.hostname})
    path = parts.path or "/"
    if parts.query:
        path = f"{path}?{parts.query}"
    if any(character in path for character in "\r\n ") or not path.isascii():
        raise NotAllowed(_("The address contains characters that belong into none."))
    return parts.hostname, port or (443 if parts.scheme == "https" else 80), path


def _is_plainly_private(host: str) -> bool:
    """Whether it can be told without asking anybody: who types such an address should hear of it at once."""
    try:
        return not is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def request(
    address: str, *, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a request and answer what came back.

    Raises:
        NotAllowed: if the address leads where requests may not go.
        NoAnswer: if nobody answered in ten seconds, or the answer took longer than thirty.
    """
    host, port, path = check_address(address)
    target = _reachable(host, port)
    connection = _connection(address, host, port, target)
    with _hung_up(connection) as late:
        try:
            connection.request(method, path, body=body, headers={"User-Agent": "Kundig", **(headers or {})})
            response = connection.getresponse()
            answer = Answer(response.status, response.read(MOST_BYTES))
        except (OSError, http.client.HTTPException) as error:
            reason: object = _("it took too long") if late.is_set() else error
            raise NoAnswer(_("%(host)s did not answer: %(reason)s") % {"host": host, "reason": reason}) from error
        finally:
            connection.close()
        if late.is_set():
            raise NoAnswer(_("%(host)s did not answer: %(reason)s") % {"host": host, "reason": _("it took too long")})
    return answer


@contextmanager
def _hung_up(connection: http.client.HTTPConnection) -> Iterator[threading.Event]:
    """Within, the line is cut after `LONGEST`, wherever the other side is by then; the event says that it was."""
    late = threading.Event()
    lines: list[socket.socket] = []
    connect = connection._create_connection  # type: ignore[attr-defined]

    def connected(*wanted: Any) -> socket.socket:
        line: socket.socket = connect(*wanted)
        # A handle of our own: the connection lets go of its line while the answer is still read, and TLS takes it over.
        lines.append(line.dup())
        return line

    def hang_up() -> None:
        late.set()
        for line in lines:
            with suppress(OSError):  # it is gone already
                line.shutdown(socket.SHUT_RDWR)

    connection._create_connection = connected  # type: ignore[attr-defined]
    timer = threading.Timer(LONGEST, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        for line in lines:
            line.close()


def secured(host: str, port: int) -> ssl.SSLSocket:
    """A connection by TLS to a server that is not asked by HTTP, a mailbox for one; its name stands in the certificate.

    Raises:
        NotAllowed: if it leads where requests may not go.
        NoAnswer: if nobody answered in ten seconds.
        ssl.SSLError: if the server cannot prove who it is.
    """
    if not settings.PRIVATE_ADDRESSES and _is_plainly_private(host):
        raise NotAllowed(_("%(host)s leads into a private network.") % {"host": host})
    target = _reachable(host, port)
    try:
        plain = socket.create_connection((target, port), SECONDS)
    except OSError as error:
        raise NoAnswer(_("%(host)s did not answer: %(reason)s") % {"host": host, "reason": error}) from error
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _reachable(host: str, port: int) -> str:
    """The network address behind a name, if all behind it are public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(_("There is no server called %(host)s.") % {"host": host}) from error
    addresses = [str(each[4][0]) for each in found]
    if not settings.PRIVATE_ADDRESSES:
        for each in addresses:
            if not is_public(each):
                raise NotAllowed(_("%(host)s leads into a private network.") % {"host": host})
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address belongs to the public network, also where it is wrapped (IPv4 in IPv6)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (inner is None or is_public(str(inner)))


def _connection(address: str, host: str, port: int, target: str) -> http.client.HTTPConnection:
    if address.lower().startswith("http:"):
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    else:
        connection = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    # The name stands in Host and certificate; the connection goes to the address that was checked.
    connection._create_connection = (  # type: ignore[attr-defined]
        lambda _name, timeout=SECONDS, source=None: socket.create_connection((target, port), timeout, source)
    )
    return connection
