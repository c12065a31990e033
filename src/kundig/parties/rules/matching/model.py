"""The comparisons: their levels, what each is worth before anything was learned, and the word that is told as reason.

`m` is how often a level is met among pairs that are the same, `u` among others. The base teaches both; what stands here
is where learning begins, and what holds where a base is too small to learn from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison; `word` is the reason that people are told ("" says nothing)."""

    sql: str
    m: float
    u: float
    word: str = ""
    rare: str = ""
    """Column by whose frequency the level counts more or less: a rare name says more than Müller."""


@dataclass(frozen=True)
class Comparison:
    name: str
    empty: str
    """When nothing can be said."""
    levels: tuple[Level, ...] = field(default_factory=tuple)

    def settings(self) -> dict[str, Any]:
        levels: list[dict[str, Any]] = [
            {"sql_condition": self.empty, "label_for_charts": "empty", "is_null_level": True}
        ]
        for level in self.levels:
            one: dict[str, Any] = {
                "sql_condition": level.sql, "label_for_charts": level.word or level.sql[:40],
                "m_probability": level.m, "u_probability": level.u,
            }  # fmt: skip
            if level.rare:
                one |= {"tf_adjustment_column": level.rare, "tf_adjustment_weight": 1.0}
            levels.append(one)
        return {"output_column_name": self.name, "comparison_levels": levels}

    def words(self) -> list[str]:
        """The word of each level as Splink numbers them: 0 is the last one, -1 the empty one."""
        return [level.word for level in reversed(self.levels)]


def _near(column: str, other: str = "", *, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {other or column}_r) >= {least}"


def _empty(*columns: str) -> str:
    return " AND ".join(f"({name}_l IS NULL OR {name}_r IS NULL)" for name in columns)


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _slip(column: str, most: int) -> str:
    return f"damerau_levenshtein({column}_l, {column}_r) <= {most}"


_PERSON_NAME = Comparison(
    "name", _empty("first", "family"),
    (
        Level(_same("name"), 0.55, 0.00005, "name_same", rare="name"),
        Level("first_l = family_r AND family_l = first_r", 0.02, 0.00002, "name_swapped"),
        Level(f"{_near('first', least=0.9)} AND {_near('family', least=0.9)}", 0.17, 0.0001, "name_near"),
        Level("first_sound_l = first_sound_r AND family_sound_l = family_sound_r", 0.03, 0.0001, "name_sounds"),
        Level(
            f"{_near('first', 'family', least=0.85)} AND {_near('family', 'first', least=0.85)}", 0.01, 0.00005,
            "name_swapped",
        ),
        Level(
            "family_l = family_r AND (first_l IS NULL OR first_r IS NULL OR left(first_l, 1) = left(first_r, 1) AND"
            " least(length(first_l), length(first_r)) <= 2)", 0.05, 0.0005, "family_same",
        ),
        Level(
            f"family_l = family_r AND NOT {_near('first', least=0.7)}", 0.01, 0.002, "other_first_differs",
        ),
        Level(_same("family"), 0.04, 0.0005, "first_differs", rare="family"),
        Level(_same("first"), 0.06, 0.006, "family_differs", rare="first"),
        Level(_near("family", least=0.88), 0.03, 0.004, "first_differs"),
        Level(_near("first", least=0.88), 0.02, 0.008, "family_differs"),
        Level("ELSE", 0.01, 0.978, "name_differs"),
    ),
)  # fmt: skip
_NAME = Comparison(
    "name", _empty("name"),
    (
        Level(_same("name"), 0.5, 0.00002, "name_same", rare="name"),
        Level(_same("words"), 0.06, 0.00001, "name_turned", rare="words"),
        Level(f"{_near('name', least=0.95)} OR {_near('words', least=0.96)}", 0.18, 0.0001, "name_near"),
        Level("sound_l = sound_r AND length(sound_l) > 3", 0.03, 0.0001, "name_sounds"),
        Level(
            "least(length(name_l), length(name_r)) >= 5 AND (starts_with(name_l, name_r || ' ') OR"
            " starts_with(name_r, name_l || ' '))", 0.1, 0.0005, "name_part",
        ),
        Level(f"{_near('name', least=0.9)} OR {_near('words', least=0.9)}", 0.08, 0.002, "name_near"),
        Level("ELSE", 0.05, 0.997, "name_differs"),
    ),
)  # fmt: skip
_BIRTH = Comparison(
    "birth", _empty("birth"),
    (
        Level(_same("birth"), 0.86, 0.0001, "birth_same"),
        Level(_slip("birth", 1), 0.08, 0.001, "birth_near"),
        Level(_slip("birth", 2), 0.03, 0.01, "birth_near"),
        Level("ELSE", 0.03, 0.989, "birth_differs"),
    ),
)  # fmt: skip
_STREET = Comparison(
    "street", _empty("street"),
    (
        Level("street_l = street_r AND num_l = num_r", 0.6, 0.0001, "street_same"),
        Level(_same("street"), 0.08, 0.001, "street_near", rare="street"),
        Level(f"{_near('street', least=0.88)} AND num_l = num_r", 0.12, 0.0001, "street_near"),
        Level(_near("street", least=0.88), 0.05, 0.003, "street_near"),
        Level(
            f"street_l = extra_r OR extra_l = street_r OR {_near('street', 'extra', least=0.9)} OR"
            f" {_near('extra', 'street', least=0.9)}", 0.02, 0.0005, "street_near",
        ),
        Level("ELSE", 0.13, 0.995, "street_differs"),
    ),
)  # fmt: skip
_NUMBER = Comparison(
    "num", _empty("num"),
    (
        Level(_same("num"), 0.85, 0.01, rare="num"),
        Level(_slip("num", 1), 0.07, 0.09),
        Level("ELSE", 0.08, 0.9),
    ),
)  # fmt: skip
_EXTRA = Comparison(
    "extra", _empty("extra"),
    (
        Level(_same("extra"), 0.8, 0.001, rare="extra"),
        Level(_near("extra", least=0.85), 0.12, 0.01),
        Level("ELSE", 0.08, 0.989),
    ),
)  # fmt: skip
_PLACE = Comparison(
    "place", _empty("zip", "city"),
    (
        Level("zip_l = zip_r AND city_l = city_r", 0.68, 0.0015, "city_same", rare="zip"),
        Level(_same("zip"), 0.1, 0.0005, "city_same", rare="zip"),
        Level(f"{_same('city')} AND (zip_l IS NULL OR zip_r IS NULL OR {_slip('zip', 1)})", 0.1, 0.003, "city_same"),
        Level(_same("city"), 0.04, 0.006, "city_same", rare="city"),
        Level(
            f"{_slip('zip', 1)} OR {_near('city', least=0.9)} OR starts_with(city_l, city_r) OR"
            " starts_with(city_r, city_l)", 0.04, 0.02, "city_near",
        ),
        Level("ELSE", 0.04, 0.969, "city_differs"),
    ),
)  # fmt: skip
"""Postcode and town as one: who has the one has the other, and both together counted as much as a name."""
_REGION = Comparison(
    "region", _empty("region"), (Level(_same("region"), 0.9, 0.2), Level("ELSE", 0.1, 0.8)),
)  # fmt: skip
_PHONE = Comparison(
    "phone", _empty("phones"),
    (
        Level("len(list_intersect(phones_l, phones_r)) > 0", 0.6, 0.00002, "phone_same"),
        Level("ELSE", 0.4, 0.99998, "phone_differs"),
    ),
)  # fmt: skip
_MAIL = Comparison(
    "mail", _empty("mails"),
    (
        Level("len(list_intersect(mails_l, mails_r)) > 0", 0.55, 0.00001, "mail_same"),
        Level("ELSE", 0.45, 0.99999, "mail_differs"),
    ),
)  # fmt: skip
_DOMAIN = Comparison(
    "domain", _empty("domain"),
    (Level(_same("domain"), 0.6, 0.0005, "domain_same", rare="domain"), Level("ELSE", 0.4, 0.9995)),
)  # fmt: skip
_VAT = Comparison(
    "vat", _empty("vat"),
    (Level(_same("vat"), 0.95, 0.00001, "vat_same"), Level("ELSE", 0.05, 0.99999, "vat_differs")),
)  # fmt: skip
_SALUTATION = Comparison(
    "salutation", _empty("salutation"),
    (Level(_same("salutation"), 0.97, 0.5), Level("ELSE", 0.03, 0.5, "salutation_differs")),
)  # fmt: skip

COMPARISONS = {
    "person": (_PERSON_NAME, _BIRTH, _STREET, _NUMBER, _EXTRA, _PLACE, _REGION, _PHONE, _MAIL, _SALUTATION),
    "org": (_NAME, _STREET, _NUMBER, _EXTRA, _PLACE, _REGION, _PHONE, _MAIL, _DOMAIN, _VAT),
    "household": (_NAME, _STREET, _NUMBER, _EXTRA, _PLACE, _REGION, _PHONE, _MAIL),
}
LEARNED_FROM = {
    "person": ("birth", "zip", "street", "name"), "org": ("zip", "street", "name"), "household": ("zip", "street"),
}  # fmt: skip
"""Columns that two have in common where the weights of the others are learned from them."""
FOR, AGAINST = (
    "vat_same", "mail_same", "phone_same", "birth_same", "name_same", "name_turned", "name_swapped", "name_near",
    "name_sounds", "name_part", "family_same", "street_same", "street_near", "city_same", "city_near", "domain_same",
    "birth_near",
), (
    "name_differs", "other_first_differs", "first_differs", "family_differs", "birth_differs", "vat_differs",
    "salutation_differs", "city_differs", "street_differs", "mail_differs", "phone_differs",
)  # fmt: skip
"""In the order in which they are told."""
_CONTACT = "phone_word = 'phone_same' OR mail_word = 'mail_same'"
NEEDED = {
    "person": f"name_word NOT IN ('name_differs', 'family_differs') OR {_CONTACT}"
    " OR birth_word IN ('birth_same', 'birth_near') OR name_word = 'family_differs' AND street_word = 'street_same'",
    "org": f"name_word <> 'name_differs' OR {_CONTACT} OR vat_word = 'vat_same'",
    "household": f"name_word <> 'name_differs' OR {_CONTACT}",
}
"""What two must have in common besides the place: thousands live in one town, and a few hundred in one street."""
VETO = {
    "person": "name_word = 'other_first_differs' AND coalesce(birth_word, '') NOT IN ('birth_same', 'birth_near')",
}
"""What no weight outdoes: two of one family at one place, with one telephone, are still two."""
