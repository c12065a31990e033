"""What a web form may ask, how what came is told from what a machine sends, and what of an address is kept."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

LANGUAGES = ("de", "en")
TEXTS = ("title", "intro", "button", "thanks", "consent")
MESSAGE = "message"
"""The field for free words; it is no column of anything, but what stands in the history."""
ADDRESS = "address"
"""Street, postal code, town and country as one question: what an invoice needs. It is answered wholly or not at all."""
ADDRESS_PARTS = ("persons.street", "persons.postal_code", "persons.city", "persons.country")
TRAP = "company_url_2"
"""An input that nobody sees: who fills it in is a machine."""
SHORTEST_SECONDS, LONGEST_SECONDS = 2, 24 * 3600
"""Between the page and what is sent: machines are faster, and who comes back the next day loads the page again."""
LONGEST_MESSAGE = 10_000
_KEY = re.compile(r"[^a-z0-9]+")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
RESERVED = frozenset({"confirm", "embed", "new"})


def key_from(name: str) -> str:
    """ "Anfrage Wärmepumpe" → "anfrage-waermepumpe"."""
    return _KEY.sub("-", name.lower().translate(_FOLDED)).strip("-")[:50].strip("-") or "form"


def origin_of(text: str) -> str:
    """The origin of a website as browsers send it ("https://www.example.com"); "" if it is none."""
    parts = urlsplit(text.strip())
    try:
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.path not in ("", "/"):
        return ""
    if parts.query or parts.fragment or not re.fullmatch(r"[a-z0-9.-]+", host):
        return ""
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def network_of(address: str) -> str:
    """The network of an internet address: its first 24 bits, of IPv6 its first 48; "" for what is no address."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
