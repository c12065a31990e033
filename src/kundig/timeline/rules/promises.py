"""Which sentences of a note are promises, whose they are, and for when: rules for German and English.

A sentence is one if somebody does something in the present or the future ("ich schicke", "they will call"), a day is
named or it says "zugesagt", and it neither asks, denies, nor depends on anything. What is not sure is left out: a
person can still select it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from kundig.timeline.enums.promises import Side
from kundig.timeline.rules.days import MONTHS, day_in
from kundig.timeline.rules.verbs import (
    COMMON_FIRST,
    COMMON_PLURAL,
    COMMON_THIRD,
    ENGLISH,
    ENGLISH_THIRD,
    GET_ENGLISH,
    GET_FIRST,
    GET_PLURAL,
    GET_THIRD,
    INFINITIVES,
)

LONGEST = 300
"""Letters of a promise; what is longer is cut at a word."""
LONGEST_CLAUSE = 500
"""Letters: what runs on for longer is no sentence."""
MOST = 20
"""Proposals of one note: more would be no help."""


@dataclass(frozen=True)
class Proposed:
    """A promise as a note says it; `start` and `end` are where."""

    side: Side
    text: str
    due_on: dt.date | None
    start: int
    end: int


def promises_in(text: str, *, on: dt.date, ours: Collection[str] = (), theirs: Collection[str] = ()) -> list[Proposed]:
    """The promises in a note written on the day `on`, in the order in which they stand.

    `ours` and `theirs` are names of people who may be meant: colleagues, and the customer's.
    """
    found: list[Proposed] = []
    for start, end in _clauses(text):
        clause = text[start:end]
        if end - start > LONGEST_CLAUSE or len(found) == MOST:
            continue
        named = day_in(clause, on=on)
        side = side_of(clause, has_day=named is not None, ours=ours, theirs=theirs)
        if side is not None:
            found.append(Proposed(side, shortened(clause), named.day if named else None, start, end))
    return found


def side_of(clause: str, *, has_day: bool, ours: Collection[str] = (), theirs: Collection[str] = ()) -> Side | None:
    """Whose promise a clause is; None if it is none."""
    if clause.rstrip().endswith("?") or _NO_PROMISE.search(clause):
        return None
    for side, pattern in _patterns(tuple(sorted(ours)), tuple(sorted(theirs))):
        if pattern.search(clause) and (has_day or _BINDING.search(clause)):
            return side
    return None


def suggestion(text: str, *, on: dt.date, ours: Collection[str] = (), theirs: Collection[str] = ()) -> Proposed:
    """What somebody has selected as a promise, with side and day as far as its words tell; ours where they do not."""
    whole = promises_in(text, on=on, ours=ours, theirs=theirs)
    named = day_in(text, on=on)
    side = whole[0].side if whole else _speaker(text)
    return Proposed(side, shortened(text), named.day if named else None, 0, len(text))


def _speaker(text: str) -> Side:
    """Of words that are no clear promise: theirs if they begin with somebody else."""
    return Side.THEY if re.match(r"\s*(?:er|sie|herr|frau|he|she|they|mr|mrs|ms)\b", text, re.IGNORECASE) else Side.WE


def shortened(text: str) -> str:
    """One line that begins with a capital, of at most `LONGEST` letters."""
    line = " ".join(text.split()).strip(" ,;–-").rstrip(".!")
    if len(line) > LONGEST:
        line = line[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return line[:1].upper() + line[1:]


# -- sentences and clauses --------------------------------------------------------------------------------------------

_ABBREVIATED = {
    "nr", "dr", "prof", "hr", "fr", "st", "str", "ca", "bzw", "z", "b", "u", "a", "d", "h", "inkl", "evtl", "ggf",
    "max", "min", "tel", "dipl", "ing", "mr", "mrs", "ms", "no", "e", "g", "i", "approx", "abs", "art", "vgl",
}  # fmt: skip
_SUBJECT_AHEAD = (
    r"(?=(?:ich|wir|er|sie|Sie|es|man|Herr|Frau|der Kunde|die Kundin|I|we|he|she|they|you|Mr|Mrs|Ms|the customer)\b)"
)
_BETWEEN = re.compile(
    rf",\s+(?:(?:und|aber|dann|dafür|daraufhin|and|but|then|so)\s+)?{_SUBJECT_AHEAD}"
    rf"|\s+(?:und|aber|sowie|and|but|while|whereas)\s+{_SUBJECT_AHEAD}"
)
_CONDITION = re.compile(r"\b(?:wenn|falls|sobald|sofern|ob|if|unless|whether|provided)\b", re.IGNORECASE)
NEAR = 40
"""Letters around a full stop that tell whether it ends a sentence."""
_STOP = re.compile(r"[.!?;\n]+|\s[–—]\s|:\s+(?=[A-ZÄÖÜ])")


def _clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a text begin and end; sentences with a condition have none."""
    found, start = [], 0
    for stop in _STOP.finditer(text):
        if stop[0].startswith(".") and _goes_on(text, stop):
            continue
        found += _parts(text, start, stop.end())
        start = stop.end()
    return found + _parts(text, start, len(text))


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    """Whether a full stop ends no sentence: of a date, a number or an abbreviation."""
    behind = text[stop.end() : stop.end() + NEAR]
    if not behind.strip():
        return False
    if not behind[0].isspace():
        return True
    word = re.search(r"(\w+)$", text[max(0, stop.start() - NEAR) : stop.start()])
    following = re.match(r"\s+(\w+)", behind)
    if word is None or following is None:
        return False
    if word[1].isdigit() and len(word[1]) <= 2:
        return following[1].lower() in MONTHS or following[1].lower() in ("kw", "quartal") or following[1][0].islower()
    return word[1].lower() in _ABBREVIATED or following[1][0].islower()


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if _CONDITION.search(text, start, end):
        return []
    cuts = [start, *(found.end() for found in _BETWEEN.finditer(text, start, end)), end]
    ends = [*(found.start() for found in _BETWEEN.finditer(text, start, end)), end]
    parts = []
    for begin, close in zip(cuts, ends, strict=False):
        piece = text[begin:close]
        if piece.strip():
            parts.append((begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip())))
    return parts


# -- who does what ----------------------------------------------------------------------------------------------------

_NO_PROMISE = re.compile(
    r"\b(?:nicht|nichts|kein\w*|nie|niemals|weder|bitte\w*|würde\w*|könnte\w*|hätte\w*|sollte\w*"
    r"|möchte\w*|dürfte\w*|wäre\w*|vielleicht|eventuell|evtl|womöglich|gestern|letzte[nrs]?|vorige[nrs]?"
    r"|not|never|won['’]t|can['’]t|don['’]t|doesn['’]t|didn['’]t|isn['’]t|would|could|might|should|please"
    r"|maybe|perhaps|yesterday|last)\b",
    re.IGNORECASE,
)
_BINDING = re.compile(
    r"\b(?:zugesagt|versprochen|zugesichert|promised|promises?)\b"
    r"|\b(?:ich|wir|schicke|sende|I|we)\b.*\b(?:Ihnen|ihm|ihr|ihnen|dir|euch|you|him|her|them)\b"
    r"|\b(?:er|sie|Sie|herr|frau|kunde|kundin|he|she|they|mr|mrs|ms|customer)\b.*\b(?:uns|mir|bescheid|zurück|us|me|back)\b"
    r"|\bmeld(?:e|en|et) (?:ich |er |sie |wir )?(?:mich|uns|sich)\b|\brufe?n? .*zurück\b|\bcall .*back\b",
    re.IGNORECASE,
)
_FILL = r"(?:\s+(?:sich|mich|uns|mir|ihnen|ihm|ihr|ihn|es|das|sie|dir|euch|dann|noch|auch|hier|dafür|nun|jetzt|also))*"
_PERSON = (
    r"er|sie|es|man|kunde|kundin|der kunde|die kundin|(?:der |die )?(?:chef|chefin|einkauf|einkäufer|einkäuferin"
    r"|geschäftsführer|geschäftsführerin|technik|buchhaltung|kollege|kollegin|assistentin|assistent)"
    r"|(?:(?:sein|ihr|deren|dessen)e? \w+)|(?:herrn?|fr\.|hr\.|frau)(?: (?:dr|prof)\.?)*(?: [A-ZÄÖÜ][\w\-]+){0,3}"
)
_THEY_ENGLISH = (
    r"he|she|they|it|(?:the |their |his |her )?(?:customer|client|boss|manager|buyer|purchasing|accounting|colleague)"
    r"|(?:mr|mrs|ms|dr)\.?(?: [A-Z][\w\-]+){1,2}"
)
_OUR_THINGS = (
    r"(?:unser |das |die |der |ein |eine |unsere )?(?:neues? |neue |überarbeitetes? )?(?:angebot|muster|rechnung"
    r"|gutschrift|datenblatt|auftragsbestätigung|preisliste|lieferung|ersatzteile?|katalog|quote|offer|sample|invoice"
    r"|delivery|catalogue)"
)
_THEIR_THINGS = (
    r"(?:ihre |seine |die |der |das |eine? )?(?:bestellung|freigabe|entscheidung|zahlung|auftrag|unterschrift|anzahlung"
    r"|order|approval|decision|payment|signature)"
)
_COMES = (
    r"(?:kommt|folgt|geht|trifft|erfolgt|follows|comes|arrives|goes|will follow|will come|will arrive|will be sent)"
)
_WILL_GERMAN = r"(?:werde|will|muss|soll)"
_WILL_GERMAN_PLURAL = r"(?:werden|wollen|müssen|sollen)"
_WILL_THIRD = r"(?:wird|will|muss|soll)"
_ENGLISH_WILL = (
    r"(?:['’]ll|\s+(?:will|shall|must)|(?:['’](?:m|re|s)|\s+(?:am|are|is))\s+going to"
    r"|\s+(?:have|has|want|wants|need|needs) to|\s+promised?s? to)(?:\s+(?:also|then|definitely))?"
)


def _alternatives(words: Collection[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _both(subject: str, verb: str, *, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Subject and verb side by side, in either order, or behind "dass" with the verb at the end."""
    return re.compile(
        rf"\b(?:{subject}){_FILL}\s+(?:{verb})\b|\b(?:{verb}){_FILL}\s+(?:{subject})\b"
        rf"|\bdass\s+(?:{subject})\b.*\b\w*(?:{verb})\s*\W*$",
        flags,
    )


def _german_will(subject: str, will: str) -> re.Pattern[str]:
    infinitives = _alternatives(INFINITIVES)
    return re.compile(
        rf"\b(?:(?:{subject}){_FILL}\s+{will}|{will}{_FILL}\s+(?:{subject}))\b.*\b\w*(?:{infinitives})\b", re.IGNORECASE
    )


def _first_word(verb: str) -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:(?:dann|und|also|bis \w+)\s+)?(?:{verb})\b", re.IGNORECASE)


_GERMAN_FIRST, _GERMAN_PLURAL = _alternatives(COMMON_FIRST), _alternatives(COMMON_PLURAL)
_GERMAN_THIRD, _BASE = _alternatives(COMMON_THIRD), _alternatives(ENGLISH)
_SINGS = _alternatives(ENGLISH_THIRD)
_GET_BASE = _alternatives(GET_ENGLISH)


def _promised(subject: str, has: str) -> re.Pattern[str]:
    given = r"(?:zugesagt|versprochen|zugesichert)"
    return re.compile(rf"\b(?:(?:{subject}){_FILL}\s+{has}|{has}{_FILL}\s+(?:{subject}))\b.*\b{given}\b", re.IGNORECASE)


_WE_GIVE = (
    _both("ich", _GERMAN_FIRST),
    _both("wir", _GERMAN_PLURAL),
    _german_will("ich", _WILL_GERMAN),
    _german_will("wir", _WILL_GERMAN_PLURAL),
    _promised("ich", "habe"),
    _promised("wir", "haben"),
    re.compile(rf"\b(?:I|we){_ENGLISH_WILL}\s+(?!{_GET_BASE}\b)(?:{_BASE})\b", re.IGNORECASE),
    re.compile(r"\b(?:I|we)(?:['’]ve| have| had)? promised\b", re.IGNORECASE),
    re.compile(rf"\b(?:I|we)(?:['’]m|['’]re| am| are)\s+(?:{_BASE})ing\b", re.IGNORECASE),
    re.compile(rf"\b(?:I|we)\s+(?:{_BASE})\b", re.IGNORECASE),
    re.compile(rf"\blet me\s+(?:{_BASE})\b", re.IGNORECASE),
)
_THEY_GET = (
    _both(r"Sie|sie|die Kunden", _alternatives(GET_PLURAL)),
    _both(_PERSON, _alternatives(GET_THIRD)),
    re.compile(rf"\b(?:you|{_THEY_ENGLISH}){_ENGLISH_WILL}\s+(?:{_GET_BASE})\b(?! back)", re.IGNORECASE),
    re.compile(rf"\b(?:you|{_THEY_ENGLISH})\s+(?:gets?|receives?)\b", re.IGNORECASE),
)
_WE_GET = (
    _both("ich", _alternatives(GET_FIRST)),
    _both("wir", _alternatives(GET_PLURAL)),
    re.compile(rf"\b(?:I|we){_ENGLISH_WILL}\s+(?:{_GET_BASE})\b", re.IGNORECASE),
    re.compile(r"\b(?:I|we)\s+(?:get|receive)\b", re.IGNORECASE),
)
_THINGS = (
    (Side.WE, re.compile(rf"^\W*(?:{_OUR_THINGS})\b.*?\b{_COMES}\b", re.IGNORECASE)),
    (Side.THEY, re.compile(rf"^\W*(?:{_THEIR_THINGS})\b.*?\b{_COMES}\b", re.IGNORECASE)),
)
_BARE = (
    (Side.WE, _first_word(rf"{_GERMAN_FIRST}|habe\b.*\b(?:zugesagt|versprochen)")),
    (Side.THEY, _first_word(rf"{_GERMAN_THIRD}|(?:{_SINGS})|hat\b.*\b(?:zugesagt|versprochen)")),
    (Side.THEY, re.compile(rf"^\W*{_WILL_THIRD}\b.*\b\w*(?:{_alternatives(INFINITIVES)})\b", re.IGNORECASE)),
    (Side.WE, re.compile(rf"^\W*(?:will\s+)?(?:{_BASE})\b", re.IGNORECASE)),
    # "Angebot bis Freitag schicken": a note to oneself.
    (Side.WE, re.compile(rf"^[^,]*\s\w*(?:{_alternatives(INFINITIVES)})\s*\W*$", re.IGNORECASE)),
)
_remembered: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[Side, re.Pattern[str]]]] = {}


def _patterns(ours: tuple[str, ...], theirs: tuple[str, ...]) -> list[tuple[Side, re.Pattern[str]]]:
    """What is tried, in this order: whoever is named decides before what is left out."""
    if (ours, theirs) not in _remembered:
        if len(_remembered) > 100:
            _remembered.clear()
        _remembered[ours, theirs] = [
            *((Side.WE, pattern) for pattern in _others_give(_names(ours))),
            *((Side.WE, pattern) for pattern in _WE_GIVE),
            *((Side.THEY, pattern) for pattern in _WE_GET),
            *((Side.WE, pattern) for pattern in _THEY_GET),
            *((Side.THEY, pattern) for pattern in _others_give("|".join(filter(None, (_PERSON, _names(theirs)))))),
            (Side.THEY, _both("Sie|sie", _GERMAN_PLURAL, flags=re.IGNORECASE)),
            (Side.THEY, _german_will("sie", _WILL_GERMAN_PLURAL)),
            (Side.THEY, _promised("sie", "haben")),
            (Side.THEY, re.compile(rf"\b(?:you|{_THEY_ENGLISH}){_ENGLISH_WILL}\s+(?:{_BASE})\b", re.IGNORECASE)),
            (Side.THEY, re.compile(rf"\b(?:{_THEY_ENGLISH})\s+(?:{_SINGS}|(?<=they )(?:{_BASE}))\b", re.IGNORECASE)),
            (Side.THEY, re.compile(rf"\b(?:{_THEY_ENGLISH})(?:['’]s| has| have)? promised\b", re.IGNORECASE)),
            *_THINGS,
            *_BARE,
        ]
    return _remembered[ours, theirs]


def _names(names: Collection[str]) -> str:
    """People by their whole names and by each word of them that is long enough to be theirs."""
    words = {word for name in names for word in (name, *name.split()) if len(word) >= 3}
    title = r"(?:(?:herr|frau|mr|mrs|ms)\.? )?(?:dr\.? )?"
    return rf"{title}(?:{_alternatives(words)})" if words else ""


def _others_give(subject: str) -> list[re.Pattern[str]]:
    """One third person, in German or English."""
    if not subject:
        return []
    return [
        _both(subject, _GERMAN_THIRD),
        _german_will(subject, _WILL_THIRD),
        _promised(subject, "hat"),
        re.compile(rf"\b(?:{subject}){_ENGLISH_WILL}\s+(?:{_BASE})\b", re.IGNORECASE),
        re.compile(rf"\b(?:{subject})\s+(?:{_SINGS})\b", re.IGNORECASE),
    ]
