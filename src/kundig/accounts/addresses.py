"""Where a request comes from, for limits and lock-out."""

from ipaddress import ip_address
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 -- a sign for "not known", nothing listens here


def client_address(request: HttpRequest) -> str:
    """The caller's address. `X-Forwarded-For` is believed for as many of our own proxies as there are (none by
    default): what stands further left was written by the caller."""
    proxies = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    candidate = hops[-proxies] if proxies and len(hops) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(candidate))
    except ValueError:
        return UNKNOWN


class Caller(NamedTuple):
    """Where a request comes from, and with what program."""

    address: str | None = None
    device: str = ""


NOWHERE = Caller()


def caller_of(request: HttpRequest) -> Caller:
    return Caller(client_address(request), request.headers.get("User-Agent", ""))
