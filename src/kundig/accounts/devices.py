"""Which program on which machine a request comes from, in words people use; nothing is asked of the network."""

from ipaddress import ip_address

from django.utils.translation import gettext as _

LONGEST_AGENT = 400
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""In this order: nearly every browser also calls itself by the names of those below it."""
MACHINES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_in_words(agent: str) -> str:
    """`User-Agent` → "Firefox on Windows"; a program that is no browser goes by the name it gives itself."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    machine = next((name for sign, name in MACHINES if sign in agent), "")
    if browser and machine:
        return _("%(browser)s on %(machine)s") % {"browser": browser, "machine": machine}
    own_name = agent.partition("/")[0].strip()[:40]
    return browser or machine or own_name or _("Unknown device")


def is_handheld(agent: str) -> bool:
    return any(sign in agent for sign in ("iPhone", "iPad", "Android"))


def place_in_words(address: str | None) -> str:
    """The address a request came from, and what it says by itself: "192.168.1.20, in your network"."""
    if not address:
        return _("Unknown place")
    where = ip_address(address)
    if where.is_unspecified:
        return _("Unknown place")
    if where.is_loopback:
        return _("the machine on which Kundig runs")
    if where.is_private:
        return _("%(address)s, in your network") % {"address": address}
    return address
