"""Phone numbers: any writing to E.164 and back to what people read."""

import re
from functools import cache, lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
)

FEWEST_DIGITS = 3
LONGEST = 250
"""What phonenumbers reads at most; longer texts are none, and reading them would take time and memory."""
_EXTENSION = re.compile(r"[\s,;/-]*(?:durchwahl|apparat|app\.|nebenstelle|nst\.|dw\.?)\s*(?=\d{1,6}$)", re.IGNORECASE)
_E164 = re.compile(r"\+\d{5,15}")
_INTERNATIONAL = re.compile(r"\+[1-9]\d ?\(?[1-9][\d ()/.-]*\d", re.ASCII)
_NO_DIGITS = re.compile("[^0-9]+")
_NATIONAL = re.compile(r"\(?0[1-9][\d ()/.-]*\d", re.ASCII)
_KEPT = re.compile(r"\+\d{5,15}(?: ext\. \d+)?")


@lru_cache(maxsize=20_000)
def e164(text: str, *, country: str) -> str:
    """The number in E.164 ("+49300074321", with an extension "+49… ext. 5"); "" if it cannot be read as one.

    `country` (ISO 3166-1 alpha-2, or "") is where a number without international prefix belongs. A number of the
    right length counts although its range is not in use: sample data and old numbers are such.
    """
    if _E164.fullmatch(text):
        kept = _parsed(text[1:], "")
        if kept is not None and not kept.italian_leading_zero and is_possible(kept):
            return text
    return _plain(text, country) or _parsed_by_the_book(text, country)


def _parsed_by_the_book(text: str, country: str) -> str:
    if len(text) > LONGEST:
        return ""
    try:
        number = phonenumbers.parse(_EXTENSION.sub(" ext. ", text.strip()), country or None)
    except NumberParseException:
        return ""
    if not is_possible(number):
        return ""
    plain = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{plain} ext. {number.extension}" if number.extension else plain


def _plain(text: str, country: str) -> str:
    """What the book says of a number with area code, "089/123 45-67" or "+49 89 1234567", at a tenth of its cost: most
    are written so.

    "" where it would have to be asked.
    """
    if _INTERNATIONAL.fullmatch(text):
        digits = _NO_DIGITS.sub("", text)
        code, lengths = _plain_codes().get(digits[:2], ("", ()))
        national = digits[2:]
    else:
        code, lengths = _plain_countries().get(country, ("", ()))
        national = _NO_DIGITS.sub("", text)[1:] if code and _NATIONAL.fullmatch(text) else ""
    return f"+{code}{national}" if code and len(national) in lengths and national[0] != "0" else ""


@cache
def _plain_countries() -> dict[str, tuple[str, tuple[int, ...]]]:
    """Country → its code and the possible lengths, where a national number is a 0 and then the number, nothing else."""
    found = {}
    for country in ("DE", "AT", "CH", "FR", "NL", "BE"):
        facts = PhoneMetadata.metadata_for_region(country)
        if facts is None or facts.general_desc is None or facts.national_prefix_transform_rule:
            continue
        if facts.national_prefix == facts.national_prefix_for_parsing == "0":
            found[country] = (str(facts.country_code), tuple(facts.general_desc.possible_length))
    return found


@cache
def _plain_codes() -> dict[str, tuple[str, tuple[int, ...]]]:
    """The same by the code of the country."""
    return {code: (code, lengths) for code, lengths in _plain_countries().values()}


def is_possible(number: PhoneNumber) -> bool:
    """Whether its length is one of its country. Numbers that reach nobody from outside their town are none: in E.164
    they would ring at a stranger's."""
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


def normalised(text: str, *, country: str) -> str:
    """The number in E.164, or as it was typed (blanks tidied) where no country's rules fit: nothing is lost.

    Raises:
        ValidationError: if it is no phone number at all.
    """
    typed = " ".join(text.split())
    if sum(char.isdigit() for char in typed) < FEWEST_DIGITS or sum(char.isalpha() for char in typed) > len(typed) / 2:
        raise ValidationError(
            _("“%(text)s” is not a phone number. Write it like 089 1234567 or +49 89 1234567.") % {"text": typed[:40]}
        )
    return e164(typed, country=country) or typed


@lru_cache(maxsize=20_000)
def shown(number: str, *, home: str = "") -> str:
    """How people read a number: "+49300074321" → "+49 30 0074321", or "030 0074321" where `home` is its country;
    anything but E.164 comes back as it is."""
    if not _KEPT.fullmatch(number):
        return number
    plain, _ext, extension = number.partition(" ext. ")
    parsed = _parsed(plain[1:], extension)
    if parsed is None:
        return number
    is_home = home in COUNTRY_CODE_TO_REGION_CODE.get(parsed.country_code or 0, ())
    form = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _parsed(digits: str, extension: str) -> PhoneNumber | None:
    """The number out of E.164's digits; `phonenumbers.parse` takes twice as long, which shows in a table."""
    for length in (1, 2, 3):
        code, national = int(digits[:length]), digits[length:]
        if code in COUNTRY_CODE_TO_REGION_CODE and national:
            zeros = len(national) - len(national.lstrip("0"))
            return PhoneNumber(
                country_code=code,
                national_number=int(national),
                italian_leading_zero=zeros > 0 or None,
                number_of_leading_zeros=zeros if zeros > 1 else None,
                extension=extension or None,
            )
    return None


def is_mobile(number: str) -> bool:
    """Whether a number in E.164 belongs to a mobile network of its country."""
    if not _E164.fullmatch(number):
        return False
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except NumberParseException:
        return False
    return kind == phonenumbers.PhoneNumberType.MOBILE
