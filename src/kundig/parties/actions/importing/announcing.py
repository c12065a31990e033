"""After a portion is written: search is brought in step, and listeners are told: one event for each kind of object.

Of new parties all that search has to know stands in their drafts; reading it back would keep the program waiting until
PostgreSQL has taken them in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from django.utils import timezone

from kundig.accounts.models import User
from kundig.parties.actions.importing.drafts import Draft
from kundig.parties.actions.importing.employers import Employer
from kundig.parties.actions.importing.writing import blank_of
from kundig.parties.enums import PartyKind
from kundig.parties.models import Party
from kundig.parties.queries.relations import KEY_ELSEWHERE, MEMBER, gathered
from kundig.platform import outbox
from kundig.records import keeping, registry, search
from kundig.records.calculated.computing import calculate
from kundig.records.description import Description
from kundig.records.events import RecordsChanged, Via
from kundig.records.ledger import current

_COLUMNS = frozenset(column.attname for column in Party._meta.concrete_fields)
_EMPLOYER = "organisation__name"


class Announcer:
    def __init__(self, *, by: User) -> None:
        self._by = by
        self._words: set[str] = set()

    def announce(self, drafts: Sequence[Draft], employers: Mapping[UUID, Employer]) -> None:
        """`drafts` were written, each once; `employers` are the organisations of new roles that were there before."""
        kinds: dict[str, list[Draft]] = {}
        for draft in drafts:
            kinds.setdefault(draft.kind, []).append(draft)
        names = {key: employer.name for key, employer in employers.items()}
        names |= {draft.id: draft.values.get("name") or "" for draft in drafts if draft.is_new}
        lines = list(_lines(drafts))
        for kind, each in kinds.items():
            description = registry.get("organisations" if kind == PartyKind.ORGANISATION else "persons")
            if description is not None:
                self._bring_in_step(description, each, names, lines)
                self._tell(description, [draft.id for draft in each])
        self._announce_people(drafts)

    def _announce_people(self, drafts: Sequence[Draft]) -> None:
        """Organisations are found by their people, so the entries of those who have new ones follow; of the ones that
        were written themselves search knows it."""
        description, written = registry.get("organisations"), {draft.id for draft in drafts}
        names: dict[UUID, list[str]] = {}
        for draft in drafts:
            name, post = draft.values.get("name"), draft.post
            if name and post and post.id is None and post.organisation not in written:
                names.setdefault(post.organisation, []).append(name)
        if description is not None and names:
            calculate(description, list(names))
            search.add_names(description, names)
            self._tell(description, list(names))

    def _bring_in_step(
        self, description: Description, drafts: Sequence[Draft], names: Mapping[UUID, str], lines: Sequence[Line]
    ) -> None:
        new = {draft.id: draft for draft in drafts if draft.is_new}
        old = [draft.id for draft in drafts if not draft.is_new]
        keeping.keep(description, list(new), new=True)
        keeping.keep(description, old)
        calculate(description, [*new, *old])
        at_hand = _at_hand(description, new, names, lines)
        search.refresh(description, new, known=self._words, new=True, at_hand=at_hand)
        search.refresh(description, old, known=self._words)

    def _tell(self, description: Description, ids: Sequence[UUID]) -> None:
        opened = current()
        outbox.publish(
            RecordsChanged(
                object=description.name,
                ids=tuple(map(str, ids)),
                by_id=str(self._by.pk or ""),
                via=Via.IMPORT.value,
                change_set=str(opened.id) if opened else "",
            )
        )


Line = tuple[UUID, str, str, str]


def _at_hand(
    description: Description, new: Mapping[UUID, Draft], names: Mapping[UUID, str], lines: Sequence[Line]
) -> search.AtHand | None:
    """What search has to know of new parties; None where it wants more than stands in their drafts."""
    sources = search.sources_of(description)
    if not set(sources) <= _COLUMNS | {"pk", _EMPLOYER}:
        return None
    blank = {source: None if source in ("pk", _EMPLOYER) else blank_of(source) for source in sources}
    blank["changed_at"] = timezone.now()
    rows = {}
    for key, draft in new.items():
        values = {**blank, **draft.values, "pk": key}
        values[_EMPLOYER] = names.get(values["organisation_id"]) if values.get("organisation_id") else None
        rows[key] = values
    return search.AtHand(rows, gathered(line for line in lines if line[0] in new))


def _lines(drafts: Iterable[Draft]) -> Iterator[Line]:
    """What new parties are found by beside their columns, as `queries.relations` reads it."""
    for draft in drafts:
        if draft.post is not None:
            yield draft.post.organisation, MEMBER, draft.values.get("name") or "", ""
        if draft.is_new:
            for point in draft.points:
                yield draft.id, point.kind, point.value, point.normalised
            for _system, key in draft.new_keys:
                yield draft.id, KEY_ELSEWHERE, key, ""
