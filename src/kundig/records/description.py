"""Descriptions: what every surface asks about a kind of object, and never its model directly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

from kundig.accounts.enums import Action, FieldRight
from kundig.platform.navigation import Section
from kundig.platform.sorting import SortKey
from kundig.records import purposes, rights, veils
from kundig.records.custom.storage import CALCULATED
from kundig.records.custom.storage import COLUMN as CUSTOM
from kundig.records.fields import Field, build_field
from kundig.records.kinds.base import Kind
from kundig.records.kinds.contacts import Address
from kundig.records.kinds.places import Position
from kundig.records.kinds.texts import Computed

if TYPE_CHECKING:
    from uuid import UUID

    from kundig.accounts.models import User
    from kundig.records.boards import Board
    from kundig.records.bulk.acting import RecordAction
    from kundig.records.calendars import Calendar
    from kundig.records.imports.targets import Importer
    from kundig.records.maps import MapView
    from kundig.records.pivots import Pivot
    from kundig.records.search.composing import Extra


@dataclass(frozen=True)
class Page:
    """What the page of one record shows by itself; panels of other domains come beside it."""

    header: str = ""
    sections: Mapping[Any, str] = field(default_factory=dict)
    """Title of a section → names of its fields."""


@dataclass(frozen=True)
class Listing:
    """How the records that point at one stand in a panel on its page."""

    title: Any = ""
    """What they are called there; their own plural if empty."""
    sort: tuple[str, ...] = ()
    """Query paths in whose order they stand; the newest first if there are none."""
    most: int = 5
    side: str = "business"
    order: int = 60
    lazy: bool = False
    """Fetch it when it comes into view."""
    applies: Callable[[Description], bool] = lambda description: True
    is_wanted: Callable[[models.Model], bool] = lambda record: True
    """Whether the panel is there to add the first one, too: parts for a bundle, none for others."""


class Description:
    """A kind of object. Subclasses set the class attributes and are registered once (`registry.register`).

    Names of fields are given as texts separated by blanks. Labels, help, choices, required and length come from the
    model's own fields; only what the model cannot say stands here.
    """

    model: ClassVar[type[models.Model]]
    name: ClassVar[str]
    """Segment of addresses, name of the REST resource and of the right: plural, English, lower case."""
    icon: ClassVar[str] = "doc"
    avatar: ClassVar[str] = ""
    """"person" (round) or "org" (square): initials before the title; none if empty."""
    nav: ClassVar[bool] = True
    """Whether the navigation and the palette offer it."""
    in_navigation: ClassVar[bool] = True
    """Whether the navigation does; false where the palette and what points there are enough."""
    nav_section: ClassVar[Section] = Section.MORE
    title: ClassVar[str] = "name"
    subtitle: ClassVar[str] = ""
    """What tells two of one title apart, beside it: one field or several."""
    where: ClassVar[Mapping[str, Any]] = {}
    """What sets its rows apart where several descriptions share one table, e.g. {"kind": "person"}."""
    columns: ClassVar[str] = ""
    search: ClassVar[str] = ""
    filters: ClassVar[str] = ""
    page: ClassVar[Page] = Page()
    added_section: ClassVar[str] = ""
    """Title (as the source names it) of the section for added fields that name none; one of their own if empty."""
    form: ClassVar[str] = ""
    """Fields of the form, in order; all editable ones if empty."""
    unsaid: ClassVar[str] = ""
    """Fields that the form of a new record leaves empty because they follow from others, as a price does from a
    product: what stays empty there is not said."""
    last: ClassVar[str] = ""
    """Those of `columns`, `filters` and `form` that stand behind added fields."""
    board: ClassVar[Board | None] = None
    """Its main board; others are offered by every field with few values."""
    calendar: ClassVar[Calendar | None] = None
    """Its main calendar; others are offered by every date."""
    map: ClassVar[MapView | None] = None
    """Its map; one is offered where there is a position."""
    pivot: ClassVar[Pivot | None] = None
    """What its pivot table shows at first."""
    sort: ClassVar[str] = ""
    """Field the table is sorted by at first, "-" before it for descending; the first sortable column if empty."""
    read_only: ClassVar[str] = ""
    hidden: ClassVar[str] = ""
    """Columns that are no field of any surface (sort keys and the like)."""
    kinds: ClassVar[Mapping[str, Kind]] = {}
    composed: ClassVar[Mapping[str, Address | Position]] = {}
    computed: ClassVar[Mapping[str, Computed]] = {}
    personal: ClassVar[bool] = False
    """Whether its fields say something about a person; `impersonal` (or `personal_fields`) names the others."""
    impersonal: ClassVar[str] = ""
    personal_fields: ClassVar[str] = ""
    purpose: ClassVar[str] = ""
    purposes: ClassVar[Mapping[str, str]] = {}
    owner: ClassVar[str | None] = "owner"
    team: ClassVar[str | None] = "team"
    recorded_along: ClassVar[tuple[type[models.Model], ...]] = ()
    """Further tables whose rows are part of its records without being described; the ledger watches them, too.
    Their key is a UUID called `id`."""
    common: ClassVar[bool] = False
    """Whether it is a structure of the house: whoever signs in reads it, administrators shape it, and those whose role
    names it."""
    shared: ClassVar[bool] = False
    """Whether everybody whose role changes such records at all changes any of what is `common`."""
    parent: ClassVar[str] = ""
    """Name of the reference whose record lends its rights (an address is read by whoever may read its party)."""
    listed_at: ClassVar[Mapping[str, Listing]] = {}
    """Reference → how its records stand on the page of the one that it points at."""
    keys: ClassVar[str] = ""
    """Fields by which a file or another program may name one of its records, beside id and title."""
    import_words: ClassVar[Mapping[str, str]] = {}
    """Field → how files call it besides, in German and English: phrases separated by commas."""
    collected_by: ClassVar[str] = ""
    """Where several of its references point at one kind of records: the one by which it is a collection of theirs."""
    finds_similar: ClassVar[Callable[..., list[Any]] | None] = None
    """`finds_similar(values, *, user)` answers likely duplicates of a new record, each with a reason in words."""
    importer: ClassVar[type[Importer] | None] = None
    """Turns the rows of a file into records; `records.imports.plain` where None."""
    create: ClassVar[Callable[..., models.Model] | None] = None
    change: ClassVar[Callable[..., models.Model] | None] = None
    delete: ClassVar[Callable[..., None] | None] = None
    """Actions of the domain that write; the generic ones of `records.actions` where None."""
    merge: ClassVar[Callable[..., models.Model] | None] = None
    """`merge(into, gone, *, by, choices, with_people)` makes one of two records and answers it; `choices` names, by
    field, the record whose value stays. None where two never become one; `records.merging.records` has the one for
    records whose domain knows nothing more about it."""
    merge_page: ClassVar[str] = ""
    """Address of the page on which two become one, `/<name>/merge/` where the domain has none of its own; `?id=` names
    those that were chosen."""
    change_many: ClassVar[Callable[..., bool] | None] = None
    """`change_many([(record, values)], by=, via=)` does what `change` does for many in a few statements; it answers
    False, with nothing done, where that cannot be, and then each is changed by itself."""
    actions: ClassVar[Sequence[RecordAction]] = ()
    """What else can be done with records, one or many: offered below a selection and by REST."""
    follows: ClassVar[str] = ""
    """Columns that the domain keeps in step with other records: taking changes back leaves them to `brought_back`."""
    brought_back: ClassVar[Callable[..., None] | None] = None
    """`brought_back(records, *, by)` brings in step what hangs on records that were put back to an earlier state; of
    each (by its id) it learns whom it points at, or pointed at: column → ids."""

    # -- fields ---------------------------------------------------------------------------------------------------

    @cached_property
    def fields(self) -> dict[str, Field]:
        """All fields by name, in the order of the model, then composed and computed ones."""
        names = [c.name for c in self.model._meta.concrete_fields if self._is_field(c)]
        names += [*self.composed, *self.computed]
        return {name: build_field(self, name) for name in names}

    def _is_field(self, column: models.Field) -> bool:
        return not (
            isinstance(column, SortKey) or column.name in (CUSTOM, CALCULATED) or column.name in self.hidden.split()
        )

    def field(self, name: str) -> Field:
        """The field called `name`, also of a related record ("owner.name").

        Raises:
            FieldDoesNotExist: if there is none.
        """
        if name in self.fields:
            return self.fields[name]
        if "." not in name:
            raise FieldDoesNotExist(f"{self.name} has no field {name!r}")
        return build_field(self, name)

    def named(self, names: str | Iterable[str]) -> list[Field]:
        return [self.field(name) for name in (names.split() if isinstance(names, str) else names)]

    def is_personal(self, name: str) -> bool:
        if name in ("id", "created_at", "changed_at"):
            return False
        if self.personal:
            return name not in self.impersonal.split()
        return name in self.personal_fields.split()

    def purpose_of(self, name: str) -> str:
        return self.purposes.get(name, self.purpose)

    def is_on(self, field: Field) -> bool:
        """Whether a field may be filled and shown: a personal one only while its purpose is active."""
        return not field.personal or purposes.is_active(field.purpose)

    def may_read(self, user: User | None, field: Field) -> bool:
        """Whether `user` meets the field on any surface; None is the house itself, whose rights nobody asks."""
        return self.is_on(field) and rights.field_right(self, user, field.name) != FieldRight.HIDDEN

    def may_write(self, user: User | None, field: Field) -> bool:
        """Whether `user` may set the field of records that they may change."""
        return field.editable and self.is_on(field) and rights.field_right(self, user, field.name) == FieldRight.WRITE

    def fields_for(self, user: User | None) -> Mapping[str, Field]:
        """The fields that `user` meets on any surface: where every table, page, form, filter and answer starts."""
        return rights.worked_out(user, (self, "fields_for"), lambda: self._fields_for(user))

    def _fields_for(self, user: User | None) -> Mapping[str, Field]:
        kept_back = rights.fields_kept_back(self, user)
        return {
            name: field
            for name, field in self.fields.items()
            if self.is_on(field) and kept_back.get(name) != FieldRight.HIDDEN
        }

    def writable(self, user: User | None) -> Sequence[Field]:
        """The fields that `user` may set of records that they may change: those of which `may_write` holds."""
        return rights.worked_out(user, (self, "writable"), lambda: self._writable(user))

    def _writable(self, user: User | None) -> list[Field]:
        kept_back = rights.fields_kept_back(self, user)
        return [
            field
            for name, field in self.fields.items()
            if field.editable and kept_back.get(name, FieldRight.WRITE) == FieldRight.WRITE and self.is_on(field)
        ]

    def shown(self, names: str | Iterable[str], user: User | None) -> list[Field]:
        """The named fields without those whose purpose is not active or that `user` may not read."""
        return [field for field in self.named(names) if self.may_read(user, field)]

    def form_fields(self, user: User | None) -> Sequence[Field]:
        """What `user` may fill in, in the order of the form."""
        return rights.worked_out(user, (self, "form_fields"), lambda: self._form_fields(user))

    def _form_fields(self, user: User | None) -> list[Field]:
        names = self.form or " ".join(n for n, f in self.fields.items() if f.editable and not self._is_composed(n))
        return [field for field in self.named(names) if self.may_write(user, field)]

    def _is_composed(self, name: str) -> bool:
        parts = {part for kind in self.composed.values() for part in kind.sources(None)}  # type: ignore[arg-type]
        return name in parts

    def table_columns(self, user: User | None) -> Sequence[Field]:
        return rights.worked_out(user, (self, "columns"), lambda: self.shown(self.columns or self.title, user))

    def first_sort(self, user: User | None) -> str:
        """The field the table is sorted by at first, "-" before it for descending; one that `user` may read."""
        if self.sort and self.may_read(user, self.field(self.sort.removeprefix("-"))):
            return self.sort
        return next((f.name for f in self.table_columns(user) if f.sort_path), "id")

    # -- words ----------------------------------------------------------------------------------------------------

    @property
    def label(self) -> Any:
        return self.model._meta.verbose_name

    @property
    def label_plural(self) -> Any:
        return self.model._meta.verbose_name_plural

    def search_extra(self, ids: Sequence[UUID]) -> Mapping[UUID, Extra]:
        """What these records shall be found by beyond the fields named in `search`: people, further contact points."""
        return {}

    def search_extra_for(self, user: User, ids: Sequence[UUID]) -> Mapping[UUID, Extra]:
        """The same of what `user` may read, where that may be less."""
        return self.search_extra(ids)

    def is_searched_apart(self, user: User) -> bool:
        """Whether search entries tell of more than `user` may read, so that hits are looked at once more."""
        return rights.worked_out(user, (self, "searched_apart"), lambda: self._is_searched_apart(user))

    def _is_searched_apart(self, user: User) -> bool:
        kept_back = rights.fields_kept_back(self, user)
        searched = f"{self.title} {self.subtitle} {self.search}".split()
        if any(kept_back.get(name.partition(".")[0]) == FieldRight.HIDDEN for name in searched):
            return True
        return any(veils.veil_of(field, user) for field in self.named(searched))

    def begun_as(self, name: str) -> Mapping[str, str]:
        """Field → what the form for a new record of this name begins with; empty if nobody types its title."""
        return {self.title: name} if self.title in {field.name for field in self.form_fields(None)} else {}

    def url(self, record_id: UUID | str | None = None) -> str:
        return f"/{self.name}/{record_id}/" if record_id else f"/{self.name}/"

    def told_by(self, parent: Description, user: User, action: Action, *, prefix: str) -> Q:
        """Of a part: which ones `user` may read (or change) by their right to the fields of its record that tell the
        same. All of them if empty, none if `rights.NOTHING`; `prefix` leads to the part."""
        return Q()

    def tells(self, name: str, row: Mapping[str, Any]) -> bool:
        """Of a part: whether this one (column → text) is what the field `name` of its record shows."""
        return False

    # -- rights ---------------------------------------------------------------------------------------------------

    def everything(self) -> models.QuerySet:
        """All rows of this kind, whoever asks: for jobs and actions only, never for what a person sees."""
        return self.model._default_manager.filter(**self.where)

    def visible_to(self, user: User, action: Action = Action.READ) -> models.QuerySet:
        """The rows on which `user` may do `action`: where every page, list, search, count and export starts."""
        return rights.scoped(self, self.everything(), user, action)

    def read_along(self, user_id: Any, *, prefix: str = "") -> Q:
        """The records that somebody may look at, though they are another's: who gave a task, who comes to an
        appointment. None where nothing else makes one a reader; `prefix` leads to the record."""
        return rights.NOTHING

    def may(self, user: User, action: Action, record: models.Model | None = None) -> bool:
        """Whether `user` may do `action` with `record`, or with any at all if none is given."""
        return rights.may(self, user, action, record)
