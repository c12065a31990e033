"""Postal codes and towns as lists write them."""

import re

from kundig.platform import countries

# Digits the post of a country uses; what is not listed is not checked.
_DIGITS = {"DE": 5, "AT": 4, "CH": 4, "LI": 4, "FR": 5, "IT": 5, "ES": 5, "BE": 4, "LU": 4, "DK": 4, "NO": 4, "FI": 5}
CHECKED = frozenset({"DE", "AT", "CH", "LI"})
"""Where a wrong number of digits is refused when somebody types it."""
_TOWN = re.compile(
    r"(?:(?P<sign>[A-Za-z]{1,3})\s?[-–]\s?)?(?P<code>\d{4}\s?[A-Z]{2}(?=\s)|\d{3}\s\d{2}|\d{2}-\d{3}|\d{4,6})\s+(?P<town>\D.*)"
)


def split_town(text: str) -> tuple[str, str, str]:
    """Country, postal code and town out of one column: "A-4400 Steyr" → ("AT", "4400", "Steyr"); what is not there
    is ""."""
    bare = " ".join(text.split())
    match = _TOWN.fullmatch(bare)
    if match is None:
        country, rest = countries.split_prefix(bare)
        only_code = bool(re.fullmatch(r"\d{4,6}", rest))
        return (country, rest, "") if only_code else ("", "", bare)
    country = countries.code_of(match["sign"]) if match["sign"] else ""
    if match["sign"] and not country:
        return "", "", bare
    return country, match["code"], match["town"].strip()


def is_postal_code_of(country: str, postal_code: str) -> bool:
    """Whether the post of `country` uses such codes; True where we do not know its rules, and for an empty code."""
    digits = _DIGITS.get(country)
    return not postal_code or digits is None or bool(re.fullmatch(rf"\d{{{digits}}}", postal_code.replace(" ", "")))


def tidy_postal_code(postal_code: str, *, country: str) -> tuple[str, str]:
    """Country and postal code without a country's sign before it; zeros that a spreadsheet has eaten come back
    ("4179" in Germany is "04179")."""
    found, bare = countries.split_prefix(postal_code)
    land = country or found
    bare = " ".join(bare.split())
    if land in ("DE", "FR", "IT", "ES") and re.fullmatch(r"\d{4}", bare):
        bare = f"0{bare}"
    return land, bare
