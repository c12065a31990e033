"""Business cards as programs write them: vCard 2.1 (versit), 3.0 (RFC 2426), 4.0 (RFC 6350) and MECARD (NTT DOCOMO)."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LARGEST = 200_000
"""Letters of a card; more is a picture, and pictures of people are not taken from cards."""
_PARTS = re.compile(r'(?:[^;"]|"[^"]*")+')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Card:
    """What a card says, as it is written; fields of persons and of their organisation by column."""

    person: dict[str, str] = field(default_factory=dict)
    organisation: dict[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.person and not self.organisation


def card_in(text: str) -> Card | None:
    """The card in a text, the first if there are several; None if there is none."""
    text = text.replace("\x00", "")[:LARGEST].lstrip("\ufeff \r\n\t")
    if re.match(r"BEGIN\s*:\s*VCARD", text, re.IGNORECASE):
        return _of_vcard(text)
    if text.upper().startswith("MECARD:"):
        return _of_mecard(text)
    return None


# -- vCard -----------------------------------------------------------------------------------------------------------


def _of_vcard(text: str) -> Card:
    person: dict[str, str] = {}
    firm: dict[str, str] = {}
    note = ""
    full = ""
    for name, kinds, value in _lines(text):
        parts = _split(value)
        plain = _unescaped(value)
        if name == "N":
            family, first, _more, title, suffix = [*parts, "", "", "", "", ""][:5]
            person |= _given(family_name=family, first_name=first, academic_title=title, name_suffix=suffix)
        elif name == "FN":
            full = plain
        elif name == "ORG" and parts:
            firm |= _given(name=parts[0])
        elif name == "TITLE" or (name == "ROLE" and "function" not in person):
            person |= _given(function=plain)
        elif name == "EMAIL":
            person.setdefault("mail", plain.removeprefix("mailto:"))
        elif name == "TEL":
            _put_phone(person, plain.removeprefix("tel:"), kinds)
        elif name == "ADR":
            _put_address(person, parts)
        elif name == "URL":
            firm.setdefault("website", plain)
        elif name == "NOTE":
            note = plain
    _put_name(person, full)
    return Card(_kept(person), _kept(firm), note)


def _lines(text: str) -> Iterator[tuple[str, set[str], str]]:
    """Name, kinds and decoded value of each line of the first card."""
    for line in _unfolded(text):
        head, colon, value = _halves(line)
        if not colon:
            continue
        name, *parameters = _PARTS.findall(head) or [""]
        name = name.strip().rpartition(".")[2].upper()
        if name == "END":
            return
        kinds: set[str] = set()
        charset, is_quoted = "utf-8", False
        for parameter in parameters:
            key, equals, what = parameter.strip().partition("=")
            what = (what if equals else key).strip('"').upper()
            if key.upper() == "CHARSET":
                charset = what
            elif what == "QUOTED-PRINTABLE":
                is_quoted = True
            elif what in ("BASE64", "B"):
                value = ""
            else:
                kinds |= set(what.replace('"', "").split(","))
        yield name, kinds, _decoded(value, charset) if is_quoted else value


def _unfolded(text: str) -> list[str]:
    """Lines that go on are put together: with a blank at the beginning of the next, or "=" at the end in 2.1."""
    lines: list[str] = []
    goes_on = False
    for line in re.split(r"\r\n|\r|\n", text):
        if goes_on and lines:
            lines[-1] = lines[-1][:-1] + line
        elif line[:1] in (" ", "\t") and lines:
            lines[-1] += line[1:]
            line = lines[-1]
        else:
            lines.append(line)
        goes_on = line.endswith("=") and "QUOTED-PRINTABLE" in lines[-1].upper()
    return lines


def _halves(line: str) -> tuple[str, str, str]:
    """Before and behind the first colon that stands in no quotes."""
    is_quoted = False
    for number, letter in enumerate(line):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == ":" and not is_quoted:
            return line[:number], ":", line[number + 1 :]
    return line, "", ""


def _decoded(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        return raw.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return raw.decode("utf-8", "replace")


# -- MECARD ----------------------------------------------------------------------------------------------------------


def _of_mecard(text: str) -> Card:
    person: dict[str, str] = {}
    firm: dict[str, str] = {}
    note = ""
    for part in _split(text[len("MECARD:") :], keep=True):
        key, _colon, value = part.strip().partition(":")
        key, plain = key.upper(), _unescaped(value).strip()
        if key == "N":
            family, comma, first = plain.partition(",")
            person |= _given(family_name=family, first_name=first) if comma else {}
            _put_name(person, plain)
        elif key == "ORG":
            firm |= _given(name=plain)
        elif key in ("TITLE", "ROLE"):
            person |= _given(function=plain)
        elif key == "TEL":
            _put_phone(person, plain, set())
        elif key == "EMAIL":
            person.setdefault("mail", plain)
        elif key == "ADR":
            person |= _given(street=plain.replace(",,", ",").strip(", "))
        elif key == "URL":
            firm.setdefault("website", plain)
        elif key in ("NOTE", "MEMO"):
            note = plain
    return Card(_kept(person), _kept(firm), note)


# -- both ------------------------------------------------------------------------------------------------------------


def _split(value: str, *, keep: bool = False) -> list[str]:
    """The parts between semicolons, a masked one ("\\;") apart; masks are taken away unless they are kept."""
    parts = re.split(r"(?<!\\);", value)
    return parts if keep else [_unescaped(part).strip() for part in parts]


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _given(**values: str) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in values.items() if value.strip()}


def _put_name(person: dict[str, str], full: str) -> None:
    """A card without the parts of a name has them in one."""
    words = full.split()
    if words and "family_name" not in person and "first_name" not in person:
        person |= _given(first_name=" ".join(words[:-1]), family_name=words[-1])


def _put_phone(person: dict[str, str], number: str, kinds: set[str]) -> None:
    if "FAX" in kinds:
        return
    wanted = "mobile" if {"CELL", "MOBILE", "IPHONE"} & kinds else "phone"
    if wanted in person:
        wanted = "phone" if wanted == "mobile" else "mobile"
    person.setdefault(wanted, number)


def _put_address(person: dict[str, str], parts: list[str]) -> None:
    if "city" in person or "street" in person:
        return
    _box, _more, street, city, _region, postal_code, country = [*parts, *[""] * 7][:7]
    person |= _given(street=street, city=city, postal_code=postal_code, country=country)


def _kept(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
