"""The sample company's customers as columns of values: the same for the same seed, on every machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from kundig.web.sample import words

PORTION = 20_000
ORGANISATIONS, HOUSEHOLDS = 0.40, 0.03
FIRST_DAY = dt.datetime(2021, 11, 1, 8, tzinfo=dt.UTC)
YEARS = 5
NUMBERS_FROM = 10_001


@dataclass(frozen=True)
class Portion:
    """Some customers with all that belongs to them; positions in one list point into another."""

    start: int
    """How many customers the portions before hold."""
    customers: int
    """How many all portions hold together."""
    organisations: range
    persons: range
    households: range
    employer: np.ndarray
    """Of each person: position of its organisation, -1 of who is a private customer."""
    home: np.ndarray
    """Of each person: position of its household, -1 without."""
    rng: np.random.Generator

    @property
    def is_of_many(self) -> bool:
        """Whether the base is so large that names and numbers must be longer to differ."""
        return self.customers > PORTION

    @property
    def size(self) -> int:
        return len(self.organisations) + len(self.persons) + len(self.households)


def portions(customers: int, seed: int) -> Iterator[Portion]:
    """All portions of a base of so many organisations, persons and households together."""
    for index, start in enumerate(range(0, customers, PORTION)):
        rng = np.random.default_rng([seed, index])
        yield _portion(min(PORTION, customers - start), start, rng, customers=customers)


def _portion(size: int, start: int, rng: np.random.Generator, *, customers: int) -> Portion:
    organisations = max(1, round(size * ORGANISATIONS))
    households = round(size * HOUSEHOLDS)
    persons = size - organisations - households
    employer = np.full(persons, -1)
    employed = min(persons, round(persons * 0.78))
    firsts = min(organisations, employed)
    employer[:firsts] = np.arange(firsts)  # every organisation has somebody, some have several
    employer[firsts:employed] = rng.integers(0, organisations, employed - firsts)
    home = np.full(persons, -1)
    privates = np.flatnonzero(employer < 0)
    members = privates[: 2 * households]
    home[members] = np.arange(len(members)) // 2
    return Portion(start, customers, range(organisations), range(persons), range(households), employer, home, rng)


def ids(portion: Portion) -> list[UUID]:
    """UUIDv7s of all of a portion, kinds mixed; their times run through the years of the sample."""
    span = YEARS * 365 * 86_400_000
    begin = int(FIRST_DAY.timestamp() * 1000) + portion.start * span // portion.customers
    times = begin + portion.rng.integers(0, max(1, portion.size * span // portion.customers), portion.size)
    high = portion.rng.integers(0, 1 << 12, portion.size)
    low = portion.rng.integers(0, 1 << 62, portion.size)
    return [
        UUID(int=(int(ms) << 80) | (7 << 76) | (int(a) << 64) | (2 << 62) | int(b))
        for ms, a, b in zip(times.tolist(), high.tolist(), low.tolist(), strict=True)
    ]


def pick(rng: np.random.Generator, choices: tuple | list, count: int, *, skewed: bool = False) -> list:
    """`count` of the choices; `skewed` prefers the first ones, as towns and family names are spread."""
    if skewed:
        positions = np.minimum(rng.exponential(len(choices) / 3, count).astype(int), len(choices) - 1)
    else:
        positions = rng.integers(0, len(choices), count)
    return [choices[position] for position in positions.tolist()]


def company_names(rng: np.random.Generator, towns: list[str], trades: list[tuple[str, str]]) -> list[str]:
    """Names of companies in three fashions: after a family, after a place, after both."""
    count = len(towns)
    families = pick(rng, words.FAMILIES, count, skewed=True)
    seconds = pick(rng, words.FAMILIES, count)
    forms = pick(rng, words.FORMS, count)
    fashion = rng.integers(0, 4, count).tolist()
    names = []
    for kind, family, second, (trade, _industry), town, form in zip(
        fashion, families, seconds, trades, towns, forms, strict=True
    ):
        if kind == 0:
            names.append(f"{trade} {family} {form}")
        elif kind == 1:
            names.append(f"{family} {trade} {form}")
        elif kind == 2:
            names.append(f"{trade} {town.split(' ')[0]} {form}")
        else:
            names.append(f"{family} & {second} {trade} {form}")
    return names


_LATIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ş": "s", "ı": "i", "á": "a", "&": " "})


def slug(text: str) -> str:
    """A text as part of a mail address: "Kälte- und Klimatechnik" → "kaelte-und-klimatechnik"."""
    words_ = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower().translate(_LATIN)).split("-")
    return "-".join(word for word in words_ if word)


def domain(name: str, form: str, number: int | None) -> str:
    """A mail domain under .example, which belongs to nobody; `number` sets many companies of one name apart."""
    stem = slug(name.removesuffix(form))[:40].strip("-")
    return f"{stem}-{number}.example" if number is not None else f"{stem}.example"


def mailbox(first: str, family: str) -> str:
    return f"{slug(first)}.{slug(family)}"
