"""Countries: ISO 3166-1 alpha-2 codes from whatever people and files write, and their names in our languages."""

import re
from functools import cache, lru_cache

import pycountry
from babel import Locale

from kundig.platform.sorting import sort_key

KOSOVO = "XK"  # in use by the EU and the post, though not in ISO 3166
FIRST = ("DE", "AT", "CH")
"""Offered before all others in a list."""

# The sign on a car, as it stands before postal codes ("A-4400 Steyr"), where it differs from the ISO code.
CAR_SIGNS = {
    "D": "DE", "A": "AT", "B": "BE", "F": "FR", "I": "IT", "E": "ES", "L": "LU", "P": "PT", "S": "SE", "N": "NO",
    "H": "HU", "FL": "LI", "FIN": "FI", "SF": "FI", "IRL": "IE", "SLO": "SI", "RUS": "RU", "UA": "UA", "EST": "EE",
    "BIH": "BA", "SRB": "RS", "RKS": KOSOVO, "MNE": "ME",
}  # fmt: skip

# How people call countries beside the German and English names of ISO and Unicode; keys are folded (`_plain`).
_CALLED = {
    "uk": "GB", "england": "GB", "scotland": "GB", "schottland": "GB", "wales": "GB", "great britain": "GB",
    "grossbritannien": "GB", "northern ireland": "GB", "nordirland": "GB", "britain": "GB", "angleterre": "GB",
    "usa": "US", "america": "US", "amerika": "US", "vereinigte staaten von amerika": "US", "us america": "US",
    "brd": "DE", "bundesrepublik deutschland": "DE", "deutschl": "DE", "allemagne": "DE", "germania": "DE",
    "alemania": "DE", "duitsland": "DE", "niemcy": "DE", "tyskland": "DE", "nemecko": "DE",
    "republik osterreich": "AT", "oesterreich": "AT", "autriche": "AT", "rakousko": "AT", "oostenrijk": "AT",
    "suisse": "CH", "svizzera": "CH", "svizra": "CH", "schweizerische eidgenossenschaft": "CH", "zwitserland": "CH",
    "fuerstentum liechtenstein": "LI", "furstentum liechtenstein": "LI",
    "belgique": "BE", "belgie": "BE", "france": "FR", "luxembourg": "LU",
    "letzebuerg": "LU", "grossherzogtum luxemburg": "LU",
    "nederland": "NL", "holland": "NL", "pays bas": "NL", "the netherlands": "NL",
    "italia": "IT", "italie": "IT", "espana": "ES", "espagne": "ES", "portugalia": "PT",
    "danmark": "DK", "sverige": "SE", "norge": "NO", "noreg": "NO", "suomi": "FI", "island": "IS", "iceland": "IS",
    "polska": "PL", "cesko": "CZ", "cesky": "CZ", "ceska republika": "CZ", "czech republic": "CZ",
    "tschechische republik": "CZ", "slovensko": "SK", "slovenska republika": "SK", "slowakische republik": "SK",
    "magyarorszag": "HU", "slovenija": "SI", "hrvatska": "HR", "srbija": "RS", "bosnien": "BA",
    "bosna i hercegovina": "BA",
    "crna gora": "ME", "makedonien": "MK", "mazedonien": "MK", "shqiperia": "AL", "kosova": KOSOVO, "romania": "RO",
    "balgarija": "BG", "hellas": "GR", "ellada": "GR", "turkiye": "TR", "eesti": "EE", "latvija": "LV", "lietuva": "LT",
    "eire": "IE", "republic of ireland": "IE", "irische republik": "IE", "russland": "RU", "rossija": "RU",
    "russische foderation": "RU", "turkey": "TR",
    "weissrussland": "BY", "moldawien": "MD", "brasil": "BR", "mexico": "MX", "peru": "PE", "korea": "KR",
    "vr china": "CN", "volksrepublik china": "CN", "pr china": "CN", "hongkong": "HK", "uae": "AE", "vae": "AE",
    "elfenbeinkuste": "CI", "burma": "MM", "birma": "MM", "swasiland": "SZ", "vatikan": "VA", "nippon": "JP",
}  # fmt: skip

_PREFIX = re.compile(r"([A-Z]{1,3})\s?[-–]\s?(?=\d)")
_DROPPED = str.maketrans("", "", ".'’")


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z ]+", " ", sort_key(name).translate(_DROPPED)).split())


@cache
def codes() -> frozenset[str]:
    """All codes we know."""
    return frozenset({country.alpha_2 for country in pycountry.countries} | {KOSOVO})


@cache
def _by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for spelling in ("official_name", "common_name", "name", "alpha_3", "alpha_2"):
            names[_plain(getattr(country, spelling, ""))] = country.alpha_2
    for language in ("en", "de"):
        names.update({_plain(name): code for code, name in _territories(language).items() if code in codes()})
    names.pop("", None)
    return {**names, **_CALLED}


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale.parse("de" if language == "de" else "en").territories)


@lru_cache(maxsize=2_000)
def code_of(text: str) -> str:
    """The code of a country written as code, name (German, English, often its own) or car sign; "" if unknown."""
    bare = text.strip()
    return CAR_SIGNS.get(bare.upper().rstrip("-"), "") or _by_name().get(_plain(bare), "")


def name_of(code: str, language: str) -> str:
    """ "DE", "de" → "Deutschland"; a code we do not know comes back as it is."""
    return _territories(language[:2]).get(code, code)


@cache
def choices(language: str) -> list[tuple[str, str]]:
    """All countries as (code, name): the German-speaking ones first, then by name."""
    named = [(code, name_of(code, language)) for code in codes()]
    rest = sorted((pair for pair in named if pair[0] not in FIRST), key=lambda pair: sort_key(pair[1]))
    return [(code, name_of(code, language)) for code in FIRST] + rest


def split_prefix(postal_code: str) -> tuple[str, str]:
    """ "A-4400" → ("AT", "4400"); ("", the text) where no country stands before the digits."""
    bare = postal_code.strip()
    match = _PREFIX.match(bare.upper())
    code = code_of(match[1]) if match else ""
    return (code, bare[match.end() :]) if match and code else ("", bare)
