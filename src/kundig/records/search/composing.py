"""What of a record goes into its entry: title, subtitle, words and codes, read from the description."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, QuerySet
from django.utils import timezone

from kundig.accounts.queries import company
from kundig.platform.formats import Formats, formats
from kundig.records.fields import Field
from kundig.records.kinds.base import Kind
from kundig.records.kinds.contacts import Mail, Phone, Website
from kundig.records.kinds.references import Reference, Veiled
from kundig.records.rows import Row, RowPlan
from kundig.records.search import spelling
from kundig.records.statements import by_ids

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

LONGEST_TITLE = 300
MOST_WORDS = 200
MOST_CODES = 60


@dataclass(frozen=True)
class Extra:
    """What else a record shall be found by, beyond its own fields: names of its people, further contact points."""

    texts: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    websites: list[str] = field(default_factory=list)


class AtHand(NamedTuple):
    """What entries of records are made of where it need not be read: of each its values by source (`sources_of`), and
    what it is found by beyond them."""

    rows: Mapping[UUID, Mapping[str, Any]]
    extras: Mapping[UUID, Extra]


class Entry(NamedTuple):
    """The columns of a `SearchEntry`, ready to be written."""

    record_id: UUID
    title: str
    subtitle: str
    extra: str
    words: str
    codes: str
    owner_id: UUID | None
    team_id: UUID | None
    used_at: Any


class Collected:
    """Words and codes of one record while they come together."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.mails: dict[str, list[str]] = {}
        """Address → its words, which stay together and in order: "anders@" finds them side by side."""
        self.codes: list[str] = []
        self.phones: set[str] = set()

    def text(self, value: str) -> None:
        self.words += spelling.words_of(value)

    def text_or_number(self, value: str) -> None:
        """A customer number among the texts is a code: as words, a million of them would bury the names."""
        if spelling.is_code_like(value):
            self.number(value)
        else:
            self.text(value)

    def number(self, value: str) -> None:
        """A number of letters alone ("ALFKI") is searched like any word."""
        if spelling.has_digit(value):
            self.codes += spelling.number_code(value)
        else:
            self.text(value)

    def mail(self, value: str) -> None:
        if value in self.mails:  # the main address stands among the contact points, too
            return
        for address in spelling.mail_code(value):
            if address not in self.mails:
                self.mails[address] = spelling.words_of(address)
                self.codes.append(address)

    def phone(self, value: str) -> None:
        if value not in self.phones:
            self.phones.add(value)
            self.codes += spelling.phone_codes(value)

    def website(self, value: str) -> None:
        self.words += spelling.words_of_website(value)

    def more(self, extra: Extra) -> None:
        for value in extra.texts:
            self.text(value)
        for value in extra.mails:
            self.mail(value)
        for value in extra.phones:
            self.phone(value)
        for value in extra.numbers:
            self.number(value)
        for value in extra.websites:
            self.website(value)


Collect = Callable[[Collected, str], None]


def _collector(field: Field) -> Collect:
    if isinstance(field.kind, Mail):
        return Collected.mail
    if isinstance(field.kind, Phone):
        return Collected.phone
    if isinstance(field.kind, Website):
        return Collected.website
    if field.kind.is_code or _is_unique(field):
        return Collected.number
    return Collected.text_or_number


def _is_unique(field: Field) -> bool:
    column = field.model_field
    if column is None or field.path != field.name:
        return False
    alone = [constraint.fields for constraint in column.model._meta.total_unique_constraints]
    return isinstance(column, CharField) and (column.unique or (column.name,) in alone)


def _says_itself(kind: Kind) -> bool:
    """Whether the text of a value is the value: asking the kind would double what composing an entry costs."""
    return type(kind).text is Kind.text


class Composer:
    """Makes the entries of one description, of the fields that `user` may read; built once for many records."""

    def __init__(self, description: Description, user: User | None = None) -> None:
        self.description, self.user = description, user
        title, subtitle = description.shown(description.title, user), description.shown(description.subtitle, user)
        searched = description.shown(description.search, user)
        self.plan = RowPlan([*title, *subtitle, *searched], user)
        self.formats: Formats = formats(company().language)
        self.title = [self._reader(field) for field in title]
        self.subtitle = [self._reader(field) for field in subtitle]
        self.searched = [(self._reader(field), _collector(field)) for field in searched]
        columns = {column.name for column in description.model._meta.concrete_fields}
        self.holders = {
            key: path
            for key, name, path in (
                ("owner_id", description.owner, f"{description.owner}_id"),
                ("team_id", description.team, f"{description.team}_id"),
                ("used_at", "changed_at", "changed_at"),
            )
            if name in columns
        }

    def _reader(self, field: Field) -> Callable[[Row], str]:
        """A function that takes the text of a field out of a row."""
        values, text, written = self.plan.getter(field), field.kind.text, self.formats
        if len(field.sources) == 1 and isinstance(field.model_field, CharField) and _says_itself(field.kind):
            position = self.plan.sources.index(field.sources[0])
            return lambda row: row[position] or ""
        if isinstance(field.kind, Phone):  # shown as its country writes it, but searched by what is stored
            return lambda row: values(row)[0] or ""
        if isinstance(field.kind, Reference) and self.user is not None:
            return lambda row: "" if isinstance(values(row)[1], Veiled) else text(written, *values(row))
        return lambda row: text(written, *values(row))

    def entries(self, rows: QuerySet) -> Iterator[Entry]:
        """The entries of the given rows of the description; one query, and those of what the description adds."""
        yield from self._composed(list(rows.values_list(*self.sources)))

    def entries_of(self, ids: Sequence[UUID]) -> Iterator[Entry]:
        """The entries of the records with these ids."""
        yield from self._composed([tuple(row) for row in by_ids(self.description, self.sources).run(ids)])

    def entries_at_hand(self, ids: Sequence[UUID], at_hand: AtHand) -> Iterator[Entry]:
        """The same without asking the database."""
        for key in ids:
            values = at_hand.rows[key]
            yield self._entry(tuple([values[source] for source in self.sources]), at_hand.extras.get(key))

    @property
    def sources(self) -> tuple[str, ...]:
        return (*self.plan.sources, *self.holders.values())

    def _composed(self, read: Sequence[Row]) -> Iterator[Entry]:
        extras = self._extras([row[0] for row in read]) if read else {}
        for row in self.plan.veiled(read):
            yield self._entry(row, extras.get(row[0]))

    def _extras(self, ids: Sequence[UUID]) -> Mapping[UUID, Extra]:
        if self.user is None:
            return self.description.search_extra(ids)
        return self.description.search_extra_for(self.user, ids)

    def _entry(self, row: Row, extra: Extra | None) -> Entry:
        others = Collected()
        for read, collect in self.searched:
            if value := read(row):
                collect(others, value)
        if extra is not None:
            others.more(extra)
        title = " ".join(filter(None, [read(row) for read in self.title]))[:LONGEST_TITLE]
        held = dict(zip(self.holders, row[len(self.plan.sources) :], strict=True))
        return Entry(
            record_id=row[0],
            title=title,
            subtitle=", ".join(filter(None, [read(row) for read in self.subtitle]))[:LONGEST_TITLE],
            extra="\n".join(extra.texts) if extra else "",
            words=_sentence(title, others),
            codes=f" {' '.join(list(dict.fromkeys(others.codes))[:MOST_CODES])} ",
            owner_id=held.get("owner_id"),
            team_id=held.get("team_id"),
            used_at=held.get("used_at") or timezone.now(),
        )


def _sentence(title: str, others: Collected) -> str:
    """ " alfreds futterkiste | berlin ": the title, a bar, then what the title does not say."""
    named = spelling.words_of(title)[:MOST_WORDS]
    rest = [word for word in dict.fromkeys(others.words) if word not in named] if others.words else []
    for words in others.mails.values():
        rest += words
    return f" {' '.join(named)} | {' '.join(rest[:MOST_WORDS])} "
