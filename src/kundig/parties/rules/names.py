"""Names of persons: taken apart as Germans, Austrians and Swiss write them, and put together again."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kundig.parties.enums import Salutation


@dataclass(frozen=True)
class PersonName:
    """The parts of a name. Particles and old titles of nobility are part of the family name ("von der Heide")."""

    salutation: Salutation = Salutation.UNKNOWN
    academic_title: str = ""
    first_name: str = ""
    family_name: str = ""
    name_suffix: str = ""


# Only what says it outright; a first name says nothing about how somebody wants to be addressed.
_SALUTATIONS = {
    "herr": Salutation.MR, "herrn": Salutation.MR, "hr": Salutation.MR, "hrn": Salutation.MR, "mr": Salutation.MR,
    "mister": Salutation.MR, "monsieur": Salutation.MR,
    "frau": Salutation.MS, "fr": Salutation.MS, "fräulein": Salutation.MS, "mrs": Salutation.MS, "ms": Salutation.MS,
    "miss": Salutation.MS, "madame": Salutation.MS, "mme": Salutation.MS,
    "mx": Salutation.NEUTRAL,
}  # fmt: skip
# In a column of its own these are clear, too; in front of a name they would not be.
_IN_A_COLUMN = {
    "m": Salutation.MR, "male": Salutation.MR, "männlich": Salutation.MR, "mann": Salutation.MR,
    "w": Salutation.MS, "f": Salutation.MS, "female": Salutation.MS, "weiblich": Salutation.MS,
    "d": Salutation.NEUTRAL, "x": Salutation.NEUTRAL, "divers": Salutation.NEUTRAL, "neutral": Salutation.NEUTRAL,
    "diverse": Salutation.NEUTRAL, "non-binary": Salutation.NEUTRAL, "keine": Salutation.NEUTRAL,
}  # fmt: skip

# "h. c." and the like come with or without a blank; inside a name they are one word.
_SPACED = re.compile(r"\b(h|e|d|a|i|ll|ph)\.\s+(c|h|[äÄjJ]|d|r|m)\.", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:univ|em|apl|hon|jun|tit)\.?-?prof\.?|prof(?:essor(?:in)?|\.)?|d?dr\.?|dr\.-ing\.?|dres\.?|"
    r"(?:dipl|mag|ing|lic|bacc|akad|priv|ass|cand|stud)\.(?:-?[a-zäöü().])*|dipl-[a-z]+\.?|dipl|mag|ing|"
    r"kommr|kommerzialrat|-ing\.|h\.c\.|e\.h\.|habil\.|mult\.|med\.|dent\.|vet\.|rer\.|nat\.|phil\.|jur\.|"
    r"iur\.|theol\.|oec\.|pol\.|soc\.|techn\.|paed\.|pharm\.|agr\.|publ\.|univ\.|mont\.",
    re.IGNORECASE,
)
_ONLY_BEHIND_A_TITLE = frozenset({"h.c.", "e.h."})  # H. C. Andersen has two first names
_TITLES_IN_CAPITALS = frozenset({"PD", "DI", "(FH)", "MMag.", "DDr.", "KR"})
_SUFFIX = re.compile(
    r"(?:jun(?:ior|\.)?|jr\.?|sen(?:ior|\.)?|sr\.|d\.[äj]\.|i{2,3}\.?|iv\.?|mba|mph|emba|ll\.?m\.?|ll\.?b\.?|"
    r"[bm]\.(?:sc|a|eng|ed)\.|[bm](?:sc|eng)\.?|ph\.?d\.?|cpa|cfa|md[bl]|a\.d\.|i\.r\.|esq\.?|obe|mbe)",
    re.IGNORECASE,
)
_PARTICLES = frozenset({
    "von", "vom", "zu", "zum", "zur", "und", "van", "der", "den", "dem", "ter", "ten", "te", "de", "del", "della",
    "dello", "degli", "di", "da", "dal", "dos", "das", "do", "du", "des", "la", "le", "lo", "af", "av", "al", "el",
    "bin", "ibn", "ben", "d'", "l'", "mc", "mac", "st.", "sankt", "freiherr", "freifrau", "freiin", "graf",
    "gräfin", "baron", "baronin", "baronesse", "fürst", "fürstin", "prinz", "prinzessin", "ritter", "edler", "edle",
    "herzog", "herzogin", "reichsgraf", "reichsfreiherr",
})  # fmt: skip
_ALONE_NO_PARTICLE = frozenset({"und", "st.", "mc", "mac", "ben", "al", "do", "te"})


def person_name(*, academic_title: str, first_name: str, family_name: str, name_suffix: str = "") -> str:
    """What is shown: "Dr. Ulrike Hartwig", "Tobias Sommer jun."; "" if there is no part at all."""
    return " ".join(part for part in (academic_title, first_name, family_name, name_suffix) if part)


def salutation_of(text: str) -> Salutation:
    """What a column called "Anrede" or "gender" says; unknown for anything unclear, "Firma" among it."""
    word = text.strip().lower().rstrip(".")
    first_word = word.split()[0].rstrip(".") if word else ""
    return _SALUTATIONS.get(first_word) or _IN_A_COLUMN.get(word) or Salutation.UNKNOWN


def split_name(text: str) -> PersonName:
    """Take a full name apart; every word of it stands in exactly one part, those that are a salutation aside.

    Understands "Dr. Ulrike Hartwig", "Sommer, Tobias", "Frau Prof. Dr. med. Freifrau von Stein", "Tobias Sommer, MBA".
    """
    groups = [group.split() for group in _SPACED.sub(r"\1.\2.", text).split(",")]
    groups = [group for group in groups if group]
    if not groups:
        return PersonName()
    suffixes: list[str] = []
    while len(groups) > 1 and all(_SUFFIX.fullmatch(word) for word in groups[-1]):
        suffixes[:0] = groups.pop()
    if len(groups) == 1:
        name = _in_order(groups[0])
    else:
        name = _family_first(groups[0], [word for group in groups[1:] for word in group])
    return replace(name, name_suffix=" ".join(part for part in (name.name_suffix, *suffixes) if part))


def _family_first(before: list[str], behind: list[str]) -> PersonName:
    """The name out of "Sommer, Dr. Tobias": what stands before the comma is the family name."""
    salutation, title, before = _opening(before)
    second_salutation, second_title, behind = _opening(behind)
    behind, late_title = _closing(behind, _is_title)
    before, suffix = _closing(before, _SUFFIX.fullmatch)
    behind, second_suffix = _closing(behind, _SUFFIX.fullmatch)
    # "Heide, Anna von der": the particles belong to the family name wherever a list puts them.
    behind, particles = _closing(behind, lambda word: word in _PARTICLES and word not in _ALONE_NO_PARTICLE)
    return PersonName(
        salutation=salutation or second_salutation,
        academic_title=" ".join(title + second_title + late_title),
        first_name=" ".join(behind),
        family_name=" ".join(particles + before),
        name_suffix=" ".join(suffix + second_suffix),
    )


def _in_order(words: list[str]) -> PersonName:
    """The name out of "Dr. Anna von der Heide"."""
    salutation, title, rest = _opening(words)
    rest, suffix = _closing(rest, _SUFFIX.fullmatch)
    capitals = _capitals_in_front(rest)
    if capitals:
        family_name, first_name = rest[:capitals], rest[capitals:]
    else:
        start = _start_of_family_name(rest, alone=bool(title or salutation))
        first_name, family_name = rest[:start], rest[start:]
    return PersonName(
        salutation=salutation,
        academic_title=" ".join(title),
        first_name=" ".join(first_name),
        family_name=" ".join(family_name),
        name_suffix=" ".join(suffix),
    )


def _opening(words: list[str]) -> tuple[Salutation, list[str], list[str]]:
    """Salutation, title and what follows them. One word is always left over as the name."""
    salutation, rest = Salutation.UNKNOWN, list(words)
    title: list[str] = []
    while len(rest) > 1:
        word = rest[0].lower().rstrip(".")
        if word in _SALUTATIONS and not title and not salutation:
            salutation = _SALUTATIONS[word]
        elif _is_title(rest[0]) and (title or rest[0].lower() not in _ONLY_BEHIND_A_TITLE):
            title.append(rest[0])
        else:
            break
        rest = rest[1:]
    return salutation, title, rest


def _is_title(word: str) -> bool:
    return word in _TITLES_IN_CAPITALS or _TITLE.fullmatch(word) is not None


def _closing(words: list[str], belongs: Callable[[str], object]) -> tuple[list[str], list[str]]:
    """`words` without those at the end that belong to something else, and these; the first word always stays."""
    rest = list(words)
    taken: list[str] = []
    while len(rest) > 1 and belongs(rest[-1]):
        taken.insert(0, rest.pop())
    return rest, taken


def _start_of_family_name(words: list[str], *, alone: bool) -> int:
    """Index of the first word of the family name. `alone`: a title or salutation stood before, so that a single
    particle in front opens a family name without first name ("Prof. Freiherr von Stein")."""
    if len(words) <= 1:
        return 0
    for index, word in enumerate(words[:-1]):
        opens = word.lower() in _PARTICLES and word.lower() not in _ALONE_NO_PARTICLE
        if opens and (index > 0 or alone or word.islower()):
            return index
        if word in ("y", "e", "i") and index > 1:  # Ortega y Gasset
            return index - 1
    return len(words) - 1


def _capitals_in_front(words: list[str]) -> int:
    """How many words in front are a family name in capitals before a first name ("SOMMER Tobias")."""
    count = 0
    while count < len(words) and words[count].isupper() and len(words[count]) > 2 and "." not in words[count]:
        count += 1
    return count if count < len(words) else 0
